"""The use of experts by layer and group, as the paper's Fig. 5 shows it: understanding on the left, drawing right."""

# L layers, E experts

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from unif2ace_training.annotation.figures import figure_class
from unif2ace_training.common.artifacts import atomic_path

EXPERTS_FILE: Final = "experts.png"
_GROUPS: Final = {"understand": "understanding", "generate": "generation"}


def draw_experts(path: Path, reports: Mapping[str, Mapping[str, Any]]) -> None:
    """Four plots a model: shares of each layer's choices, of routed and of sequence-level experts.

    Args:
        path: a picture file.
        reports: of `expert_report`, by model.

    Raises:
        ValueError: matplotlib is not installed.
    """
    figure = figure_class()(figsize=(12, 7 * len(reports)), layout="constrained")
    rows = figure.subplots(2 * len(reports), 2, squeeze=False)
    for number, (name, report) in enumerate(reports.items()):
        for column, (task, group) in enumerate(_GROUPS.items()):
            routed, sequence = report[task]["routed_experts"], report[task]["sequence_experts"]
            names = [str(index + 1) for index in range(len(routed[0]))]
            _shares(figure, rows[2 * number, column], routed, names, f"{name}, {group}: token-level experts")
            kinds = [kind.replace("_", " ") for kind in report[task]["sequence_expert_kinds"]]
            _shares(figure, rows[2 * number + 1, column], sequence, kinds, f"{name}, {group}: sequence-level experts")
    with atomic_path(path) as partial:
        figure.savefig(partial, dpi=100)


def _shares(figure: Any, axes: Any, shares: list[list[float]], names: list[str], title: str) -> None:
    shares_LE = np.asarray(shares)
    drawn = axes.imshow(shares_LE, aspect="auto", origin="lower", cmap="Blues", vmin=0, vmax=shares_LE.max())
    axes.set(title=title, ylabel="layer")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(shares)), [str(layer + 1) for layer in range(len(shares))])
    figure.colorbar(drawn, ax=axes, label="share of the layer's choices")
