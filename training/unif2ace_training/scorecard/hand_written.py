"""Fifty prompts and a hundred questions that were written by hand, in wordings that no training text uses.

They stand in `by_hand/words.json`, each with what is true; the pictures that the questions are about stand beside it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.evaluation.distributions import Pictures
from unif2ace_training.evaluation.held_out import Portrait, read_pictures
from unif2ace_training.evaluation.judge import Verdicts
from unif2ace_training.evaluation.phrases import normalised
from unif2ace_training.evaluation.questions import Question, is_right
from unif2ace_training.evaluation.refusals import is_refusal
from unif2ace_training.portraits.shard_labels import read_labels

_FOLDER: Final = "by_hand"
_YES_NO: Final = ("yes", "no")


@dataclass(frozen=True, slots=True)
class WrittenPrompt:
    """A prompt and, by judged attribute, the values that it allows."""

    text: str
    truth: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question about picture `row`. A right answer begins with `truth` (yes or no), gives the value `truth` of
    `topic`, holds one of `words`, or refuses."""

    picture: str
    row: int
    text: str
    kind: str
    truth: str | None
    topic: str | None
    words: tuple[str, ...]

    def is_right(self, answer: str) -> bool:
        """Whether an answer is true."""
        if self.kind == "refusal":
            return is_refusal(answer)
        if self.words:
            said = set(re.findall(r"\w+", normalised(answer)))
            return any(set(normalised(word).split()) <= said for word in self.words)
        assert self.truth is not None
        return is_right(Question(self.picture, self.row, self.topic or "", self.text, self.truth, True), answer)


@dataclass(frozen=True, slots=True)
class HandWritten:
    """All of it, and the pictures uint8 [n, W, W, 3] with their portraits."""

    prompts: Sequence[WrittenPrompt]
    questions: Sequence[WrittenQuestion]
    portraits: Sequence[Portrait]
    pictures: Pictures


def by_hand(size: int) -> HandWritten:
    """What was written by hand; pictures at `size` pixels of a side."""
    with resources.as_file(resources.files("unif2ace_training.scorecard").joinpath(_FOLDER)) as folder:
        portraits = [
            Portrait(picture.key, row, picture.labels) for row, picture in enumerate(read_labels(Path(folder)))
        ]
        pictures = read_pictures(Path(folder), portraits, size)
        written: dict[str, Any] = read_json(Path(folder) / "words.json")
    rows = {portrait.key: portrait.row for portrait in portraits}
    prompts = [
        WrittenPrompt(one["prompt"], {name: frozenset(values) for name, values in one["truth"].items()})
        for one in written["prompts"]
    ]
    questions = [
        WrittenQuestion(
            one["picture"], rows[one["picture"]], one["question"], one["kind"], one.get("truth"), one.get("topic"),
            tuple(one.get("words", ())),
        )
        for one in written["questions"]
    ]  # fmt: skip
    return HandWritten(prompts, questions, portraits, pictures)


def prompt_report(prompts: Sequence[WrittenPrompt], verdicts: Verdicts) -> dict[str, Any]:
    """Share of what the prompts ask for that the judge sees; picture i is drawn from prompt i."""
    by_attribute: dict[str, list[bool]] = defaultdict(list)
    whole = []
    for index, prompt in enumerate(prompts):
        shown = {name: verdicts[name][index] in values for name, values in prompt.truth.items() if name in verdicts}
        whole.append(all(shown.values()))
        for name, is_shown in shown.items():
            by_attribute[name].append(is_shown)
    mentions = [is_shown for shares in by_attribute.values() for is_shown in shares]
    return {
        "prompts": len(prompts),
        "mentions": len(mentions),
        "agreement": sum(mentions) / max(1, len(mentions)),
        "whole_prompts": sum(whole) / max(1, len(whole)),
        "attributes": {name: {"count": len(s), "agreement": sum(s) / len(s)} for name, s in by_attribute.items()},
    }


def question_report(questions: Sequence[WrittenQuestion], answers: Sequence[str]) -> dict[str, Any]:
    """Right answers in all, by kind, and of yes/no beside the better of the two constant answers."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for question, answer in zip(questions, answers, strict=True):
        by_kind[question.kind].append(question.is_right(answer))
    decided = [question.truth for question in questions if question.truth in _YES_NO]
    right = [
        question.is_right(answer)
        for question, answer in zip(questions, answers, strict=True)
        if question.truth in _YES_NO
    ]
    verdicts = [verdict for verdicts in by_kind.values() for verdict in verdicts]
    return {
        "questions": len(verdicts),
        "right": sum(verdicts) / max(1, len(verdicts)),
        "kinds": {kind: {"count": len(v), "right": sum(v) / len(v)} for kind, v in sorted(by_kind.items())},
        "yes_no_answers": {
            "count": len(right),
            "right": sum(right) / max(1, len(right)),
            "constant": max(decided.count(word) for word in _YES_NO) / max(1, len(decided)),
        },
    }
