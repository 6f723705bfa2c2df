"""Reads the transformer of a model folder back into PyTorch: the same weights for a peer, a study or more training."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import Tensor

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.config.schema import ModelConfig, model_config_from_dict
from unif2ace_training.export.manifest import MANIFEST_FILE
from unif2ace_training.export.quantise import QuantisedMatrix
from unif2ace_training.export.shared_weights import WEIGHTS_FILE
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import CONFIG_FILE, load_model

_INT8 = ".int8"


def read_weights(folder: Path) -> FaceModel:
    """The model of a run folder or of a model folder, in evaluation mode; raises as `load_model` or `read_folder`."""
    return read_folder(folder) if (folder / MANIFEST_FILE).exists() else load_model(folder)


def read_folder(folder: Path) -> FaceModel:
    """The model with the folder's weights, int8 matrices dequantised to float32.

    What no output depends on is not in the folder and is zero here: the head's rows between text and codes, and the
    last layer's resamplers of understanding (only keys and values of a picture's positions are used there).

    Raises:
        ValueError: the folder has no weights, or they do not belong to its config.
    """
    config = model_config_from_dict(read_json(folder / CONFIG_FILE))
    weights = folder / WEIGHTS_FILE
    if not weights.exists():
        raise ValueError(f"{weights} does not exist; `export` writes it")
    arrays = load_file(weights)
    model = FaceModel(config)
    state = {}
    unused = f"layers.{config.num_layers - 1}.sequence_moe.understand.resamplers."
    for name, wanted in model.state_dict().items():
        if name.startswith(unused) and name not in arrays:
            state[name] = torch.zeros_like(wanted)
            continue
        try:
            state[name] = _head(name, arrays, config) if name.startswith("head.") else _tensor(name, arrays, wanted)
        except (KeyError, RuntimeError) as error:
            raise ValueError(f"{weights} does not fit {folder / CONFIG_FILE}: {name}: {error}") from error
    model.load_state_dict(state)
    return model.eval()


def _tensor(name: str, arrays: dict[str, np.ndarray], wanted: Tensor) -> Tensor:
    """One tensor in PyTorch's layout: linear maps are stored as [in, out], everything else as it is."""
    if name + _INT8 in arrays:
        return torch.from_numpy(QuantisedMatrix(arrays[name + _INT8], arrays[name + ".scales"]).dequantised())
    stored = torch.from_numpy(arrays[name])
    is_linear = wanted.ndim == 2 and name.endswith(".weight") and name != "embedding.weight"
    return stored.T.contiguous() if is_linear else stored.reshape(wanted.shape)


def _head(name: str, arrays: dict[str, np.ndarray], config: ModelConfig) -> Tensor:
    """The output head [vocabulary, ...] from its rows for text and for codes."""
    field = name.removeprefix("head.")
    shape = (config.joint_vocabulary, config.width) if field == "weight" else (config.joint_vocabulary,)
    head = torch.zeros(shape)
    rows = {
        "text": slice(0, config.text_vocabulary),
        "image": slice(config.image_offset, config.image_offset + config.codebook_size),
    }
    for part, place in rows.items():
        head[place] = _tensor(f"head.{part}.{field}", arrays, head[place])
    return head
