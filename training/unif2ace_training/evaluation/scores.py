"""Shares of right answers beside that of the best constant answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to a question with a known truth."""

    attribute: str
    truth: str
    is_right: bool


def accuracies(answers: Iterable[Answered]) -> dict[str, dict[str, float]]:
    """By attribute: accuracy, and `majority`, that of always giving the commonest truth of these very answers."""
    by_attribute: dict[str, list[Answered]] = defaultdict(list)
    for answer in answers:
        by_attribute[answer.attribute].append(answer)
    return {attribute: _figures(some) for attribute, some in sorted(by_attribute.items())}


def mean_of(figures: Mapping[str, Mapping[str, float]], name: str) -> float:
    """Mean over attributes, each weighing alike; 0 where there are none."""
    values = [of_attribute[name] for of_attribute in figures.values()]
    return sum(values) / len(values) if values else 0.0


def summary(answers: Iterable[Answered]) -> dict[str, Any]:
    """Accuracy over all answers, and by attribute with their means."""
    answers = list(answers)
    attributes = accuracies(answers)
    return {
        "count": len(answers),
        "accuracy": sum(answer.is_right for answer in answers) / max(1, len(answers)),
        "mean_accuracy": mean_of(attributes, "accuracy"),
        "mean_majority": mean_of(attributes, "majority"),
        "attributes": attributes,
    }


def _figures(answers: list[Answered]) -> dict[str, float]:
    commonest = Counter(answer.truth for answer in answers).most_common(1)[0][1]
    return {
        "accuracy": sum(answer.is_right for answer in answers) / len(answers),
        "majority": commonest / len(answers),
        "count": len(answers),
    }
