"""What is kept of an annotation, and why the rest is not."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from unif2ace_training.annotation.contradictions import contradictions
from unif2ace_training.annotation.leaks import leaked_name, mentions_sources
from unif2ace_training.annotation.pictures import Attributes
from unif2ace_training.annotation.refusals import is_refusal
from unif2ace_training.annotation.walk import Annotation, Pair

Reason = Literal[
    "empty", "refusal", "cut short", "schema", "endpoint", "leaked name", "mentions its sources", "contradiction",
    "duplicate", "too short",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """One text that is not kept."""

    key: str
    what: str  # caption, refined, pair
    reason: str
    detail: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidatorSettings:
    """Where the validators draw the line."""

    least_caption_words: int = 8
    most_repeats: int = 20  # of one caption over all pictures; templates of a weak model repeat themselves
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Validator:
    """Judges annotations one after the other; remembers what it has seen, for duplicates."""

    settings: ValidatorSettings
    rejections: list[Rejection] = field(default_factory=list)
    _captions: Counter[str] = field(default_factory=Counter)

    def caption(self, annotation: Annotation, attributes: Attributes) -> str | None:
        """The refined caption, or the first one, or nothing: the best of the two that passes."""
        for what, text in (("refined", annotation.refined), ("caption", annotation.caption)):
            if not text:
                continue
            reason, detail = self._judge_caption(text, attributes)
            if reason is None:
                self._captions[_plain(text)] += 1
                return text
            self._reject(annotation.key, what, reason, detail, text)
        return None

    def pairs(self, annotation: Annotation, attributes: Attributes) -> list[Pair]:
        """The pairs that pass, each question once."""
        kept: dict[str, Pair] = {}
        for pair in annotation.pairs:
            text = f"{pair.question} {pair.answer}"
            reason, detail = self._judge(text, pair.answer, attributes, pair.question)
            if reason is None and _plain(pair.question) in kept:
                reason, detail = "duplicate", pair.question
            if reason is None:
                kept[_plain(pair.question)] = pair
            else:
                self._reject(annotation.key, "pair", reason, detail, text)
        return list(kept.values())

    def failures(self, annotation: Annotation) -> None:
        """Questions that had no good answer in the first place."""
        for failure in annotation.failures:
            self._reject(annotation.key, failure["stage"], failure["reason"], failure["question"], "")

    def counts(self) -> dict[str, dict[str, int]]:
        """How many texts of what were rejected for which reason."""
        counts: dict[str, Counter[str]] = {}
        for rejection in self.rejections:
            counts.setdefault(rejection.what, Counter())[rejection.reason] += 1
        return {what: dict(reasons.most_common()) for what, reasons in sorted(counts.items())}

    def _judge_caption(self, text: str, attributes: Attributes) -> tuple[Reason | None, str]:
        if len(text.split()) < self.settings.least_caption_words:
            return "too short", f"{len(text.split())} words"
        if self._captions[_plain(text)] >= self.settings.most_repeats:
            return "duplicate", f"{self.settings.most_repeats} pictures have it"
        return self._judge(text, text, attributes, "")

    def _judge(self, text: str, answer: str, attributes: Attributes, question: str) -> tuple[Reason | None, str]:
        if not answer.strip():
            return "empty", ""
        if is_refusal(answer):
            return "refusal", ""
        name = leaked_name(text, self.settings.names)
        if name is not None:
            return "leaked name", name
        if mentions_sources(text):
            return "mentions its sources", ""
        against = contradictions(answer, attributes, question)
        return ("contradiction", ", ".join(against)) if against else (None, "")

    def _reject(self, key: str, what: str, reason: str, detail: str, text: str) -> None:
        self.rejections.append(Rejection(key=key, what=what, reason=reason, detail=detail, text=text))


def names_of(lines: Iterable[str]) -> tuple[str, ...]:
    """Names to look for, a line each."""
    return tuple(line.strip() for line in lines if line.strip())


def _plain(text: str) -> str:
    """Small letters and single blanks: what counts as the same text."""
    return re.sub(r"\W+", " ", text.lower()).strip()
