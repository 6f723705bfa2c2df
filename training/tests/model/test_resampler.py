"""The resampler and the embedding of the noise level (UniF2ace, appendices B and E)."""

# B rows, N picture positions, w resampler width

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.noise_embedding import embed_noise_level
from unif2ace_training.model.resampler import Resampler


@pytest.fixture
def resampler(config: ModelConfig) -> Resampler:
    resampler = Resampler(config, config.clip_width)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in resampler.parameters():
            parameter.normal_(std=0.3, generator=generator)
    return resampler


def test_latents_attend_to_the_vector_and_to_themselves(resampler: Resampler, config: ModelConfig):
    """`Z <- Z + MHA(Z, [e; Z]); Z <- Z + FFN(Z)` with torch's own multi-head attention."""
    condition = torch.randn(2, config.clip_width, generator=torch.Generator().manual_seed(1))
    context = F.linear(condition, resampler.project_in.weight, resampler.project_in.bias)[:, None]
    latents = resampler.latents.expand(2, -1, -1)
    for layer in resampler.layers:
        both = layer.attention_norm(torch.cat([context, latents], dim=1))
        attended = multi_head(layer, both[:, 1:], both)
        latents = latents + attended
        latents = latents + layer.feed_forward(layer.feed_forward_norm(latents))
    expected = resampler.project_out(resampler.norm(latents))
    output = resampler(condition)
    assert output.shape == (2, config.image_tokens, config.width)
    torch.testing.assert_close(output, expected, rtol=1e-4, atol=1e-5)


def multi_head(layer: torch.nn.Module, query: Tensor, source: Tensor) -> Tensor:
    width = query.shape[-1]
    output, _ = F.multi_head_attention_forward(
        query.transpose(0, 1),
        source.transpose(0, 1),
        source.transpose(0, 1),
        width,
        layer.num_heads,
        torch.cat([layer.query.weight, layer.key_value.weight]),
        torch.cat([layer.query.bias, layer.key_value.bias]),
        None,
        None,
        False,
        0.0,
        layer.out.weight,
        layer.out.bias,
    )
    return output.transpose(0, 1)


def test_rows_differ_and_follow_the_vector(resampler: Resampler, config: ModelConfig):
    condition = torch.randn(2, config.clip_width, generator=torch.Generator().manual_seed(1))
    output = resampler(condition)
    assert not torch.allclose(output[0], output[1])
    assert not torch.allclose(output[0, 0], output[0, 1])


def test_silenced_it_adds_exactly_nothing_and_still_learns(resampler: Resampler, config: ModelConfig):
    resampler.zero_output()
    output = resampler(torch.randn(2, config.clip_width))
    assert not output.any()
    output.sum().backward()
    assert resampler.project_out.weight.grad is not None
    assert resampler.project_out.weight.grad.any()


def test_noise_levels_are_embedded_as_cosines_then_sines():
    levels = [0.0, 0.001, 0.37, 1.0]
    embedding = embed_noise_level(torch.tensor(levels), 8)
    assert embedding.shape == (4, 8)
    for row, level in zip(embedding.tolist(), levels, strict=True):
        angles = [1000 * level * 10_000 ** (-i / 4) for i in range(4)]
        assert row == pytest.approx([*map(math.cos, angles), *map(math.sin, angles)], abs=1e-4)


def test_neighbouring_steps_of_a_schedule_are_told_apart():
    levels = torch.arange(65) / 64
    embedding = embed_noise_level(levels, 32)
    distances = torch.cdist(embedding, embedding) + 10 * torch.eye(65)
    assert distances.min() > 0.5
