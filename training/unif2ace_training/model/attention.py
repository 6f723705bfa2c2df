"""Self-attention with partial rotary positions, optional query and key norms, and an optional past."""

# B rows, S positions of this pass, C positions of past and pass together, D width, H heads, d head width

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.attend import attend
from unif2ace_training.model.rope import Rotary, rotate


class KeyValues(NamedTuple):
    """Keys (already rotated) and values of one layer, [B, H, C, d] each."""

    key: Tensor
    value: Tensor


class Attention(nn.Module):
    """Multi-head attention of one layer. Which position sees which is the caller's mask."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.num_heads, self.head_width = config.num_heads, config.head_width
        self.epsilon = config.layer_norm_epsilon
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        if config.qk_norm:
            self.q_norm = nn.LayerNorm(config.head_width, eps=config.layer_norm_epsilon)
            self.k_norm = nn.LayerNorm(config.head_width, eps=config.layer_norm_epsilon)
        else:
            self.q_norm = self.k_norm = None

    def forward(
        self, x_BSD: Tensor, rotary: Rotary, mask: Tensor | BlockMask | None, past: KeyValues | None = None
    ) -> tuple[Tensor, KeyValues]:
        """Attend over past and present.

        Args:
            x_BSD: normalised input.
            rotary: rotation of the S positions.
            mask: bool [B or 1, 1, S, C], True = may look at, or the same in blocks; None when every position sees all.
            past: keys and values that come before this pass.

        Returns:
            Output [B, S, D], and keys and values of past and pass, [B, H, C, d].
        """
        batch, length, width = x_BSD.shape
        qkv = self.qkv(x_BSD).view(batch, length, 3 * self.num_heads, self.head_width)
        query_and_key, value = qkv.split([2 * self.num_heads, self.num_heads], dim=2)
        # Queries and keys are rotated together: one pass over memory instead of two.
        query_and_key = rotate(self._normalise(query_and_key), rotary).to(value.dtype)
        query, key = query_and_key.transpose(1, 2).chunk(2, dim=1)
        present = KeyValues(key, value.transpose(1, 2))
        if past is not None:
            joined = (torch.cat([old, new], dim=2) for old, new in zip(past, present, strict=True))
            present = KeyValues(*joined)
        if isinstance(mask, BlockMask):
            attended = _attend_by_blocks(query, *present, mask)
        else:
            attended = attend(query, *present, mask)
        return self.out(attended.transpose(1, 2).reshape(batch, length, width)), present

    def _normalise(self, query_and_key: Tensor) -> Tensor:
        """LayerNorm over each head's features, with one gain and bias for queries and one for keys."""
        if self.q_norm is None or self.k_norm is None:
            return query_and_key
        gain, bias = (
            torch.stack([getattr(self.q_norm, name), getattr(self.k_norm, name)]).repeat_interleave(
                self.num_heads, dim=0
            )
            for name in ("weight", "bias")
        )
        return F.layer_norm(query_and_key, (self.head_width,), eps=self.epsilon) * gain + bias


@lru_cache(maxsize=1)
def _compiled() -> Callable[..., Tensor]:
    """FlexAttention as one kernel; texts of many lengths are one program."""
    return torch.compile(flex_attention, dynamic=True)


def _attend_by_blocks(query: Tensor, key: Tensor, value: Tensor, mask: BlockMask) -> Tensor:
    """Skips the blocks that nobody may look at; where there is no compiler for it, the same in plain steps."""
    attend = _compiled() if query.is_cuda else flex_attention
    attended = attend(query, key, value, block_mask=mask)
    assert isinstance(attended, Tensor)
    return attended
