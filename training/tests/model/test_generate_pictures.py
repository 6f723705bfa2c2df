"""Reference picture drawing over cached prefixes (docs/sampling.md)."""

# R pictures, N code positions

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.model.conftest import GenerateInputs
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.diffusion.unmask import UnmaskSettings, unmask
from unif2ace_training.model.face_model import FaceModel, Prefix
from unif2ace_training.model.generate_pictures import generate_pictures

SETTINGS = UnmaskSettings(num_inference_steps=5, guidance_scale=2.0, temperature=1.0, confidence_temperature=1.0)
SEEDS = [3, 4, 5]


@pytest.fixture
def unconditional(config: ModelConfig, generate_inputs: GenerateInputs) -> tuple[Tensor, Tensor]:
    """A shorter prompt for all rows."""
    return generate_inputs.text_ids_BT[:1, :3].expand(3, -1), torch.full((3,), 3)


def prefixes(model: FaceModel, inputs: GenerateInputs, unconditional: tuple[Tensor, Tensor]) -> tuple[Prefix, Prefix]:
    return model.prompt(*inputs[:2]), model.prompt(*unconditional)


@torch.no_grad()
def test_it_draws_what_recomputing_whole_sequences_draws(
    model: FaceModel, config: ModelConfig, generate_inputs: GenerateInputs, unconditional: tuple[Tensor, Tensor]
):
    def predict(code_ids_RN: Tensor, noise_level_R: Tensor) -> tuple[Tensor, Tensor]:
        return tuple(
            model.forward_generate(*texts, code_ids_RN, noise_level_R).logits_BNK
            for texts in (generate_inputs[:2], unconditional)
        )

    masked = torch.full((3, config.image_tokens), config.mask_code)
    recomputed = unmask(predict, masked, config.codebook_size, SETTINGS, SEEDS)
    drawn = generate_pictures(model, *prefixes(model, generate_inputs, unconditional), SETTINGS, SEEDS)
    assert torch.equal(drawn, recomputed)
    assert (drawn < config.codebook_size).all()


@torch.no_grad()
def test_without_guidance_the_unconditional_prompt_is_not_computed(
    model: FaceModel,
    generate_inputs: GenerateInputs,
    unconditional: tuple[Tensor, Tensor],
    monkeypatch: pytest.MonkeyPatch,
):
    both, passes, unmask_pass = prefixes(model, generate_inputs, unconditional), [], model.unmask
    monkeypatch.setattr(model, "unmask", lambda prefix, *rest: passes.append(prefix) or unmask_pass(prefix, *rest))
    off = replace(SETTINGS, guidance_scale=1.0)
    drawn = generate_pictures(model, *both, off, SEEDS)
    assert all(prefix is both[0] for prefix in passes)
    assert len(passes) == SETTINGS.num_inference_steps
    assert not torch.equal(drawn, generate_pictures(model, *both, SETTINGS, SEEDS))
