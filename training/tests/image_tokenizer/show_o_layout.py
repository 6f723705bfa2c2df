"""MAGVIT-v2 by its source (showlab/Show-o, models/modeling_magvitv2.py and common_modules.py): names, shapes, forward.

Written over a plain table of tensors, independently of the module that is tested.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]

# The published model's: VQGANEncoder.Config and VQGANDecoder.Config.
PUBLISHED = {
    "ch": 128, "bits": 13,
    "encoder_mult": (1, 2, 2, 4, 4), "encoder_blocks": (4, 3, 4, 3, 4),
    "decoder_mult": (1, 1, 2, 2, 4), "decoder_blocks": (4, 4, 3, 4, 3),
}  # fmt: skip
# 32 pixels to 4 x 4 codes of 6 bits, as the debug preset reads.
SMALL = {
    "ch": 32, "bits": 6,
    "encoder_mult": (1, 2, 2, 3), "encoder_blocks": (2, 1, 2, 1),
    "decoder_mult": (1, 1, 2, 3), "decoder_blocks": (1, 2, 1, 2),
}  # fmt: skip


def shapes(sizes: dict) -> dict[str, tuple[int, ...]]:
    """Every parameter of the published file, by name."""
    return dict(_parameters(sizes))


def random_weights(sizes: dict, seed: int = 0) -> Weights:
    """A file in the published layout, buffers included."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in shapes(sizes).items():
        fan_in = max(1, torch.Size(shape[1:]).numel())
        noise = torch.randn(shape, generator=generator)
        weights[name] = 1 + 0.2 * noise if "norm" in name and name.endswith("weight") else noise * fan_in**-0.5
    bits = sizes["bits"]
    powers = 2 ** torch.arange(bits - 1, -1, -1)
    weights["quantize.power_vals"] = powers
    weights["quantize.embedding"] = ((torch.arange(2**bits)[:, None] & powers) > 0).float() * 2 - 1
    return weights


def encode(w: Weights, sizes: dict, pixels: Tensor) -> Tensor:
    """`MAGViTv2.get_code`."""
    h = _conv(w, "encoder.conv_in", pixels, padding=1)
    levels = len(sizes["encoder_mult"])
    for level, blocks in enumerate(sizes["encoder_blocks"]):
        for block in range(blocks):
            h = _resnet(w, f"encoder.down.{level}.block.{block}", h)
        if level != levels - 1:
            h = _conv(w, f"encoder.down.{level}.downsample.conv", F.pad(h, (0, 1, 0, 1)), stride=2)
    h = _mid(w, "encoder.mid", h)
    h = _conv(w, "encoder.conv_out", _swish(_normalize(w, "encoder.norm_out", h)), padding=1)
    h = _conv(w, "encoder.quant_conv", h)
    return (w["quantize.power_vals"].reshape(1, -1, 1, 1) * (h > 0).float()).sum(1).long().flatten(1)


def decode(w: Weights, sizes: dict, ids: Tensor) -> Tensor:
    """`MAGViTv2.decode_code`."""
    side = int(ids.shape[1] ** 0.5)
    z = w["quantize.embedding"][ids.reshape(-1)].view(len(ids), side, side, -1).permute(0, 3, 1, 2)
    h = _conv(w, "decoder.conv_in", _conv(w, "decoder.post_quant_conv", z), padding=1)
    h = _mid(w, "decoder.mid", h)
    for level in reversed(range(len(sizes["decoder_mult"]))):
        for block in range(sizes["decoder_blocks"][level]):
            h = _resnet(w, f"decoder.up.{level}.block.{block}", h)
        if level != 0:
            doubled = h.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
            h = _conv(w, f"decoder.up.{level}.upsample.conv", doubled, padding=1)
    return _conv(w, "decoder.conv_out", _swish(_normalize(w, "decoder.norm_out", h)), padding=1)


def _conv(w: Weights, name: str, x: Tensor, *, stride: int = 1, padding: int = 0) -> Tensor:
    return F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], stride=stride, padding=padding)


def _swish(x: Tensor) -> Tensor:
    return x * torch.sigmoid(x)


def _normalize(w: Weights, name: str, x: Tensor) -> Tensor:
    """GroupNorm with 32 groups and eps 1e-6, spelled out."""
    grouped = x.reshape(len(x), 32, -1)
    mean, variance = grouped.mean(-1, keepdim=True), grouped.var(-1, unbiased=False, keepdim=True)
    normal = ((grouped - mean) / torch.sqrt(variance + 1e-6)).reshape(x.shape)
    return normal * w[f"{name}.weight"][:, None, None] + w[f"{name}.bias"][:, None, None]


def _resnet(w: Weights, name: str, x: Tensor) -> Tensor:
    h = _conv(w, f"{name}.conv1", _swish(_normalize(w, f"{name}.norm1", x)), padding=1)
    h = _conv(w, f"{name}.conv2", _swish(_normalize(w, f"{name}.norm2", h)), padding=1)
    return h + (_conv(w, f"{name}.nin_shortcut", x) if f"{name}.nin_shortcut.weight" in w else x)


def _mid(w: Weights, name: str, x: Tensor) -> Tensor:
    h = _resnet(w, f"{name}.block_1", x)
    normal = _normalize(w, f"{name}.attn_1.norm", h)
    batch, channels, height, width = h.shape
    q, k, v = (_conv(w, f"{name}.attn_1.{part}", normal).reshape(batch, channels, -1) for part in "qkv")
    attention = torch.softmax(torch.einsum("bci,bcj->bij", q, k) * channels**-0.5, dim=2)
    attended = torch.einsum("bcj,bij->bci", v, attention).reshape(batch, channels, height, width)
    return _resnet(w, f"{name}.block_2", h + _conv(w, f"{name}.attn_1.proj_out", attended))


def _parameters(sizes: dict) -> Iterator[tuple[str, tuple[int, ...]]]:
    ch, bits = sizes["ch"], sizes["bits"]
    encoder, decoder = ([ch * mult for mult in sizes[f"{side}_mult"]] for side in ("encoder", "decoder"))
    yield from _conv_shapes("encoder.conv_in", 3, ch, 3)
    for level, (into, out) in enumerate(zip([ch, *encoder], encoder, strict=False)):
        yield from _block_shapes(f"encoder.down.{level}", into, out, sizes["encoder_blocks"][level])
        if level != len(encoder) - 1:
            yield from _conv_shapes(f"encoder.down.{level}.downsample.conv", out, out, 3)
    yield from _end_shapes("encoder", encoder[-1], encoder[-1], bits)
    yield from _conv_shapes("encoder.quant_conv", bits, bits, 1)
    yield from _conv_shapes("decoder.conv_in", bits, decoder[-1], 3)
    for level, out in enumerate(decoder):
        into = decoder[level + 1] if level + 1 < len(decoder) else out
        yield from _block_shapes(f"decoder.up.{level}", into, out, sizes["decoder_blocks"][level])
        if level != 0:
            yield from _conv_shapes(f"decoder.up.{level}.upsample.conv", out, out, 3)
    yield from _end_shapes("decoder", decoder[-1], decoder[0], 3)
    yield from _conv_shapes("decoder.post_quant_conv", bits, bits, 1)


def _conv_shapes(name: str, into: int, out: int, kernel: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (out, into, kernel, kernel)
    yield f"{name}.bias", (out,)


def _norm_shapes(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def _resnet_shapes(name: str, into: int, out: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from _norm_shapes(f"{name}.norm1", into)
    yield from _conv_shapes(f"{name}.conv1", into, out, 3)
    yield from _norm_shapes(f"{name}.norm2", out)
    yield from _conv_shapes(f"{name}.conv2", out, out, 3)
    if into != out:
        yield from _conv_shapes(f"{name}.nin_shortcut", into, out, 1)


def _block_shapes(name: str, into: int, out: int, blocks: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for block in range(blocks):
        yield from _resnet_shapes(f"{name}.block.{block}", into if block == 0 else out, out)


def _end_shapes(side: str, middle: int, last: int, out: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for block in ("block_1", "block_2"):
        yield from _resnet_shapes(f"{side}.mid.{block}", middle, middle)
    yield from _norm_shapes(f"{side}.mid.attn_1.norm", middle)
    for part in ("q", "k", "v", "proj_out"):
        yield from _conv_shapes(f"{side}.mid.attn_1.{part}", middle, middle, 1)
    yield from _norm_shapes(f"{side}.norm_out", last)
    yield from _conv_shapes(f"{side}.conv_out", last, out, 3)
