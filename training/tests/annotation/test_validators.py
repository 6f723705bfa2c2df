"""What is kept of texts, and what is not."""

import pytest

from unif2ace_training.annotation.contradictions import contradictions
from unif2ace_training.annotation.leaks import leaked_name, mentions_sources
from unif2ace_training.annotation.refusals import is_refusal
from unif2ace_training.annotation.validators import Validator, ValidatorSettings
from unif2ace_training.annotation.walk import Annotation, Pair

CAPTION = "A calm woman with an oval face, long brown hair and green eyes looks at the viewer."


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with identifying people.",
        "I’m unable to describe this person.",
        "As an AI, I do not see faces.",
        "Sorry. I cannot assist with that request.",
    ],
)
def test_refusals_are_recognised(text):
    assert is_refusal(text)


@pytest.mark.parametrize("text", [CAPTION, "She looks sorry and sad.", "He cannot see the camera.", "Unable to smile?"])
def test_descriptions_are_no_refusals(text):
    assert not is_refusal(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A man who looks like Brad is smiling.", "Brad"),
        ("The face of Jennifer Aniston, smiling.", "Jennifer Aniston"),
        ("A portrait of the actor Jean-Luc Picard.", "Jean-Luc Picard"),
        ("A woman named Ann smiles.", "Ann"),
    ],
)
def test_names_are_found(text, name):
    assert leaked_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "An East Asian woman smiles. She wears a hat.",
        "A Middle Eastern man with a Van Dyke beard.",
        CAPTION,
        "He smiles. She",
    ],
)
def test_words_with_a_capital_are_no_names(text):
    assert leaked_name(text) is None


def test_listed_names_are_found_however_they_are_written():
    assert leaked_name("a picture of rihanna", ["Rihanna"]) == "rihanna"
    assert leaked_name("a picture of rihannas hat", ["Rihanna"]) is None


@pytest.mark.parametrize("text", ["According to the description, she smiles.", "The provided attributes say so."])
def test_talk_about_the_sources_is_found(text):
    assert mentions_sources(text)
    assert not mentions_sources(CAPTION)


@pytest.mark.parametrize(
    ("text", "attributes", "against"),
    [
        ("She has long brown hair.", {"hair_colour": "black"}, ["hair_colour"]),
        ("She has long brown hair.", {"hair_colour": "brown"}, []),
        ("She smiles.", {"hair_colour": "black"}, []),
        ("He wears a hat.", {"wearing_hat": False}, ["wearing_hat"]),
        ("He wears no hat.", {"wearing_hat": True}, ["wearing_hat"]),
        ("He wears no hat.", {"wearing_hat": False}, []),
        ("He is without any glasses.", {"eyeglasses": False}, []),
        ("The face has a beard.", {"wearing_hat": True}, []),
        ("The woman laughs.", {"male": True}, ["male"]),
        ("The man laughs.", {"male": True, "laugh": False}, ["laugh"]),
        ("A hat, or no hat?", {"wearing_hat": False}, []),
    ],
)
def test_contradictions_are_found(text, attributes, against):
    assert contradictions(text, attributes) == against


@pytest.mark.parametrize(
    ("question", "answer", "against"),
    [
        ("What colour is the hair?", "It is pink.", ["hair_colour"]),
        ("What colour is the hair?", "It is black.", []),
        ("What colour is the background?", "It is pink.", []),
        ("Is the hair pink?", "No, it is black, not pink.", []),
        ("What colour is the shirt?", "The hair is pink, the shirt is red.", ["hair_colour"]),
    ],
)
def test_an_answer_is_about_what_its_question_is_about(question, answer, against):
    assert contradictions(answer, {"hair_colour": "black"}, question) == against


def judged(annotation: Annotation, attributes=None, **settings) -> tuple[str | None, list[Pair], dict]:
    validator = Validator(ValidatorSettings(**settings))
    caption = validator.caption(annotation, attributes or {})
    return caption, validator.pairs(annotation, attributes or {}), validator.counts()


def test_the_refined_caption_is_taken_where_it_passes():
    refined = CAPTION.replace("calm", "happy")
    assert judged(Annotation("k", caption=CAPTION, refined=refined))[0] == refined
    caption, _, counts = judged(
        Annotation("k", caption=CAPTION, refined="I'm sorry, I can't help with that one, alas.")
    )
    assert caption == CAPTION
    assert counts == {"refined": {"refusal": 1}}


def test_short_and_repeated_captions_are_left_out():
    assert judged(Annotation("k", caption="A woman."))[2] == {"caption": {"too short": 1}}
    assert judged(Annotation("k", caption="A woman."), least_caption_words=2)[0] == "A woman."
    validator = Validator(ValidatorSettings(most_repeats=2))
    kept = [validator.caption(Annotation(str(number), caption=CAPTION.upper()), {}) for number in range(3)]
    assert [caption is not None for caption in kept] == [True, True, False]
    assert validator.counts() == {"caption": {"duplicate": 1}}


def test_pairs_are_judged_one_by_one():
    pairs = [
        Pair("conversation", "What colour is the hair?", "It is brown."),
        Pair("conversation", "What colour is the hair, please?", "It is white."),
        Pair("conversation", "what colour is the hair", "It is brown."),
        Pair("detail", "What does the description say?", "She smiles."),
        Pair("reasoning", "Who is it?", "She looks like Madonna."),
        Pair("reasoning", "What is she doing?", " "),
    ]
    _, kept, counts = judged(Annotation("k", pairs=pairs), {"hair_colour": "brown"})
    assert kept == pairs[:1]
    reasons = {"contradiction": 1, "duplicate": 1, "mentions its sources": 1, "leaked name": 1, "empty": 1}
    assert counts == {"pair": reasons}
