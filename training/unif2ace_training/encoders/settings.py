"""Sizes of the two encoders and how they are trained, by preset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from unif2ace_training.common.training_loop import LoopSettings
from unif2ace_training.config.schema import ModelConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class TowerConfig:
    """A convolutional picture tower and the width of the vector that it ends in.

    `patch` pixels are folded into features first; then each further width of `widths` halves the resolution, and
    `position_width` features of every remaining position lie side by side in the pooled vector.
    """

    image_size: int
    patch: int
    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    position_width: int
    embedding_width: int

    def __post_init__(self) -> None:
        if self.image_size % (self.patch * 2 ** (len(self.widths) - 1)):
            raise ValueError(
                f"{self.image_size} px in patches of {self.patch} cannot be halved {len(self.widths) - 1} times"
            )

    @property
    def grid(self) -> int:
        """Positions of a side at the end of the tower."""
        return self.image_size // self.patch // 2 ** (len(self.widths) - 1)

    @property
    def pooled_width(self) -> int:
        return self.position_width * self.grid**2

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`; lists become tuples again."""
        given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**given)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextTowerConfig:
    """The text tower of CLIP's training; it is not exported."""

    vocabulary: int
    width: int
    num_layers: int
    num_heads: int
    embedding_width: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class EncoderTraining(LoopSettings):
    """How an encoder is trained.

    A sample is a picture with a text for CLIP; for the face encoder a picture of a person, to which half as many
    pictures without a face are added. `label_weight` is the factor of CLIP's loss on labels; 0 learns from texts alone.
    `photographed` is the share of pictures that are changed as a camera and the web would have (as_photographed.py).
    """

    warmup_share: float = 0.05
    label_weight: float = 0.0
    photographed: float = 0.0

    def __post_init__(self) -> None:
        if self.samples < self.batch_size:
            raise ValueError(
                f"{self.samples} samples are fewer than the {self.batch_size} of one step; raise --samples"
            )
        if not 0 <= self.photographed <= 1:
            raise ValueError(f"a share of {self.photographed} is not one from 0 to 1; give another --photographed")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for checkpoints; earlier ones know nothing of photographs, and go on where there are none."""
        values = asdict(self)
        return values if self.photographed else {name: values[name] for name in values if name != "photographed"}


_TOWERS: dict[str, dict[str, Any]] = {
    "debug": {"image_size": 32, "patch": 4, "widths": (16, 32), "blocks": (1, 1), "position_width": 16},
    "small": {"image_size": 80, "patch": 4, "widths": (64, 128, 256), "blocks": (1, 2, 2), "position_width": 64},
    "paper": {
        "image_size": 224,
        "patch": 4,
        "widths": (128, 256, 512, 768),
        "blocks": (2, 3, 6, 2),
        "position_width": 128,
    },
}
_TEXT_TOWERS: dict[str, dict[str, int]] = {
    "debug": {"width": 32, "num_layers": 1, "num_heads": 2},
    "small": {"width": 128, "num_layers": 2, "num_heads": 2},
    "paper": {"width": 512, "num_layers": 8, "num_heads": 8},
}
_CLIP_TRAINING = {
    "debug": EncoderTraining(samples=9_600, batch_size=32),
    "small": EncoderTraining(samples=96_000, batch_size=64, label_weight=1.0),
    "paper": EncoderTraining(samples=10_000_000, batch_size=1024),
}
_FACE_TRAINING = {
    "debug": EncoderTraining(samples=9_600, batch_size=32),
    "small": EncoderTraining(samples=64_000, batch_size=64),
    "paper": EncoderTraining(samples=10_000_000, batch_size=512),
}


def clip_tower_config(model: ModelConfig) -> TowerConfig:
    """The picture tower of CLIP for a model preset."""
    return TowerConfig(embedding_width=model.clip_width, **_TOWERS[model.name])


def face_tower_config(model: ModelConfig) -> TowerConfig:
    """The picture tower of the face encoder for a model preset."""
    return TowerConfig(embedding_width=model.face_width, **_TOWERS[model.name])


def text_tower_config(model: ModelConfig, vocabulary: int) -> TextTowerConfig:
    """CLIP's text tower over a tokenizer of `vocabulary` tokens."""
    return TextTowerConfig(vocabulary=vocabulary, embedding_width=model.clip_width, **_TEXT_TOWERS[model.name])


def clip_training(preset: str) -> EncoderTraining:
    """How a preset's CLIP-style encoder is trained."""
    return _CLIP_TRAINING[preset]


def face_training(preset: str) -> EncoderTraining:
    """How a preset's face encoder is trained."""
    return _FACE_TRAINING[preset]
