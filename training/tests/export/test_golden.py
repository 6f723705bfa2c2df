"""The committed fixtures are what the code computes, and the committed debug folder computes the golden values."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from unif2ace_training.diffusion.unmask import UnmaskSettings, unmask
from unif2ace_training.export.folder_sessions import DecodeSlots, FolderSessions, noise_slots, prompt_slots
from unif2ace_training.export.golden import golden_files
from unif2ace_training.export.shared_weights import WEIGHTS_FILE
from unif2ace_training.export.trained_parts import TrainedParts

_FIXTURES = Path(__file__).parents[3] / "test" / "fixtures"
_FILES = ("philox.json", "mask-schedule.json", "unmask.json", "text.json", "routing.json")


def _golden(name: str) -> Any:
    return json.loads((_FIXTURES / "golden" / name).read_text())


@pytest.fixture(scope="module")
def computed(debug: TrainedParts) -> dict[str, Any]:
    return golden_files(debug)


@pytest.fixture(scope="module")
def committed() -> FolderSessions:
    return FolderSessions(_FIXTURES / "models" / "debug")


def _assert_alike(found: Any, expected: Any, place: str) -> None:
    """Equal, floats to five digits."""
    if isinstance(expected, dict):
        assert list(found) == list(expected), place
        for key in expected:
            _assert_alike(found[key], expected[key], f"{place}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), place
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            _assert_alike(one, other, f"{place}[{index}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-5), place
    else:
        assert found == expected, place


@pytest.mark.parametrize("name", _FILES)
def test_a_golden_file_is_what_pytorch_computes(computed: dict[str, Any], name: str) -> None:
    assert set(computed) == set(_FILES)
    _assert_alike(json.loads(json.dumps(computed[name])), _golden(name), name)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_committed_folder_is_what_export_writes(folders: dict[str, Path], precision: str) -> None:
    committed = _FIXTURES / "models" / {"fp32": "debug", "int8": "debug-int8"}[precision]
    written = folders[precision]
    for graph in ("prompt", "noise", "unmask", "picture", "language", "sample_image", "sample_text", "pick_text"):
        assert (committed / f"{graph}.onnx").read_bytes() == (written / f"{graph}.onnx").read_bytes(), graph
    weights = load_file(written / WEIGHTS_FILE)
    for name, array in load_file(committed / WEIGHTS_FILE).items():
        # Quantised weights may differ by one where a random number does in its last bit.
        difference = np.abs(array.astype(float) - weights[name]).max()
        assert difference <= (1 if array.dtype == np.int8 else 1e-5), name


@pytest.mark.parametrize("case", _golden("unmask.json"), ids=lambda case: case["name"])
def test_the_committed_folder_draws_the_golden_pictures(committed: FolderSessions, case: dict[str, Any]) -> None:
    config_ids = [case["prompt_token_ids"], case["negative_token_ids"]]
    token_ids, lengths = np.zeros((2, 96), np.int64), np.array([len(ids) for ids in config_ids])
    for row, ids in enumerate(config_ids):
        token_ids[row, : len(ids)] = ids
    slots = prompt_slots(committed.run("prompt", {"token_ids": token_ids, "lengths": lengths}))
    after_steps: list[list[int]] = []

    def predict(code_ids_RN: torch.Tensor, noise_level_R: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        after_steps.append(code_ids_RN[0].tolist())
        given = {
            "code_ids": code_ids_RN.repeat(2, 1).numpy(),
            **noise_slots(committed, noise_level_R.float().repeat(2).numpy()),
            "prompt_slots": np.array([0, 1]),
            "prompt_lengths": lengths,
        }
        logits = torch.from_numpy(committed.run("unmask", given | slots)["logits"])
        return logits[:1], logits[1:]

    names = ("num_inference_steps", "guidance_scale", "temperature", "confidence_temperature")
    settings = UnmaskSettings(**{name: case[name] for name in names})
    codes, seed = torch.tensor([case["initial_code_ids"]]), int(case["seed"])
    drawn = unmask(predict, codes, 64, settings, seeds=[seed], rows=[case["row"]])
    assert [*after_steps[1:], drawn[0].tolist()] == case["code_ids_after_step"]


@pytest.mark.parametrize("case", _golden("text.json"), ids=lambda case: case["name"])
def test_the_committed_folder_gives_the_golden_log_probabilities(
    committed: FolderSessions, case: dict[str, Any]
) -> None:
    inputs = {"code_ids": np.array([case["code_ids"]])}
    inputs |= {name: np.array([case[name]], np.float32) for name in ("clip", "face")}
    slots = DecodeSlots(committed, committed.run("picture", inputs), 256)
    pieces = [case["text_token_ids"], *([token] for token in case["token_ids"])]
    logprobs = []
    for piece, token in zip(pieces, case["token_ids"], strict=False):
        logits = torch.from_numpy(slots.append(np.array([piece]))["logits"])[0, -1]
        logprobs.append(float(logits.log_softmax(dim=-1)[token]))
    assert logprobs == pytest.approx(case["logprobs"], abs=1e-4)
