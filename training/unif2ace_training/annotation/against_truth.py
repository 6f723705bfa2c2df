"""Attributes and captions against the truth, which is known for rendered portraits."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from unif2ace_training.annotation.pictures import Attributes
from unif2ace_training.evaluation.descriptions import DESCRIBED, described, truth_of
from unif2ace_training.portraits.labels import Labels, values_of


class TruthComparison:
    """Counts what was said of rendered portraits and what of it is true."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()
        self._asked_right: Counter[str] = Counter()
        self._stated: Counter[str] = Counter()
        self._stated_right: Counter[str] = Counter()

    def add(self, truth: Labels, attributes: Attributes, caption: str) -> None:
        """Attributes that have a label's name and a truth in this portrait, and what the caption states."""
        for name, value in attributes.items():
            if values_of(name) and _has_truth(truth, name):
                self._asked[name] += 1
                self._asked_right[name] += value == getattr(truth, name)
        stated = described(caption)
        for name in DESCRIBED:
            true_value = truth_of(truth, name)
            if name in stated and true_value is not None:
                self._stated[name] += 1
                self._stated_right[name] += true_value in stated[name]

    def report(self) -> dict[str, Any]:
        """Shares that are right, of attributes that were asked for and of statements in captions; empty without any."""
        if not self._asked and not self._stated:
            return {}
        return {
            "attributes": _shares(self._asked, self._asked_right),
            "captions": _shares(self._stated, self._stated_right),
        }


def _has_truth(truth: Labels, name: str) -> bool:
    return truth_of(truth, name) is not None if name in DESCRIBED else True


def _shares(asked: Counter[str], right: Counter[str]) -> dict[str, Any]:
    def share(names: Iterable[str]) -> dict[str, Any]:
        names = list(names)
        count = sum(asked[name] for name in names)
        return {"count": count, "right": round(sum(right[name] for name in names) / max(1, count), 4)}

    return {"all": share(asked)} | {name: share([name]) for name in sorted(asked)}
