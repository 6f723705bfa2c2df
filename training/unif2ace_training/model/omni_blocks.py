"""Omni-attention as FlexAttention's blocks of positions, of which those that nobody may look at are skipped.

The same as `omni_mask`, whose page says what may look at what; whole sequences only.
"""

# B rows, T text positions (right padded), J positions of a picture's block

import torch
from torch import Tensor
from torch.nn.attention.flex_attention import BlockMask, create_block_mask


def generate_mask(text_lengths_B: Tensor, text_capacity: int, block_length: int) -> BlockMask:
    """Text (padded to T), then the picture's block of J."""

    def may_look(row: Tensor, _: Tensor, query: Tensor, key: Tensor) -> Tensor:
        from_block = (key < text_lengths_B[row]) | (key >= text_capacity)
        return torch.where(query < text_capacity, key <= query, from_block)

    size = text_capacity + block_length
    return create_block_mask(may_look, len(text_lengths_B), None, size, size, device=text_lengths_B.device)  # pyright: ignore[reportArgumentType]


def understand_mask(prefix_length: int, text_capacity: int, device: torch.device) -> BlockMask:
    """A picture's prefix of J, then causal text."""

    def may_look(_row: Tensor, _head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        within_picture = (query > 0) & (query < prefix_length) & (key < prefix_length)
        return (key <= query) | within_picture

    size = prefix_length + text_capacity
    return create_block_mask(may_look, None, None, size, size, device=device)  # pyright: ignore[reportArgumentType]
