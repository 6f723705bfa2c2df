from dataclasses import replace

import pytest

from unif2ace_training.evaluation import questions
from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.evaluation.questions import Question, is_right, question_report, questions_about
from unif2ace_training.language.attributes import ATTRIBUTES, ask_attribute, attribute_weight
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams


def question(topic: str, truth: str) -> Question:
    return Question("000000-00", 0, topic, "?", truth, False)


@pytest.mark.parametrize(
    ("topic", "truth", "right", "wrong"),
    [
        ("hat", "yes", "Yes, a red beanie.", "No, there is no hat."),
        ("hair colour", "dark brown", "His hair is dark brown.", "It is brown."),
        ("hair colour", "unseen", "The hair is covered by a hat.", "Black."),
        ("head turn", "far left", "To the left.", "To the right."),
        ("age", "young adult", "Young, perhaps in her twenties.", "An adult."),
        ("beard kind", "goatee", "He has a goatee.", "A full beard."),
        ("hair style", "afro", "A black afro.", "A black bob."),
        ("background colour", "dark grey", "Dark gray.", "Grey."),
        ("emotion", "fearful", "She looks afraid.", "She looks happy."),
        ("glasses kind", "sunglasses", "They are sunglasses.", "A poem about the sea."),
    ],
)
def test_an_answer_is_read_for_its_value(topic: str, truth: str, right: str, wrong: str):
    assert is_right(question(topic, truth), right)
    assert not is_right(question(topic, truth), wrong)


def test_every_true_answer_counts_as_right(portraits: list[Portrait]):
    for portrait in portraits:
        for attribute in ATTRIBUTES:
            if not attribute_weight(attribute, portrait.labels):
                continue
            for number in range(3):
                speaker = Speaker(portrait.labels, TextStreams(number, portrait.key), "held-out")
                asked = ask_attribute(speaker, attribute)
                truth = questions._truth(portrait, asked, "attribute")
                assert is_right(question(attribute.name, truth), asked.answer), asked


def test_the_same_questions_every_time_and_both_wordings_among_them(portraits: list[Portrait]):
    asked = questions_about(portraits, 4)
    assert asked == questions_about(portraits, 4)
    assert len(asked) == 4 * len(portraits)
    assert {one.is_held_out_wording for one in asked} == {True, False}


def test_the_report_separates_yes_no_from_open_questions():
    asked = [question("hat", "yes"), question("hat", "no"), question("hair colour", "black")]
    asked[1] = replace(asked[1], is_held_out_wording=True)
    report = question_report(asked, ["Yes.", "Yes.", "It is black."])
    assert report["yes_no"]["attributes"]["hat"] == {"accuracy": 0.5, "majority": 0.5, "count": 2}
    assert report["open"]["accuracy"] == 1
    assert report["held_out_wording"] == {"count": 1, "accuracy": 0}
