import json
from pathlib import Path

import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from unif2ace_training.text_tokenizer.boundaries import text_boundaries
from unif2ace_training.text_tokenizer.given import given_text_tokenizer
from unif2ace_training.text_tokenizer.train import train_text_tokenizer

TEXT = "a man with   a beard"


def write_like_phi(path: Path) -> Tokenizer:
    """A small tokenizer.json of Phi-1.5's make: one end-of-text token last in the vocabulary, then runs of blanks."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=290, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator([TEXT] * 3, trainer)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.add_tokens([AddedToken("   ", normalized=False)])
    tokenizer.save(str(path))
    return tokenizer


def edited(path: Path, **changes: object) -> Path:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")
    return path


def test_ids_stay_what_they_were_and_end_of_text_begins_texts_too(tmp_path):
    before = write_like_phi(tmp_path / "tokenizer.json")
    tokenizer = given_text_tokenizer(tmp_path / "tokenizer.json")
    assert tokenizer.get_vocab_size() == before.get_vocab_size()
    assert tokenizer.encode(TEXT).ids == before.encode(TEXT).ids
    assert tokenizer.decode(tokenizer.encode(TEXT).ids) == TEXT
    end = before.token_to_id("<|endoftext|>")
    assert text_boundaries(tokenizer) == (end, end)


def test_it_survives_being_written(tmp_path):
    write_like_phi(tmp_path / "tokenizer.json")
    tokenizer = given_text_tokenizer(tmp_path / "tokenizer.json")
    tokenizer.save(str(tmp_path / "again.json"))
    again = Tokenizer.from_file(str(tmp_path / "again.json"))
    assert text_boundaries(again) == text_boundaries(tokenizer)
    assert again.get_vocab() == tokenizer.get_vocab()


def test_a_tokenizer_that_has_both_tokens_is_taken_as_it_is(tmp_path):
    own = train_text_tokenizer([TEXT], 300)
    own.save(str(tmp_path / "tokenizer.json"))
    assert given_text_tokenizer(tmp_path / "tokenizer.json").get_vocab() == own.get_vocab()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"normalizer": {"type": "Lowercase"}}, "normalises"),
        ({"pre_tokenizer": {"type": "Whitespace"}}, "not a byte-level BPE"),
        ({"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}, "not a byte-level BPE"),
        ({"added_tokens": []}, "no end-of-text token"),
    ],
)
def test_files_that_the_server_could_not_read_are_refused(tmp_path, changes, message):
    write_like_phi(tmp_path / "tokenizer.json")
    with pytest.raises(ValueError, match=message):
        given_text_tokenizer(edited(tmp_path / "tokenizer.json", **changes))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="none.json does not exist"):
        given_text_tokenizer(tmp_path / "none.json")


def test_a_tokenizer_without_an_end_cannot_bound_texts():
    with pytest.raises(ValueError, match="no token"):
        text_boundaries(Tokenizer(models.BPE()))
