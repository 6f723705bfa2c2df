"""Omni-attention: causal over text, full among the tokens of one picture, padding never seen (Show-o, section 3.2).

`True` means "may look at". `<|soi|>` and `<|eoi|>` belong to the picture's block; `<|mmu|>` is a text row.
"""

# B rows, T text positions (right padded), J positions of a picture's block

import torch
from torch import Tensor


def generate_mask(text_lengths_B: Tensor, text_capacity: int, block_length: int) -> Tensor:
    """Mask [B, 1, T+J, T+J] of `text` (padded to T) then the picture's block of J.

    Text rows are causal, so they never see the padding that follows them, nor the picture. A padding row sees what
    a text row in its place would, which keeps its softmax finite; nothing ever looks at it.
    """
    batch, device = len(text_lengths_B), text_lengths_B.device
    size = text_capacity + block_length
    mask = torch.ones(size, size, dtype=torch.bool, device=device).tril().repeat(batch, 1, 1)
    mask[:, text_capacity:, :text_capacity] = text_is_real(text_lengths_B, text_capacity)[:, None]
    mask[:, text_capacity:, text_capacity:] = True
    return mask[:, None]


def picture_mask(prefix_length: int, device: torch.device) -> Tensor:
    """Mask [1, 1, J, J] of understanding's `[mmu] [soi] codes [eoi]`: the block sees `[mmu]`, never the reverse."""
    mask = torch.ones(prefix_length, prefix_length, dtype=torch.bool, device=device)
    mask[0, 1:] = False
    return mask[None, None]


def understand_mask(prefix_length: int, text_capacity: int, device: torch.device) -> Tensor:
    """Mask [1, 1, J+T, J+T] of a picture's prefix then causal text; right padding needs no mask of its own."""
    size = prefix_length + text_capacity
    mask = torch.ones(size, size, dtype=torch.bool, device=device).tril()
    mask[:prefix_length, :prefix_length] = picture_mask(prefix_length, device)
    return mask[None, None]


def text_is_real(text_lengths_B: Tensor, text_capacity: int) -> Tensor:
    """Which positions hold text rather than padding: bool [B, T]."""
    return torch.arange(text_capacity, device=text_lengths_B.device) < text_lengths_B[:, None]
