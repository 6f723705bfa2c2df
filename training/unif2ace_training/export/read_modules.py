"""Reads the convolutional parts of a model folder back into PyTorch: the codec and both encoders."""

from pathlib import Path
from typing import TypeVar

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.config.schema import ModelConfig, model_config_from_dict
from unif2ace_training.encoders.network import ClipEncoder, FaceEncoder
from unif2ace_training.encoders.settings import clip_tower_config, face_tower_config
from unif2ace_training.export.manifest import read_manifest
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.settings import image_tokenizer_config
from unif2ace_training.model.weights import CONFIG_FILE

_Module = TypeVar("_Module", bound=nn.Module)


def read_image_tokenizer(folder: Path) -> ImageTokenizer:
    """Encoder and decoder of the folder's pictures, in evaluation mode.

    Raises:
        ValueError: a graph is missing, or it is not one that `export` traced from this preset.
    """
    tokenizer = ImageTokenizer(image_tokenizer_config(_config(folder)))
    _fill(tokenizer.encoder, folder / "picture_encoder.onnx", "tokenizer.encoder.")
    _fill(tokenizer.decoder, folder / "picture_decoder.onnx", "decoder.")
    return tokenizer.eval().requires_grad_(False)


def read_clip(folder: Path) -> ClipEncoder:
    """The CLIP-style encoder of pictures; raises as `read_image_tokenizer`."""
    _refuse_published(folder)
    return _fill(ClipEncoder(clip_tower_config(_config(folder))), folder / "clip.onnx", "encoder.")


def read_face(folder: Path) -> FaceEncoder:
    """The face encoder; raises as `read_image_tokenizer`."""
    _refuse_published(folder)
    return _fill(FaceEncoder(face_tower_config(_config(folder))), folder / "face.onnx", "encoder.")


def _refuse_published(folder: Path) -> None:
    fits = {name: entry["fit"] for name, entry in read_manifest(folder)["preprocessing"].items()}
    if fits["clip"] == "clip" or fits["face"] == "aligned_face":
        raise ValueError(
            f"{folder} has published encoders: make a folder of them by `encoders --published-clip` and "
            "`--published-face`, or adapt the model folder itself by `train --init --data`"
        )


def _config(folder: Path) -> ModelConfig:
    return model_config_from_dict(read_json(folder / CONFIG_FILE))


def _fill(module: _Module, path: Path, prefix: str) -> _Module:
    """`module` with the weights of its graph.

    A traced graph keeps the names of convolutions and linear maps. A GroupNorm becomes several operators there, whose
    scale and shift have lost their names; they stand in the order in which the norms are run.
    """
    if not path.exists():
        raise ValueError(f"{path} does not exist")
    stored = _initializers(path)
    norms = iter([value for name, value in stored.items() if name.startswith(("onnx::Mul_", "onnx::Add_"))])
    state: dict[str, Tensor] = {}
    try:
        for name, child in module.named_modules():
            for parameter, wanted in child.named_parameters(name, recurse=False):
                value = next(norms) if isinstance(child, nn.GroupNorm) else stored[prefix + parameter]
                state[parameter] = value.reshape(wanted.shape)
        module.load_state_dict(state)
    except (KeyError, StopIteration, RuntimeError) as error:
        raise ValueError(f"{path} is not a graph that `export` traced from these sizes: {error}") from error
    return module.eval().requires_grad_(False)


def _initializers(path: Path) -> dict[str, Tensor]:
    """The graph's stored tensors in the order in which its nodes use them."""
    graph = onnx.load(path).graph
    stored = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    used = [name for node in graph.node for name in node.input if name in stored]
    return {name: stored[name] for name in dict.fromkeys(used)}
