"""Precision and recall of what captions name, and balanced accuracy of what people look at first."""

from collections.abc import Sequence
from typing import Any, Final

from unif2ace_training.evaluation.captions import caption_report
from unif2ace_training.evaluation.descriptions import DESCRIBED, described, truth_of
from unif2ace_training.evaluation.scores import Answered
from unif2ace_training.portraits.labels import Labels
from unif2ace_training.scorecard.classes import balanced_accuracy

LOOKED_AT: Final = ("hair_colour", "glasses", "beard", "expression")


def named_facts(captions: Sequence[str], references: Sequence[str], labels: Sequence[Labels]) -> dict[str, Any]:
    """`precision`: of what captions state of attributes with a truth, the share that is true. `recall`: of what true
    descriptions state, the share that captions state rightly. `f1` of both; `balanced` of `LOOKED_AT`, where silence
    means that there is none."""
    said = [described(caption) for caption in captions]
    stated = true = wanted = found = 0
    for stated_here, reference, one in zip(said, references, labels, strict=True):
        named = {name for name in stated_here if name in DESCRIBED and truth_of(one, name) is not None}
        right = {name for name in named if truth_of(one, name) in stated_here[name]}
        due = {name for name in described(reference) if name in DESCRIBED and truth_of(one, name) is not None}
        stated, true, wanted, found = (
            stated + len(named),
            true + len(right),
            wanted + len(due),
            found + len(due & right),
        )
    spoken = caption_report(captions, references, labels)
    precision, recall = true / max(1, stated), found / max(1, wanted)
    return {
        "count": len(captions),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "balanced": {name: balanced_accuracy(_answers(said, labels, name)) for name in LOOKED_AT},
        **{name: spoken[name] for name in ("distinct", "words", "attributes")},
        "repeats_a_sentence": sum(_repeats(caption) for caption in captions) / max(1, len(captions)),
    }


def _answers(said: Sequence[dict[str, frozenset[str]]], labels: Sequence[Labels], name: str) -> list[Answered]:
    answers = []
    for stated, one in zip(said, labels, strict=True):
        truth = truth_of(one, name)
        if truth is not None:
            is_right = truth in stated[name] if name in stated else truth == DESCRIBED[name]
            answers.append(Answered(name, truth, is_right))
    return answers


def _repeats(caption: str) -> bool:
    sentences = [sentence.strip() for sentence in caption.split(".") if sentence.strip()]
    return len(set(sentences)) < len(sentences)
