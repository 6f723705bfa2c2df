"""A complete model of the `debug` preset with random weights: what tests export, serve and compare with.

Nothing is learned, but everything has an effect: outputs that training starts at zero (routed experts, resamplers)
and biases are random as well, and the heads are sharp enough that tokens do not hang on rounding.
"""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import debug
from unif2ace_training.data.sequences import TOKENIZER_FILE, load_tokenizer
from unif2ace_training.encoders.network import ClipEncoder, FaceEncoder
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.published_onnx import read_arcface, read_clip, read_scrfd
from unif2ace_training.encoders.settings import clip_tower_config, face_tower_config
from unif2ace_training.export.manifest import Description, Provenance
from unif2ace_training.export.model_folder import write_model_folder
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.published_layouts import CLIP_FILE, DETECTOR_FILE, FACE_FILE
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.settings import image_tokenizer_config
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import new_model

_SEED = 1
_SMALL = 0.1
_HEAD_STD = 0.12


def debug_parts(prepared: Path) -> TrainedParts:
    """The parts; the text tokenizer is that of `prepared`, and the model takes its vocabulary."""
    tokenizer = load_tokenizer(prepared)
    config = replace(debug(), text_vocabulary=tokenizer.get_vocab_size())
    model = new_model(config, torch_generator(_SEED, "debug model")).eval()
    _disturb(model)
    clip, face = ClipEncoder(clip_tower_config(config)), FaceEncoder(face_tower_config(config))
    codec = ImageTokenizer(image_tokenizer_config(config))
    for name, module in (("codec", codec), ("clip", clip), ("face", face)):
        _randomise(module, name)
    return TrainedParts(
        model=model.requires_grad_(False),
        image_tokenizer=codec.eval().requires_grad_(False),
        clip=clip.eval().requires_grad_(False),
        face=face.eval().requires_grad_(False),
        clip_preprocessing=Preprocessing(size=clip.config.image_size),
        face_preprocessing=Preprocessing(size=face.config.image_size),
        text_tokenizer=tokenizer,
        text_tokenizer_path=prepared / TOKENIZER_FILE,
    )


def with_published_encoders(parts: TrainedParts, layouts: Path) -> TrainedParts:
    """The same model with the files of `published_layouts.py` as its encoders."""
    return replace(
        parts,
        clip=read_clip(layouts / CLIP_FILE),
        face=read_arcface(layouts / FACE_FILE),
        face_detector=read_scrfd(layouts / DETECTOR_FILE),
        clip_preprocessing=None,
        face_preprocessing=None,
    )


def write_debug_folder(out: Path, parts: TrainedParts, precision: Precision) -> None:
    """The model folder of these parts; the same bytes every time."""
    description = Description(
        name=out.name,
        description="Random weights of the debug preset: for tests, not for faces.",
        license="Apache-2.0",
    )
    provenance = Provenance(run="none", commit="none", created="2026-01-01T00:00:00Z", data="none: random weights")
    write_model_folder(out, parts, precision, description, provenance)


@torch.no_grad()
def _disturb(model: FaceModel) -> None:
    """Add a little of its own to what starts at zero or at one; spread the routers' choices and the logits."""
    generator = torch_generator(_SEED, "debug disturbance")
    for name, parameter in model.named_parameters():
        parts = name.split(".")
        if parts[0] == "head":
            parameter.normal_(std=_HEAD_STD, generator=generator)
        elif "gate" in parts:
            parameter.normal_(std=0.5, generator=generator)
        elif parameter.ndim == 1 or not parameter.any():
            parameter.add_(torch.empty_like(parameter).normal_(std=_SMALL, generator=generator))


@torch.no_grad()
def _randomise(module: nn.Module, name: str) -> None:
    """Weights of the usual size from a generator of its own: PyTorch's initialisers read the global one."""
    generator = torch_generator(_SEED, name)
    for parameter in module.parameters():
        if parameter.ndim == 1:
            parameter.normal_(std=_SMALL, generator=generator)
        else:
            parameter.normal_(std=parameter[0].numel() ** -0.5, generator=generator)
    for each in module.modules():
        if isinstance(each, nn.GroupNorm):
            each.weight.add_(1.0)
