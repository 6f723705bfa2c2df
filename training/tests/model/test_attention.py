"""Attention with partial rotary positions against a formula written out head by head."""

# B rows, S positions, D width

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.attention import Attention
from unif2ace_training.model.rope import rotary_angles, rotary_at, rotate


def filled(config: ModelConfig) -> Attention:
    attention = Attention(config)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in attention.parameters():
            parameter.normal_(std=0.2, generator=generator)
    return attention


def rotated(x_d: Tensor, position: int, config: ModelConfig) -> Tensor:
    """One head's features at one position: pairs (i, i + r/2) turned by position * theta^(-2i/r), the rest kept."""
    result, width = x_d.clone(), config.rotary_width
    for i in range(width // 2):
        angle = torch.tensor(position * config.rotary_theta ** (-2 * i / width))
        first, second = x_d[i], x_d[i + width // 2]
        result[i] = first * angle.cos() - second * angle.sin()
        result[i + width // 2] = second * angle.cos() + first * angle.sin()
    return result


@pytest.mark.parametrize("qk_norm", [False, True])
def test_it_is_the_formula_head_by_head(config: ModelConfig, qk_norm: bool):
    config = replace(config, qk_norm=qk_norm)
    attention, positions = filled(config), [3, 4, 9]
    x = torch.randn(1, 3, config.width, generator=torch.Generator().manual_seed(1))
    mask = torch.ones(3, 3, dtype=torch.bool).tril()
    rotary = rotary_at(torch.tensor([positions]), config.rotary_width, config.rotary_theta)
    output, _ = attention(x, rotary, mask[None, None])
    heads = []
    for head in range(config.num_heads):
        part = slice(head * config.head_width, (head + 1) * config.head_width)
        query, key, value = (
            F.linear(x[0], attention.qkv.weight.view(3, config.width, -1)[which][part])
            + attention.qkv.bias.view(3, -1)[which][part]
            for which in range(3)
        )
        if attention.q_norm is not None and attention.k_norm is not None:
            query, key = attention.q_norm(query), attention.k_norm(key)
        query, key = (
            torch.stack([rotated(row, at, config) for row, at in zip(part, positions, strict=True)])
            for part in (query, key)
        )
        scores = (query @ key.T / config.head_width**0.5).masked_fill(~mask, -torch.inf)
        heads.append(scores.softmax(dim=-1) @ value)
    expected = attention.out(torch.cat(heads, dim=-1))
    torch.testing.assert_close(output[0], expected, rtol=1e-4, atol=1e-5)


def test_half_of_a_head_is_rotated_and_the_rest_kept(config: ModelConfig):
    x = torch.randn(1, 4, 2, config.head_width, generator=torch.Generator().manual_seed(0))
    rotary = rotary_at(torch.arange(4)[None], config.rotary_width, config.rotary_theta)
    after = rotate(x, rotary)
    assert config.rotary_width == config.head_width // 2
    assert torch.equal(after[..., config.rotary_width :], x[..., config.rotary_width :])
    assert torch.equal(after[:, 0], x[:, 0])
    torch.testing.assert_close(after.norm(dim=-1), x.norm(dim=-1))
    assert rotate(x.bfloat16(), rotary).dtype == torch.bfloat16


def test_products_depend_on_distance_alone(config: ModelConfig):
    query, key = torch.randn(2, 1, 1, 1, config.head_width, generator=torch.Generator().manual_seed(0))

    def product(at_query: int, at_key: int) -> Tensor:
        turned = (
            rotate(x, rotary_at(torch.tensor([[at]]), config.rotary_width, config.rotary_theta))
            for x, at in ((query, at_query), (key, at_key))
        )
        first, second = turned
        return (first * second).sum()

    torch.testing.assert_close(product(7, 2), product(105, 100), rtol=1e-4, atol=1e-4)
    assert not torch.isclose(product(7, 2), product(7, 3))


def test_angles_of_the_first_pair_are_the_positions(config: ModelConfig):
    angles = rotary_angles(torch.tensor([[0, 1, 1000]]), config.rotary_width, config.rotary_theta)
    assert angles[0, :, 0].tolist() == [0.0, 1.0, 1000.0]
    assert float(angles[0, 2, -1]) == pytest.approx(1000 * 10_000 ** (-14 / 16), rel=1e-6)
