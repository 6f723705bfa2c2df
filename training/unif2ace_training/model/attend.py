"""Softmax attention by the kernel that is fastest where it runs."""

# B rows, H heads, S queries, C keys, d head width

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """Scaled dot-product attention, [B, H, S, d] over [B, H, C, d]; `mask` is True where a query may look.

    On a CPU, PyTorch's fused kernel takes twice as long in bfloat16 as in float32 and three times as long as plain
    products (forward and backward of [24, 4, 130, 64]: 61, 32 and 21 ms of an EPYC with AVX-512 BF16).
    """
    if query.dtype != torch.bfloat16 or query.device.type != "cpu":
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    scores = (query / math.sqrt(query.shape[-1])) @ key.mT
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    return torch.softmax(scores, dim=-1).to(value.dtype) @ value
