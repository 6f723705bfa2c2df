"""One question about a portrait and its answer."""

from dataclasses import dataclass

from unif2ace_training.language.english import capitalised
from unif2ace_training.language.speaker import Speaker


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer; `topic` is what it is about, for evaluation."""

    topic: str
    question: str
    answer: str


def asked(speaker: Speaker, topic: str, question: str, answer: str) -> Asked:
    """A finished turn: the answer begins with a capital and ends with a stop."""
    sentence = capitalised(speaker.finish(answer))
    return Asked(topic, speaker.ask(question), sentence if sentence.endswith((".", "!", "?")) else f"{sentence}.")
