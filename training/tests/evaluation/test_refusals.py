"""Refusals are told from answers."""

from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.evaluation.refusals import TOPICS, is_refusal, refusal_report, unanswerable_questions
from unif2ace_training.language.attributes import ATTRIBUTES, ask_attribute, attribute_weight
from unif2ace_training.language.conversations import write_long_conversation
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams


def test_every_refusal_of_training_is_one_and_no_answer_about_a_value_is(portraits: list[Portrait]):
    refused = answered = 0
    for portrait in portraits:
        speaker = Speaker(portrait.labels, TextStreams(1, portrait.key), "held-out")
        for turn in write_long_conversation(speaker):
            if turn.topic in TOPICS:
                refused += 1
                assert is_refusal(turn.answer), turn.answer
        for attribute in ATTRIBUTES:
            if attribute_weight(attribute, portrait.labels) and not attribute.unseen(portrait.labels):
                answered += 1
                answer = ask_attribute(speaker, attribute).answer
                assert not is_refusal(answer), answer
    assert refused > 10
    assert answered > 500


def test_questions_are_unanswerable_and_the_same_every_time(portraits: list[Portrait]):
    asked = unanswerable_questions(portraits, 3)
    assert asked == unanswerable_questions(portraits, 3)
    assert len(asked) == 3 * len(portraits)
    assert {question.topic for question in asked} <= set(TOPICS)
    answers = ["I can't tell that from a picture."] * 2 + ["Blond."] * (len(asked) - 2)
    report = refusal_report(asked, answers, ["Yes.", "I don't know who this is."])
    assert report["right"] == 2 / len(asked)
    assert report["wrong"] == 0.5
