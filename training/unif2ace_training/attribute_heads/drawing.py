"""Confusion matrices of all heads, and how far probabilities mean what they say."""

# K values of a head

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from unif2ace_training.annotation.figures import figure_class
from unif2ace_training.attribute_heads.calibration import BINS, Reliability
from unif2ace_training.attribute_heads.heads import GROUPS, Head
from unif2ace_training.attribute_heads.judgement import HeadFigures
from unif2ace_training.common.artifacts import atomic_path

CONFUSION_FILE: Final = "confusion.png"
RELIABILITY_FILE: Final = "reliability.png"
_COLUMNS: Final = 5
_CELL_INCHES: Final = 2.6


def draw_confusion(path: Path, heads: Sequence[Head], figures: Mapping[str, HeadFigures]) -> None:
    """A matrix a head, each row (a true value) scaled to 1.

    Raises:
        ValueError: matplotlib is not installed.
    """
    shown = [head for head in heads if head.name in figures]
    rows = -(-len(shown) // _COLUMNS)
    figure = figure_class()(figsize=(_COLUMNS * _CELL_INCHES, rows * _CELL_INCHES), layout="constrained")
    plots = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
    for axes in plots[len(shown) :]:
        axes.set_axis_off()
    for axes, head in zip(plots, shown, strict=False):
        matrix_KK = np.array(figures[head.name].confusion)
        axes.imshow(matrix_KK / np.maximum(matrix_KK.sum(axis=1, keepdims=True), 1), vmin=0, vmax=1, cmap="Blues")
        words = [str(value) for value in head.values]
        axes.set_xticks(range(len(words)), words, rotation=90, fontsize=5)
        axes.set_yticks(range(len(words)), words, fontsize=5)
        axes.set_title(f"{head.name} {figures[head.name].accuracy:.1%}", fontsize=8)
    figure.supxlabel("predicted", fontsize=8)
    figure.supylabel("true", fontsize=8)
    with atomic_path(path) as partial:
        figure.savefig(partial, dpi=120)


def draw_reliability(path: Path, heads: Sequence[Head], figures: Mapping[str, HeadFigures]) -> None:
    """A plot a group of heads: accuracy over probability, before and after calibration.

    Raises:
        ValueError: matplotlib is not installed.
    """
    groups = [group for group in GROUPS if any(head.group == group and head.name in figures for head in heads)]
    figure = figure_class()(figsize=(4.5 * len(groups), 4.5), layout="constrained")
    for axes, group in zip(figure.subplots(1, len(groups), squeeze=False).ravel(), groups, strict=True):
        axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
        for name in ("before", "after"):
            some = [
                figures[head.name].reliability[name] for head in heads if head.group == group and head.name in figures
            ]
            pooled = pool(some)
            seen = [bin_ for bin_ in range(BINS) if pooled.counts[bin_]]
            axes.plot(
                [pooled.confidences[bin_] for bin_ in seen],
                [pooled.accuracies[bin_] for bin_ in seen],
                marker="o",
                label=f"{name} calibration: error {pooled.error:.3f}",
            )
        axes.set(
            title=f"{group}, {len(some)} attributes", xlabel="probability", ylabel="right", xlim=(0, 1), ylim=(0, 1)
        )
        axes.legend(fontsize=8)
    with atomic_path(path) as partial:
        figure.savefig(partial, dpi=120)


def pool(some: Sequence[Reliability]) -> Reliability:
    """The predictions of several heads as if they were one's."""
    counts = np.array([one.counts for one in some])
    total = np.maximum(counts.sum(axis=0), 1)
    confidences, accuracies = (
        (counts * np.array(values)).sum(axis=0) / total
        for values in ([one.confidences for one in some], [one.accuracies for one in some])
    )
    return Reliability(counts.sum(axis=0).tolist(), confidences.tolist(), accuracies.tolist())
