"""A model folder read back into PyTorch is the model that was exported."""

from pathlib import Path

import pytest
import torch

from unif2ace_training.export.debug_parts import debug_parts
from unif2ace_training.export.manifest import Description, Provenance
from unif2ace_training.export.model_folder import write_model_folder
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.read_folder import read_folder
from unif2ace_training.export.shared_weights import WEIGHTS_FILE
from unif2ace_training.export.trained_parts import TrainedParts

_PREPARED = Path(__file__).parents[1] / "assets" / "tiny" / "prepared"


@pytest.fixture(scope="module")
def parts() -> TrainedParts:
    return debug_parts(_PREPARED)


def _exported(folder: Path, parts: TrainedParts, precision: Precision) -> Path:
    description = Description(name="debug", description="A test.", license="Apache-2.0")
    provenance = Provenance(run="test", commit="none", created="2026-01-01T00:00:00Z", data="none")
    write_model_folder(folder / "model", parts, precision, description, provenance)
    return folder / "model"


def _used_rows(name: str, parts: TrainedParts) -> torch.Tensor:
    """Rows on which an output depends: specials are never predicted, a picture's last hidden states never read."""
    config = parts.model.config
    used = torch.ones(len(parts.model.state_dict()[name]), dtype=torch.bool)
    if name.startswith(f"layers.{config.num_layers - 1}.sequence_moe.understand.resamplers."):
        used[:] = False
    if name.startswith("head."):
        used[config.text_vocabulary : config.image_offset] = False
        used[config.image_offset + config.codebook_size :] = False
    return used


def test_float32_weights_come_back_bit_for_bit(tmp_path: Path, parts: TrainedParts) -> None:
    read = read_folder(_exported(tmp_path, parts, "fp32")).state_dict()
    for name, tensor in parts.model.state_dict().items():
        used = _used_rows(name, parts)
        assert torch.equal(read[name][used], tensor[used]), name


def test_int8_weights_come_back_within_half_a_step_of_their_block(tmp_path: Path, parts: TrainedParts) -> None:
    read = read_folder(_exported(tmp_path, parts, "int8")).state_dict()
    for name, tensor in parts.model.state_dict().items():
        used = _used_rows(name, parts)
        if not used.any():
            continue
        assert (read[name][used] - tensor[used]).abs().max() <= tensor.abs().max() / 127 / 2 + 1e-7, name


def test_a_folder_without_weights_is_refused_with_its_reason(tmp_path: Path, parts: TrainedParts) -> None:
    folder = _exported(tmp_path, parts, "fp32")
    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(ValueError, match="`export` writes it"):
        read_folder(folder)
