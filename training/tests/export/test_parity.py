"""The report tells a faithful export from a broken one."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.logit_comparison import TOLERANCE, LogitComparison
from unif2ace_training.export.parity import measure_parity
from unif2ace_training.export.trained_parts import TrainedParts

_QUESTION = "Who is it?"


def test_float32_agrees_in_every_token(folders: dict[str, Path]) -> None:
    figures = json.loads((folders["fp32"] / "parity.json").read_text())
    for name in ("image", "text"):
        assert figures[f"parity_{name}_same_token_share"] == 1
        assert figures[f"parity_{name}_largest_logit_difference"] < 1e-4
        assert figures[f"parity_{name}_rows_routed_otherwise"] == 0


def test_int8_agrees_in_most_tokens_but_not_in_logits(folders: dict[str, Path]) -> None:
    figures = json.loads((folders["int8"] / "parity.json").read_text())
    for name in ("image", "text"):
        assert figures[f"parity_{name}_same_token_share"] > 0.9
        assert TOLERANCE < figures[f"parity_{name}_largest_logit_difference"] < 0.5


def test_the_figures_stand_in_the_manifest(folders: dict[str, Path]) -> None:
    for folder in folders.values():
        figures = json.loads((folder / "parity.json").read_text())
        assert json.loads((folder / "manifest.json").read_text())["provenance"]["quality"] == figures


@pytest.mark.parametrize(
    ("tensor", "complaint"),
    [
        ("layers.1.attention.out.bias", "image logits differ"),
        ("layers.0.sequence_moe.generate.resamplers.noise.project_out.bias", "image logits differ"),
        ("layers.1.moe.groups.understand.experts.down.weight", "text logits differ"),
    ],
)
def test_a_graph_that_computes_something_else_is_refused(
    folders: dict[str, Path], debug: TrainedParts, tensor: str, complaint: str
) -> None:
    model = deepcopy(debug.model)
    with torch.no_grad():
        model.get_parameter(tensor).mul_(1.5)
    parity = measure_parity(FolderSessions(folders["fp32"]), replace(debug, model=model), _QUESTION)
    with pytest.raises(RuntimeError, match=complaint):
        parity.check("fp32")
    parity.check("int8")


def test_an_encoder_that_computes_something_else_is_refused_at_any_precision(
    folders: dict[str, Path], debug: TrainedParts
) -> None:
    face = deepcopy(debug.face)
    with torch.no_grad():
        face.head.bias.add_(torch.linspace(0, 0.5, len(face.head.bias)))
    parity = measure_parity(FolderSessions(folders["int8"]), replace(debug, face=face), _QUESTION)
    with pytest.raises(RuntimeError, match="picture_decoder, clip or face"):
        parity.check("int8")


def _logits(*rows: list[float]) -> np.ndarray:
    return np.array([[row] for row in rows], np.float32)


def test_a_row_that_chose_other_experts_is_counted_but_not_compared() -> None:
    comparison = LogitComparison()
    comparison.add(_logits([1, 0], [1, 0]), _logits([1, 0], [0, 5]), np.array([True, False]))
    assert (comparison.rows, comparison.rows_routed_otherwise) == (2, 1)
    assert comparison.largest_difference == 0
    assert comparison.same_token_share == 0.5
    assert comparison.clear_but_other_token == 0


def test_another_token_counts_as_clear_only_beyond_twice_the_tolerance() -> None:
    comparison = LogitComparison()
    near, far = 1.9 * TOLERANCE, 2.1 * TOLERANCE
    same = np.array([True, True])
    comparison.add(_logits([near, 0], [far, 0]), _logits([0, near], [0, far]), same)
    assert comparison.same_token == 0
    assert comparison.clear_but_other_token == 1


def test_divergence_is_that_of_the_two_distributions() -> None:
    comparison = LogitComparison()
    half, quarter = np.log([0.5, 0.5]), np.log([0.25, 0.75])
    comparison.add(_logits(list(half + 3)), _logits(list(quarter - 1)), np.array([True]))
    expected = 0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75)
    assert comparison.figures("x")["x_mean_divergence_nats"] == pytest.approx(expected, rel=1e-2)
