import pytest

from unif2ace_training.text_tokenizer.train import train_text_tokenizer
from unif2ace_training.text_tokenizer.whole_words import with_whole_words

TEXTS = ["a man with a beard", "Is it a man?"]


def test_words_become_one_token_and_everything_else_stays():
    before = train_text_tokenizer(TEXTS, 280)
    after = with_whole_words(before, ["USER", " ASSISTANT"])
    assert before.get_vocab().items() < after.get_vocab().items()
    assert sorted(after.get_vocab().values()) == list(range(after.get_vocab_size()))
    assert len(before.encode("USER").ids) == 4
    for word in ("USER", " ASSISTANT"):
        (one,) = after.encode(word).ids
        assert one >= before.get_vocab_size()
        assert after.decode([one]) == word
    for text in (*TEXTS, "a Straße, 日本", "USA"):
        assert after.decode(after.encode(text).ids) == text
    assert [after.encode(text).ids for text in TEXTS] == [before.encode(text).ids for text in TEXTS]


def test_a_word_that_is_there_adds_nothing():
    before = train_text_tokenizer([*TEXTS, "USER", "USER"], 300)
    assert len(before.encode("USER").ids) == 1
    assert with_whole_words(before, ["USER"]).get_vocab() == before.get_vocab()


def test_what_the_pre_tokenizer_takes_apart_cannot_be_one_token():
    with pytest.raises(ValueError, match="'a b' cannot be one token"):
        with_whole_words(train_text_tokenizer(TEXTS, 280), ["a b"])
