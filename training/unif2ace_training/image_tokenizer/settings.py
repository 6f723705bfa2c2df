"""Sizes of the image tokenizer and how it is trained, by preset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from unif2ace_training.common.training_loop import LoopSettings
from unif2ace_training.config.schema import ModelConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageTokenizerConfig:
    """A picture of `image_size` pixels becomes image_grid × image_grid codes of `bits` bits.

    `patch` pixels are folded into features first; then each further width of `widths` halves the resolution.
    """

    image_size: int
    image_grid: int
    bits: int
    patch: int
    widths: tuple[int, ...]
    encoder_blocks: tuple[int, ...]
    decoder_blocks: tuple[int, ...]

    def __post_init__(self) -> None:
        reached = self.image_size // self.patch // 2 ** (len(self.widths) - 1)
        if reached != self.image_grid or self.image_size % self.patch:
            raise ValueError(
                f"{self.image_size} px in patches of {self.patch}, halved {len(self.widths) - 1} times, "
                f"is a grid of {reached}, not of {self.image_grid}"
            )

    @property
    def codebook_size(self) -> int:
        return 2**self.bits

    @property
    def image_tokens(self) -> int:
        return self.image_grid**2

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ImageTokenizerConfig":
        """Inverse of `to_dict`; lists become tuples again."""
        given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**given)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageTokenizerTraining(LoopSettings):
    """How encoder and decoder are trained from nothing."""

    batch_size: int = 16
    warmup_share: float = 0.03
    # A pixel of an eye or mouth counts this much more than one of a cheek: faces are read there.
    feature_weight: float = 4.0
    entropy_weight: float = 0.05
    commitment_weight: float = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoderRefinement(LoopSettings):
    """How a decoder is trained further against a critic."""

    samples: int = 26_000
    batch_size: int = 16
    muon_lr: float = 0.004
    adamw_lr: float = 4e-4
    warmup_share: float = 0.03
    feature_weight: float = 4.0
    # The critic learns alone for this share of the steps: what it says before then is noise.
    critic_alone: float = 0.03
    adversarial_weight: float = 0.05
    matching_weight: float = 4.0
    precision: Literal["float32", "bfloat16"] = "float32"


_SHAPES: dict[str, dict[str, Any]] = {
    "debug": {"patch": 4, "widths": (32, 64), "encoder_blocks": (1, 1), "decoder_blocks": (1, 1)},
    "small": {"patch": 4, "widths": (48, 128, 320), "encoder_blocks": (1, 2, 2), "decoder_blocks": (2, 2, 3)},
    "paper": {"patch": 4, "widths": (128, 256, 512), "encoder_blocks": (2, 4, 4), "decoder_blocks": (4, 4, 4)},
}
_SAMPLES = {"debug": 12_000, "small": 20_000, "paper": 20_000_000}


def image_tokenizer_config(model: ModelConfig) -> ImageTokenizerConfig:
    """The tokenizer that makes the codes of a model preset."""
    bits = model.codebook_size.bit_length() - 1
    return ImageTokenizerConfig(
        image_size=model.image_size, image_grid=model.image_grid, bits=bits, **_SHAPES[model.name]
    )


def image_tokenizer_training(preset: str) -> ImageTokenizerTraining:
    """How a preset's tokenizer is trained."""
    return ImageTokenizerTraining(samples=_SAMPLES[preset])
