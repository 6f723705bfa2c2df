"""Short questions about held-out portraits: open ones for the value of a label, and yes/no ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.evaluation.phrases import Phrase, compiled, read
from unif2ace_training.evaluation.scores import Answered, summary
from unif2ace_training.language.attributes import ATTRIBUTES, Attribute, ask_attribute, attribute_weight, named
from unif2ace_training.language.claims import CLAIMS, ask_claim, claim_weight
from unif2ace_training.language.phrasebook import Section, phrasebook
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams
from unif2ace_training.language.turns import Asked
from unif2ace_training.portraits.labels import values_of

MAX_TOKENS = 48
_SEED = 0
_ANSWER: Final = "answer"
_UNSEEN: Final = "unseen"
_YES_NO: Final = ("yes", "no")
_ATTRIBUTES: Final = {attribute.name: attribute for attribute in ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one picture. `truth` is yes or no, a value of the label, or `unseen`."""

    key: str
    row: int
    topic: str
    text: str
    truth: str
    is_held_out_wording: bool


def questions_about(portraits: Sequence[Portrait], a_portrait: int) -> list[Question]:
    """So many questions about each portrait, in wordings of which some were never trained on; always the same ones."""
    return [question for portrait in portraits for question in _questions(portrait, a_portrait)]


def question_report(questions: Sequence[Question], answers: Sequence[str]) -> dict[str, Any]:
    """Accuracies of open and of yes/no questions, and of both by wording."""
    answered = [
        Answered(question.topic, question.truth, is_right(question, answer))
        for question, answer in zip(questions, answers, strict=True)
    ]
    kinds = {"yes_no": [], "open": []}
    wordings: dict[str, list[Answered]] = {"trained_wording": [], "held_out_wording": []}
    for question, answer in zip(questions, answered, strict=True):
        kinds["yes_no" if question.truth in _YES_NO else "open"].append(answer)
        wordings["held_out_wording" if question.is_held_out_wording else "trained_wording"].append(answer)
    by_wording = {
        name: {"count": len(some), "accuracy": sum(answer.is_right for answer in some) / max(1, len(some))}
        for name, some in wordings.items()
    }
    return {**{name: summary(some) for name, some in kinds.items()}, **by_wording}


def is_right(question: Question, answer: str) -> bool:
    """Whether an answer gives the truth."""
    if question.truth in _YES_NO:
        return _first_word(answer) == question.truth
    return question.truth in read(answer, _answer_phrases(question.topic)).get(_ANSWER, frozenset())


def _questions(portrait: Portrait, count: int) -> list[Question]:
    labels = portrait.labels
    streams = TextStreams(_SEED, "evaluate", portrait.key)
    weights: dict[tuple[str, str], float] = {("attribute", a.name): attribute_weight(a, labels) for a in ATTRIBUTES}
    weights |= {("claim", claim.name): claim_weight(claim, labels) for claim in CLAIMS}
    order = streams.weighted_order({key: weight for key, weight in weights.items() if weight > 0})
    questions = []
    for kind, name in order[:count]:
        speaker = Speaker(labels, streams.within(kind, name), "held-out")
        if kind == "claim":
            asked = ask_claim(speaker, next(claim for claim in CLAIMS if claim.name == name))
        else:
            asked = ask_attribute(speaker, _ATTRIBUTES[name])
        truth = _truth(portrait, asked, kind)
        questions.append(Question(portrait.key, portrait.row, name, asked.question, truth, speaker.used_held_out))
    return questions


def _truth(portrait: Portrait, asked: Asked, kind: str) -> str:
    first = _first_word(asked.answer)
    if kind == "claim" or first in _YES_NO:
        return first
    attribute = _ATTRIBUTES[asked.topic]
    return _UNSEEN if attribute.unseen(portrait.labels) else str(getattr(portrait.labels, attribute.field))


def _first_word(answer: str) -> str:
    return answer.split(" ", 1)[0].strip(".,!?").lower()


@cache
def _answer_phrases(topic: str) -> tuple[Phrase, ...]:
    """What answers to an open question may say, and the value that it means."""
    attribute = _ATTRIBUTES[topic]
    phrases: list[Phrase] = []
    for value in values_of(attribute.field):
        names = [f"answer {topic} {value}", f"has hair {value}" if topic == "hair style" else ""]
        sections = [phrasebook()[name] for name in names if name in phrasebook()]
        for section in [*sections, Section(value, (named(attribute.field, value),), ())]:
            phrases += compiled(section, {_ANSWER: frozenset([value])})
    return (*phrases, *_unseen_phrases(attribute))


def _unseen_phrases(attribute: Attribute) -> list[Phrase]:
    """Ways to say that there is nothing to see; which of its reasons is given does not matter."""
    kind = attribute.field.split("_")[0]
    subjects = {"eye": "eyes", "gaze": "eyes"}
    wanted = f"unseen {subjects.get(kind, kind)}"
    sections = [section for name, section in phrasebook().items() if name == wanted or name.startswith(f"{wanted} ")]
    return [phrase for section in sections for phrase in compiled(section, {_ANSWER: frozenset([_UNSEEN])})]
