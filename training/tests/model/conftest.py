# B rows, T text positions

from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from unif2ace_training.config.presets import debug
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import new_model


class GenerateInputs(NamedTuple):
    """Arguments of `forward_generate`."""

    text_ids_BT: Tensor
    text_lengths_B: Tensor
    code_ids_BN: Tensor
    noise_level_B: Tensor


class UnderstandInputs(NamedTuple):
    """Arguments of `forward_understand`."""

    code_ids_BN: Tensor
    clip_BC: Tensor
    face_BF: Tensor
    text_ids_BT: Tensor
    text_lengths_B: Tensor


@pytest.fixture(scope="session")
def config() -> ModelConfig:
    return debug()


@pytest.fixture(scope="session")
def fresh_model(config: ModelConfig) -> Callable[[], FaceModel]:
    """Models as training begins them, all alike."""
    return lambda: new_model(config, torch.Generator().manual_seed(0)).eval()


@pytest.fixture(scope="session")
def busy_model(config: ModelConfig) -> Callable[[], FaceModel]:
    """Models of which every expert, bias and gain does something, all alike."""

    def make() -> FaceModel:
        generator = torch.Generator().manual_seed(1)
        model = new_model(config, generator).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "gate" in name.split("."):
                    # Wide logits: which experts are chosen depends on the input, and never by a hair's breadth.
                    parameter.normal_(std=1.0, generator=generator)
                elif parameter.ndim == 1:
                    parameter.add_(torch.empty_like(parameter).normal_(std=0.2, generator=generator))
                elif not parameter.any():
                    parameter.normal_(std=parameter.shape[1] ** -0.5, generator=generator)
        return model

    return make


@pytest.fixture(scope="session")
def model(busy_model: Callable[[], FaceModel]) -> FaceModel:
    """One busy model for tests that only read it."""
    return busy_model()


@pytest.fixture
def generate_inputs(config: ModelConfig) -> GenerateInputs:
    """Three pictures at different noise levels under prompts of 4, 7 and 9 tokens."""
    generator = torch.Generator().manual_seed(2)
    lengths_B = torch.tensor([4, 9, 7])
    codes = torch.randint(0, config.codebook_size + 1, (3, config.image_tokens), generator=generator)
    text_ids = torch.randint(0, config.text_vocabulary, (3, 9), generator=generator)
    text_ids[torch.arange(9) >= lengths_B[:, None]] = config.special_id("<|pad|>")
    text_ids[:, 0] = config.special_id("<|t2i|>")
    return GenerateInputs(text_ids, lengths_B, codes, torch.tensor([0.25, 0.5, 1.0]))


@pytest.fixture
def understand_inputs(config: ModelConfig) -> UnderstandInputs:
    """Three pictures, of which the last has no face, and texts of 6, 5 and 8 tokens."""
    generator = torch.Generator().manual_seed(3)
    lengths_B = torch.tensor([6, 5, 8])
    codes = torch.randint(0, config.codebook_size, (3, config.image_tokens), generator=generator)
    text_ids = torch.randint(0, config.text_vocabulary, (3, 8), generator=generator)
    text_ids[torch.arange(8) >= lengths_B[:, None]] = config.special_id("<|pad|>")
    clip, face = (torch.randn(3, width, generator=generator) for width in (config.clip_width, config.face_width))
    face[2] = 0
    return UnderstandInputs(codes, clip, face, text_ids, lengths_B)
