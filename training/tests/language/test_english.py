import pytest

from unif2ace_training.language.english import american, joined, polished, uncapitalised
from unif2ace_training.language.replies import short_reply


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a elderly woman with a afro", "an elderly woman with an afro"),
        ("A old man, a V-neck and a oval face", "An old man, a V-neck and an oval face"),
        ("a  young man", "a young man"),
        ("a uniform, a one-eyed man", "a uniform, a one-eyed man"),
    ],
)
def test_articles_fit_the_next_word(written, read):
    assert polished(written) == read


def test_american_respells_whole_words_and_keeps_capitals():
    assert (
        american("Grey hair, a moustache and a fringe: what colour?") == "Gray hair, a mustache and bangs: what color?"
    )
    assert american("Moustaches of grey-green, greyhound") == "Mustaches of gray-green, greyhound"


def test_lists_end_with_and():
    assert [joined(list("abc")[:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_small_letters_spare_words_that_are_always_capital():
    assert [uncapitalised(text) for text in ("A man", "I want a man", "V-neck, red")] == [
        "a man", "I want a man", "V-neck, red",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "is_yes", "reply"),
    [
        ("Is he wearing glasses?", True, ", he is"),
        ("Does she wear a hat?", False, ", he doesn't"),
        ("Are there dark circles under his eyes?", False, ", there aren't"),
        ("Are his eyes blue?", True, ", they are"),
        ("Is the hair brown?", False, ", it isn't"),
        ("Can you see his teeth?", False, ", I can't"),
        ("Glasses?", True, ""),
    ],
)
def test_replies_repeat_the_verb_of_the_question(question, is_yes, reply):
    assert short_reply(question, "man", is_yes=is_yes) == reply
