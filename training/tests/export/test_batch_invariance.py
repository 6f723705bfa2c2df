"""Every graph gives a row the same bits alone, with any neighbours, and in any place (docs/adr/0004)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from unif2ace_training.export.folder_sessions import Arrays, FolderSessions
from unif2ace_training.export.graph_builder import GraphBuilder
from unif2ace_training.export.sample_image_graph import gumbel_noise
from unif2ace_training.export.sequence_ops import embed_noise_level
from unif2ace_training.export.shared_weights import SharedWeights
from unif2ace_training.export.trained_parts import TrainedParts

_ROWS = 8
_BATCHES = ([0], [7], [3, 5], [6, 0, 2], [1, 2, 3, 4, 5], list(range(_ROWS)))
_PRECISIONS = ("fp32", "int8")
# Taken whole by every batch: memory that rows point into.
_SLOTS = ("prompt_key", "prompt_value", "noise_rows")


def _take(inputs: Arrays, rows: list[int]) -> Arrays:
    return {name: value if name.startswith(_SLOTS) else value[rows] for name, value in inputs.items()}


def _take_decoded(inputs: Arrays, rows: list[int]) -> Arrays:
    """The longest past of a batch is that of its rows."""
    taken = _take({name: value for name, value in inputs.items() if name != "total_length"}, rows)
    return taken | {"total_length": np.array([taken["past_lengths"].max() + 1], np.int32)}


def _take_pictures(inputs: Arrays, rows: list[int]) -> Arrays:
    """Logits stay where they lie; pictures name their rows."""
    return {name: value if name == "logits" else value[rows] for name, value in inputs.items()}


def _differing(
    sessions: FolderSessions,
    graph: str,
    inputs: Arrays,
    take: Callable[[Arrays, list[int]], Arrays] = _take,
) -> list[tuple[str, list[int]]]:
    """Outputs and batches in which a row has other bits than among all rows."""
    whole = sessions.run(graph, inputs)
    return [
        (name, rows)
        for rows in _BATCHES
        for name, found in sessions.run(graph, take(inputs, rows)).items()
        if not np.array_equal(found, whole[name][rows])
    ]


@pytest.mark.parametrize("precision", _PRECISIONS)
def test_prompt(sessions: dict[str, FolderSessions], inputs: Any, precision: str) -> None:
    assert not _differing(sessions[precision], "prompt", inputs.prompts(_ROWS))


def test_noise(sessions: dict[str, FolderSessions], inputs: Any) -> None:
    assert not _differing(sessions["fp32"], "noise", {"noise_levels": inputs.noise_levels(_ROWS)})


@pytest.mark.parametrize("precision", _PRECISIONS)
def test_unmask(sessions: dict[str, FolderSessions], inputs: Any, precision: str) -> None:
    assert not _differing(sessions[precision], "unmask", inputs.unmasking(sessions[precision], _ROWS))


@pytest.mark.parametrize("precision", _PRECISIONS)
def test_picture(sessions: dict[str, FolderSessions], inputs: Any, precision: str) -> None:
    assert not _differing(sessions[precision], "picture", inputs.pictures(_ROWS))


@pytest.mark.parametrize("precision", _PRECISIONS)
def test_language(sessions: dict[str, FolderSessions], inputs: Any, precision: str) -> None:
    assert not _differing(sessions[precision], "language", inputs.language(_ROWS), _take_decoded)


def test_sample_image(sessions: dict[str, FolderSessions], inputs: Any) -> None:
    assert not _differing(sessions["fp32"], "sample_image", inputs.image_sampling(_ROWS), _take_pictures)


def _write_float_graph(folder: Path, width: int, compute: Callable[[GraphBuilder, str], str], out: int) -> None:
    graph = GraphBuilder("floats", SharedWeights())
    value = graph.input("value", "float32", ["R", width] if width else ["R"])
    graph.output(compute(graph, value), "result", "float32", ["R", out])
    onnx.save(graph.build({}), str(folder / "floats.onnx"))


def test_gumbel_noise_of_rows_that_do_not_fill_registers(tmp_path: Path) -> None:
    _write_float_graph(tmp_path, 7, lambda graph, value: gumbel_noise(graph, value, 7), 7)
    uniforms = np.random.default_rng(1).uniform(1e-6, 1 - 1e-6, (_ROWS, 7)).astype(np.float32)
    assert not _differing(FolderSessions(tmp_path), "floats", {"value": uniforms})


def test_noise_embeddings_that_do_not_fill_registers(tmp_path: Path) -> None:
    _write_float_graph(tmp_path, 0, lambda graph, value: embed_noise_level(graph, value, 14), 14)
    levels = np.random.default_rng(1).random(_ROWS).astype(np.float32)
    assert not _differing(FolderSessions(tmp_path), "floats", {"value": levels})


def test_sample_text(sessions: dict[str, FolderSessions], inputs: Any) -> None:
    assert not _differing(sessions["fp32"], "sample_text", inputs.text_sampling(_ROWS, top_p=0.9))


@pytest.mark.parametrize("graph", ["picture_encoder", "clip", "face"])
def test_encoders(sessions: dict[str, FolderSessions], inputs: Any, debug: TrainedParts, graph: str) -> None:
    sizes = {
        "picture_encoder": debug.model.config.image_size,
        "clip": debug.clip_preprocessing.size,
        "face": debug.face_preprocessing.size,
    }
    assert not _differing(sessions["fp32"], graph, inputs.pixels(sizes[graph], _ROWS))


def test_picture_decoder(sessions: dict[str, FolderSessions], inputs: Any) -> None:
    codes = {"code_ids": inputs.pictures(_ROWS)["code_ids"]}
    assert not _differing(sessions["fp32"], "picture_decoder", codes)
