"""Questions that no picture of a face answers, and whether an answer says so."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.evaluation.phrases import Phrase, compiled, normalised, read
from unif2ace_training.evaluation.questions import Question
from unif2ace_training.language.phrasebook import phrasebook
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams

_SEED: Final = 0
_REFUSAL: Final = "refusal"
TOPICS: Final = tuple(name.removeprefix("beyond ") for name in phrasebook() if name.startswith("beyond "))


def unanswerable_questions(portraits: Sequence[Portrait], a_portrait: int) -> list[Question]:
    """So many unanswerable questions about each portrait, each about something else; always the same ones."""
    questions = []
    for portrait in portraits:
        streams = TextStreams(_SEED, "evaluate unanswerable", portrait.key)
        for topic in streams.weighted_order(dict.fromkeys(TOPICS, 1.0))[:a_portrait]:
            speaker = Speaker(portrait.labels, streams.within(topic), "held-out")
            text = speaker.finish(speaker.say(f"beyond {topic}"))
            questions.append(Question(portrait.key, portrait.row, topic, text, _REFUSAL, speaker.used_held_out))
    return questions


def is_refusal(answer: str) -> bool:
    """Whether an answer is one of the phrase book's refusals, whichever its reason."""
    return bool(read(answer, _refusals())) or any(
        said in normalised(answer) for said in ("can't tell", "cannot tell", "can't know", "don't know", "can't judge")
    )


def refusal_report(questions: Sequence[Question], answers: Sequence[str], answerable: Sequence[str]) -> dict[str, Any]:
    """`right`: share of unanswerable questions that are refused; `wrong`: of `answerable` answers that refuse."""
    by_topic: dict[str, list[bool]] = {}
    for question, answer in zip(questions, answers, strict=True):
        by_topic.setdefault(question.topic, []).append(is_refusal(answer))
    refused = [verdict for verdicts in by_topic.values() for verdict in verdicts]
    return {
        "count": len(refused),
        "right": sum(refused) / max(1, len(refused)),
        "wrong": sum(is_refusal(answer) for answer in answerable) / max(1, len(answerable)),
        "topics": {
            topic: {"count": len(verdicts), "right": sum(verdicts) / len(verdicts)}
            for topic, verdicts in sorted(by_topic.items())
        },
    }


@cache
def _refusals() -> tuple[Phrase, ...]:
    sections = [section for name, section in phrasebook().items() if name == "refuse" or name.startswith("refuse ")]
    return tuple(phrase for section in sections for phrase in compiled(section, {_REFUSAL: frozenset([_REFUSAL])}))
