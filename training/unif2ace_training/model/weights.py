"""Weights on disk: a safetensors file beside the config that shaped them."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from unif2ace_training.common.artifacts import atomic_path, read_json, write_json
from unif2ace_training.config.schema import ModelConfig, model_config_from_dict
from unif2ace_training.model.face_model import FaceModel

CONFIG_FILE = "model_config.json"
WEIGHTS_FILE = "ema.safetensors"


def save_config(folder: Path, config: ModelConfig) -> None:
    """Write the sizes of the model of this run."""
    write_json(folder / CONFIG_FILE, config.to_dict())


def save_weights(folder: Path, state: dict[str, Tensor]) -> None:
    """Write a model's (usually averaged) weights, atomically."""
    with atomic_path(folder / WEIGHTS_FILE) as partial:
        save_file({name: tensor.detach().contiguous() for name, tensor in state.items()}, partial)


def load_model(folder: Path) -> FaceModel:
    """The model of a run folder, in evaluation mode on the CPU. Its weights lie in the file until they are needed.

    Raises:
        ValueError: the folder has no weights, or they do not belong to its config.
    """
    config = model_config_from_dict(read_json(folder / CONFIG_FILE))
    weights = folder / WEIGHTS_FILE
    if not weights.exists():
        raise ValueError(f"{weights} does not exist; `train --out {folder}` writes it when it saves a checkpoint")
    try:
        state = load_file(weights)
    except SafetensorError as error:
        raise ValueError(f"{weights} is damaged ({error}); let the run save its checkpoint again") from error
    with torch.device("meta"):
        model = FaceModel(config)
    difference = _difference(model.state_dict(), state)
    if difference is not None:
        raise ValueError(f"{weights} does not fit {folder / CONFIG_FILE}: {difference}")
    model.load_state_dict(state, assign=True)
    return model.eval()


def _difference(expected: dict[str, Tensor], found: dict[str, Tensor]) -> str | None:
    """The first tensor that is missing, superfluous or of another shape, in words; None when all fit."""
    for name, tensor in expected.items():
        if name not in found:
            return f"it has no {name}"
        if found[name].shape != tensor.shape:
            return f"its {name} is {list(found[name].shape)} where the config says {list(tensor.shape)}"
    superfluous = sorted(found.keys() - expected.keys())
    return f"the config has no place for its {superfluous[0]}" if superfluous else None
