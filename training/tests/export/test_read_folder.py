"""A model folder read back into PyTorch is the model that was exported."""

import shutil
from pathlib import Path

import pytest
import torch

from unif2ace_training.export.quantise import LARGEST
from unif2ace_training.export.read_folder import read_folder
from unif2ace_training.export.shared_weights import WEIGHTS_FILE
from unif2ace_training.export.trained_parts import TrainedParts


def _used_rows(name: str, debug: TrainedParts) -> torch.Tensor:
    """Rows on which an output depends: specials are never predicted, a picture's last hidden states never read."""
    config = debug.model.config
    used = torch.ones(len(debug.model.state_dict()[name]), dtype=torch.bool)
    if name.startswith(f"layers.{config.num_layers - 1}.sequence_moe.understand.resamplers."):
        used[:] = False
    if name.startswith("head."):
        used[config.text_vocabulary : config.image_offset] = False
        used[config.image_offset + config.codebook_size :] = False
    return used


def test_float32_weights_come_back_bit_for_bit(folders: dict[str, Path], debug: TrainedParts) -> None:
    read = read_folder(folders["fp32"]).state_dict()
    for name, tensor in debug.model.state_dict().items():
        used = _used_rows(name, debug)
        assert torch.equal(read[name][used], tensor[used]), name


def test_int8_weights_come_back_within_half_a_step(folders: dict[str, Path], debug: TrainedParts) -> None:
    read = read_folder(folders["int8"]).state_dict()
    for name, tensor in debug.model.state_dict().items():
        used = _used_rows(name, debug)
        if not used.any():
            continue
        assert (read[name][used] - tensor[used]).abs().max() <= tensor.abs().max() / LARGEST / 2 + 1e-7, name


def test_a_folder_without_weights_is_refused_with_its_reason(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(folders["fp32"], tmp_path / "model"))
    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(ValueError, match="`export` writes it"):
        read_folder(folder)
