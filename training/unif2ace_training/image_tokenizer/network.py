"""Convolutional encoder and decoder around the quantiser. Pictures are [B, 3, W, W] in −1…1."""

# B pictures, N code positions, G = √N, b bits, C channels

from collections.abc import Iterator
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.common.residual_block import NORM_GROUPS, residual_blocks
from unif2ace_training.image_tokenizer.quantizer import Quantized, code_ids, quantize, signs_of
from unif2ace_training.image_tokenizer.settings import ImageTokenizerConfig


class CodecSizes(Protocol):
    """What the rest of the package asks a codec's config."""

    @property
    def image_size(self) -> int: ...
    @property
    def image_grid(self) -> int: ...
    @property
    def image_tokens(self) -> int: ...
    @property
    def codebook_size(self) -> int: ...


class Codec(Protocol):
    """Pictures to codes and back: the one that is trained here, or MAGVIT-v2 as it was published."""

    @property
    def encoder(self) -> nn.Module: ...
    @property
    def decoder(self) -> nn.Module: ...
    @property
    def config(self) -> CodecSizes: ...
    def encode(self, pixels: Tensor) -> Tensor: ...
    def decode(self, ids_BN: Tensor) -> Tensor: ...
    def codebook(self) -> Tensor: ...
    def parameters(self) -> Iterator[nn.Parameter]: ...


class Encoder(nn.Module):
    """Pictures to features [B, b, G, G]."""

    def __init__(self, config: ImageTokenizerConfig):
        super().__init__()
        widths = config.widths
        self.fold = nn.PixelUnshuffle(config.patch)
        self.stem = nn.Conv2d(3 * config.patch**2, widths[0], 3, padding=1)
        self.stages = nn.ModuleList(residual_blocks(w, n) for w, n in zip(widths, config.encoder_blocks, strict=True))
        self.downsample = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in zip(widths, widths[1:], strict=False))
        self.norm = nn.GroupNorm(NORM_GROUPS, widths[-1])
        self.head = nn.Conv2d(widths[-1], config.bits, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.stem(self.fold(pixels))
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if index < len(self.downsample):
                x = self.downsample[index](x)
        return self.head(F.silu(self.norm(x)))


class Decoder(nn.Module):
    """Signs [B, b, G, G] to pictures, not clamped."""

    def __init__(self, config: ImageTokenizerConfig):
        super().__init__()
        widths = config.widths[::-1]
        self.stem = nn.Conv2d(config.bits, widths[0], 3, padding=1)
        blocks = config.decoder_blocks[::-1]
        self.stages = nn.ModuleList(residual_blocks(w, n) for w, n in zip(widths, blocks, strict=True))
        self.upsample = nn.ModuleList(nn.Conv2d(a, 4 * b, 1) for a, b in zip(widths, widths[1:], strict=False))
        self.norm = nn.GroupNorm(NORM_GROUPS, widths[-1])
        self.head = nn.Conv2d(widths[-1], 3 * config.patch**2, 3, padding=1)
        self.unfold = nn.PixelShuffle(config.patch)

    def forward(self, signs: Tensor) -> Tensor:
        x = self.stem(signs)
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if index < len(self.upsample):
                x = F.pixel_shuffle(self.upsample[index](x), 2)
        return self.unfold(self.head(F.silu(self.norm(x))))


class ImageTokenizer(nn.Module):
    """Encoder, quantiser and decoder."""

    def __init__(self, config: ImageTokenizerConfig):
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Quantized]:
        """Reconstruct pictures, with what the quantiser has to say about their codes."""
        quantized = quantize(self.encoder(pixels).movedim(1, -1))
        return self.decoder(quantized.signs.movedim(-1, 1)), quantized

    def encode(self, pixels: Tensor) -> Tensor:
        """Code ids int64 [B, N], row by row from the top left."""
        return code_ids(self.encoder(pixels).movedim(1, -1)).flatten(1)

    def decode(self, ids_BN: Tensor) -> Tensor:
        """Pictures of code ids, in −1…1."""
        grid = self.config.image_grid
        signs = signs_of(ids_BN, self.config.bits).movedim(-1, 1).unflatten(2, (grid, grid))
        return self.decoder(signs).clamp(-1, 1)

    def codebook(self) -> Tensor:
        """Signs of every code id, float32 [codes, b]."""
        return signs_of(torch.arange(self.config.codebook_size), self.config.bits)


class PictureEncoder(nn.Module):
    """The exported graph `picture_encoder`: pixels [B, 3, W, W] in −1…1 to code ids int64 [B, N]."""

    def __init__(self, tokenizer: Codec):
        super().__init__()
        self.tokenizer = tokenizer

    def forward(self, pixels: Tensor) -> Tensor:
        return self.tokenizer.encode(pixels)


class PictureDecoder(nn.Module):
    """The exported graph `picture_decoder`: code ids int64 [B, N] to pixels uint8 [B, W, W, 3]."""

    def __init__(self, tokenizer: Codec):
        super().__init__()
        self.decoder = tokenizer.decoder
        self.grid = tokenizer.config.image_grid
        # A table instead of bit shifts, which few runtimes have for int64.
        self.signs: Tensor
        self.register_buffer("signs", tokenizer.codebook(), persistent=False)

    def forward(self, code_ids: Tensor) -> Tensor:
        signs = self.signs[code_ids].unflatten(1, (self.grid, self.grid)).permute(0, 3, 1, 2)
        pixels = self.decoder(signs).clamp(-1, 1)
        return ((pixels + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1)
