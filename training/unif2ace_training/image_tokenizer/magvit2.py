"""MAGVIT-v2 as Show-o publishes it (repository showlab/Show-o, models/modeling_magvitv2.py; weights showlab/magvitv2).

Modules have the published names, so that a published file is loaded name by name. Pictures are [B, 3, W, W] in −1…1.
"""

# B pictures, N code positions, G = √N, b bits, C channels

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.image_tokenizer.magvit2_settings import Magvit2Config

# The published GroupNorm's.
_GROUPS, _EPSILON = 32, 1e-6


class Magvit2(nn.Module):
    """Encoder, signs, decoder; a code's first bit is its highest, other than in the codec that is trained here."""

    def __init__(self, config: Magvit2Config):
        super().__init__()
        self.config = config
        self.encoder = _Encoder(config)
        self.decoder = _Decoder(config)

    def encode(self, pixels: Tensor) -> Tensor:
        """Code ids int64 [B, N], row by row from the top left."""
        positive = (self.encoder(pixels) > 0).long()
        return (positive * (1 << self._places(pixels.device))[:, None, None]).sum(dim=1).flatten(1)

    def decode(self, ids_BN: Tensor) -> Tensor:
        """Pictures of code ids, in −1…1."""
        grid = self.config.image_grid
        signs = self._signs(ids_BN).movedim(-1, 1).unflatten(2, (grid, grid))
        return self.decoder(signs).clamp(-1, 1)

    def codebook(self) -> Tensor:
        """Signs of every code id, float32 [codes, b]."""
        return self._signs(torch.arange(self.config.codebook_size))

    def _places(self, device: torch.device) -> Tensor:
        return torch.arange(self.config.bits - 1, -1, -1, device=device)

    def _signs(self, ids: Tensor) -> Tensor:
        return ((ids[..., None] >> self._places(ids.device)) & 1).float() * 2 - 1


class _Encoder(nn.Module):
    """Pictures to features [B, b, G, G]."""

    def __init__(self, config: Magvit2Config):
        super().__init__()
        widths, last = config.encoder_widths, config.encoder_widths[-1]
        self.conv_in = nn.Conv2d(3, config.width, 3, padding=1)
        self.down = nn.ModuleList()
        before = config.width
        for index, (width, count) in enumerate(zip(widths, config.encoder_blocks, strict=True)):
            self.down.append(_DownLevel(before, width, count, is_last=index == len(widths) - 1))
            before = width
        self.mid = _Middle(last)
        self.norm_out = _norm(last)
        self.conv_out = nn.Conv2d(last, config.bits, 3, padding=1)
        self.quant_conv = nn.Conv2d(config.bits, config.bits, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.conv_in(pixels)
        for level in self.down:
            x = level(x)
        x = F.silu(self.norm_out(self.mid(x)))
        return self.quant_conv(self.conv_out(x))


class _Decoder(nn.Module):
    """Signs [B, b, G, G] to pictures, not clamped. `up` is listed from the finest level, and run from the coarsest."""

    def __init__(self, config: Magvit2Config):
        super().__init__()
        widths = config.decoder_widths
        self.post_quant_conv = nn.Conv2d(config.bits, config.bits, 1)
        self.conv_in = nn.Conv2d(config.bits, widths[-1], 3, padding=1)
        self.mid = _Middle(widths[-1])
        self.up = nn.ModuleList()
        for index, (width, count) in enumerate(zip(widths, config.decoder_blocks, strict=True)):
            before = widths[min(index + 1, len(widths) - 1)]
            self.up.append(_UpLevel(before, width, count, is_last=index == 0))
        self.norm_out = _norm(widths[0])
        self.conv_out = nn.Conv2d(widths[0], 3, 3, padding=1)

    def forward(self, signs: Tensor) -> Tensor:
        x = self.mid(self.conv_in(self.post_quant_conv(signs)))
        for level in reversed(self.up):
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class _DownLevel(nn.Module):
    """Blocks of one resolution, and the way to the next."""

    def __init__(self, before: int, width: int, count: int, *, is_last: bool):
        super().__init__()
        self.block = _blocks(before, width, count)
        self.downsample = None if is_last else _Downsample(width)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        return x if self.downsample is None else self.downsample(x)


class _UpLevel(nn.Module):
    """Blocks of one resolution, and the way to the next finer one."""

    def __init__(self, before: int, width: int, count: int, *, is_last: bool):
        super().__init__()
        self.block = _blocks(before, width, count)
        self.upsample = None if is_last else _Upsample(width)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        return x if self.upsample is None else self.upsample(x)


class _Middle(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.block_1 = _ResidualBlock(width, width)
        self.attn_1 = _Attention(width)
        self.block_2 = _ResidualBlock(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.block_2(self.attn_1(self.block_1(x)))


class _ResidualBlock(nn.Module):
    def __init__(self, before: int, width: int):
        super().__init__()
        self.norm1 = _norm(before)
        self.conv1 = nn.Conv2d(before, width, 3, padding=1)
        self.norm2 = _norm(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.nin_shortcut = None if before == width else nn.Conv2d(before, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (x if self.nin_shortcut is None else self.nin_shortcut(x))


class _Attention(nn.Module):
    """One head over all positions."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = _norm(width)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        normalised = self.norm(x)
        query, key, value = (part(normalised).flatten(2).transpose(-1, -2) for part in (self.q, self.k, self.v))
        weights = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(x.shape[1]), dim=-1)
        return x + self.proj_out((weights @ value).transpose(-1, -2).unflatten(2, x.shape[2:]))


class _Downsample(nn.Module):
    """Half the resolution; the row and column that the stride needs come in at the right and at the bottom."""

    def __init__(self, width: int):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class _Upsample(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


def _blocks(before: int, width: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(_ResidualBlock(before if index == 0 else width, width) for index in range(count))


def _norm(width: int) -> nn.GroupNorm:
    return nn.GroupNorm(_GROUPS, width, eps=_EPSILON)
