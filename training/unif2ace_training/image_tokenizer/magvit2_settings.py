"""Sizes of MAGVIT-v2 as Show-o publishes it, read off the published tensors."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import count, takewhile
from typing import Any, Final

from torch import Tensor

ARCHITECTURE: Final = "magvit-v2"


@dataclass(frozen=True, kw_only=True, slots=True)
class Magvit2Config:
    """Widths and counts of blocks from the finest level to the coarsest; each level halves the resolution."""

    image_size: int
    bits: int
    width: int  # of the first convolution
    encoder_widths: tuple[int, ...]
    encoder_blocks: tuple[int, ...]
    decoder_widths: tuple[int, ...]
    decoder_blocks: tuple[int, ...]

    @property
    def image_grid(self) -> int:
        """Codes of a side."""
        return self.image_size // 2 ** (len(self.encoder_widths) - 1)

    @property
    def image_tokens(self) -> int:
        return self.image_grid**2

    @property
    def codebook_size(self) -> int:
        return 2**self.bits

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return {"architecture": ARCHITECTURE, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Magvit2Config":
        """Inverse of `to_dict`; lists become tuples again."""
        given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        del given["architecture"]
        return cls(**given)


def magvit2_config(published: Mapping[str, Tensor], image_size: int) -> Magvit2Config:
    """The sizes of published weights; the picture's size is not among them, since everything is a convolution.

    Raises:
        ValueError: the tensors are not in the published layout; the message names the first that is missing.
    """
    for name in ("encoder.conv_in.weight", "encoder.quant_conv.weight", "decoder.post_quant_conv.weight"):
        if name not in published:
            raise ValueError(f"the published weights have no {name}; they are not in the layout of showlab/magvitv2")
    encoder_widths, encoder_blocks = _levels(published, "encoder.down")
    decoder_widths, decoder_blocks = _levels(published, "decoder.up")
    return Magvit2Config(
        image_size=image_size,
        bits=published["encoder.quant_conv.weight"].shape[0],
        width=published["encoder.conv_in.weight"].shape[0],
        encoder_widths=encoder_widths,
        encoder_blocks=encoder_blocks,
        decoder_widths=decoder_widths,
        decoder_blocks=decoder_blocks,
    )


def _levels(published: Mapping[str, Tensor], prefix: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Width and number of blocks of each level."""

    def conv(level: int, block: int) -> str:
        return f"{prefix}.{level}.block.{block}.conv1.weight"

    levels = list(takewhile(lambda level: conv(level, 0) in published, count()))
    if not levels:
        raise ValueError(f"the published weights have no {conv(0, 0)}; they are not in the layout of showlab/magvitv2")
    widths = tuple(published[conv(level, 0)].shape[0] for level in levels)
    blocks = tuple(len(list(takewhile(lambda b, at=level: conv(at, b) in published, count()))) for level in levels)
    return widths, blocks
