import sys
import unicodedata

import pytest

from unif2ace_training.text_tokenizer.boundaries import text_boundaries
from unif2ace_training.text_tokenizer.train import SMALLEST_VOCABULARY, train_text_tokenizer

TEXTS = ["What colour is the hair?", " Blond.", " A young woman with long blond hair.", " She isn't wearing a hat."] * 3


@pytest.fixture(scope="module")
def tokenizer():
    return train_text_tokenizer(TEXTS, 400)


def test_every_printable_character_comes_back(tokenizer):
    printable = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] not in "C"]
    for start in range(0, len(printable), 5000):
        text = "".join(printable[start : start + 5000])
        assert tokenizer.decode(tokenizer.encode(text).ids) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t  two  spaces ", "e\u0301 is not \u00e9", "\u0000\u200d\U0001f468\u200d\U0001f9b1", "<|eot"]
)
def test_texts_come_back_as_they_were(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_words_of_the_texts_are_single_tokens(tokenizer):
    assert tokenizer.encode(" blond").tokens == ["Ġblond"]


def test_the_vocabulary_is_at_most_what_was_asked_for_and_has_all_bytes(tokenizer):
    assert 258 < tokenizer.get_vocab_size() <= 400
    assert train_text_tokenizer(TEXTS, SMALLEST_VOCABULARY).get_vocab_size() == SMALLEST_VOCABULARY


def test_texts_begin_and_end_with_the_first_two_ids(tokenizer):
    assert text_boundaries(tokenizer) == (0, 1)


def test_a_vocabulary_without_room_for_bytes_is_refused():
    with pytest.raises(ValueError, match="cannot hold the 256 bytes"):
        train_text_tokenizer(TEXTS, SMALLEST_VOCABULARY - 1)


def test_the_file_has_only_parts_that_the_server_reads(tokenizer, tmp_path):
    import json

    tokenizer.save(str(tmp_path / "tokenizer.json"))
    content = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    assert content["normalizer"] is None
    assert content["post_processor"] is None
    assert (content["model"]["type"], content["pre_tokenizer"]["type"], content["decoder"]["type"]) == (
        "BPE", "ByteLevel", "ByteLevel",
    )  # fmt: skip
