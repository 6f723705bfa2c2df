"""A classifier of attributes, trained on portraits: it judges drawn pictures.

It shares nothing with the encoders that the model reads, so that the model cannot please it by what it was told. What
its last layer reads is also what distances between pictures are measured in.
"""

# n pictures, W pixels of a side, A attributes, H features

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.common.training_loop import TrainingLoop
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.encoders.augmentation import mirrored_where, moved
from unif2ace_training.encoders.network import PictureTower
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.settings import EncoderTraining, TowerConfig, clip_tower_config
from unif2ace_training.evaluation.descriptions import truth_of
from unif2ace_training.evaluation.distributions import Pictures
from unif2ace_training.evaluation.features import resized
from unif2ace_training.portraits.labels import Labels

# What is judged: a prompt can say it, and a small picture shows it.
JUDGED: Final = (
    "gender", "age_group", "skin_tone", "hair_colour", "beard", "glasses", "hat", "hat_colour", "earrings",
    "clothing_colour", "expression", "head_turn", "background_colour",
)  # fmt: skip
_SAMPLES: Final = {"debug": 3_200, "small": 32_000, "paper": 1_000_000}
_NOTHING_TO_SEE: Final = -100  # cross-entropy's own word for a row that does not count
_SHIFT, _ZOOM = 0.04, 0.08
_FEATURES = 128
# Half of the pictures are seen blurred and with noise: a softer picture shall not be another hair colour.
_BLURRED_SHARE, _NOISE = 0.5, 0.04
_BATCH = 64

# For each attribute the judge's value for every picture.
Verdicts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Classes:
    """The values of every judged attribute that occur among the training portraits."""

    of: Mapping[str, tuple[str, ...]]

    def targets(self, labels: Sequence[Labels]) -> NDArray[np.int64]:
        """Indices of the true values [n, A]."""
        return np.array([[self._index(name, truth_of(one, name)) for name in self.of] for one in labels])

    def _index(self, name: str, value: str | None) -> int:
        return self.of[name].index(value) if value in self.of[name] else _NOTHING_TO_SEE


class JudgeNetwork(nn.Module):
    """Pixels to logits of every attribute's values."""

    def __init__(self, config: TowerConfig, sizes: Sequence[int]):
        super().__init__()
        self.sizes = list(sizes)
        self.tower = PictureTower(config)
        self.features = nn.Linear(config.pooled_width, _FEATURES)
        self.head = nn.Linear(_FEATURES, sum(sizes))

    def features_of(self, pixels: Tensor) -> Tensor:
        """What the last layer reads, [n, H]."""
        return F.silu(self.features(self.tower(pixels)))

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        return self.head(self.features_of(pixels)).split(self.sizes, dim=1)


class Judge:
    """A trained classifier."""

    def __init__(self, network: JudgeNetwork, classes: Classes, preprocessing: Preprocessing):
        self._network, self._classes, self._preprocessing = network.eval(), classes, preprocessing

    @torch.inference_mode()
    def verdicts(self, pictures: Pictures) -> Verdicts:
        """The likeliest value of each attribute for pictures uint8 [n, W, W, 3] of any size."""
        chosen: dict[str, list[str]] = {name: [] for name in self._classes.of}
        for pixels in self._batches(pictures):
            for (name, values), logits in zip(self._classes.of.items(), self._network(pixels), strict=True):
                chosen[name] += [values[index] for index in logits.argmax(dim=1).tolist()]
        return chosen

    @torch.inference_mode()
    def features(self, pictures: Pictures) -> NDArray[np.float32]:
        """Features [n, H] of pictures uint8 [n, W, W, 3] of any size."""
        return np.concatenate([self._network.features_of(pixels).numpy() for pixels in self._batches(pictures)])

    @torch.inference_mode()
    def perceptual_distances(self, first: Pictures, second: Pictures) -> NDArray[np.float32]:
        """How differently picture i of both looks, [n]: squared distances of its features' directions at every place
        of every stage of the tower, as LPIPS measures them over AlexNet's (arXiv 1801.03924), without its weights."""
        tower, distances = self._network.tower, []
        for batch in zip(self._batches(first), self._batches(second), strict=True):
            stages = zip(*(tower.stages_of(pixels) for pixels in batch), strict=True)
            apart = [(F.normalize(a, dim=1) - F.normalize(b, dim=1)).square().sum(dim=1) for a, b in stages]
            distances.append(torch.stack([one.flatten(1).mean(dim=1) for one in apart]).mean(dim=0).numpy())
        return np.concatenate(distances)

    def _batches(self, pictures: Pictures) -> Iterator[Tensor]:
        for start in range(0, len(pictures), _BATCH):
            yield self._preprocessing.apply(resized(pictures[start : start + _BATCH], self._preprocessing.size))


def judge_size(config: ModelConfig) -> int:
    """Side of the pictures that the judge of a model looks at, in pixels."""
    return clip_tower_config(config).image_size


def train_judge(
    folder: Path, config: ModelConfig, pictures: Pictures, labels: Sequence[Labels], samples: int | None = None
) -> Judge:
    """Train on pictures uint8 [n, W, W, 3] of `judge_size`, or take the judge that `folder` holds.

    `samples` are pictures seen in all, by default what the preset of `config` takes.

    Raises:
        ValueError: the folder holds a judge of other pictures.
    """
    tower = clip_tower_config(config)
    preprocessing = Preprocessing(size=tower.image_size)
    classes = _classes_of(labels)
    targets = np.stack([classes.targets(labels), classes.targets([one.mirrored() for one in labels])], axis=1)
    batch_size = min(_BATCH, len(labels))
    training = EncoderTraining(samples=samples or _SAMPLES[config.name], batch_size=batch_size)
    torch.manual_seed(training.seed)
    network = JudgeNetwork(tower, [len(values) for values in classes.of.values()])
    sizes = {"tower": tower.to_dict(), "classes": {name: list(values) for name, values in classes.of.items()},
             "features": _FEATURES}  # fmt: skip
    loop = TrainingLoop(network, training, sizes | {"pictures": len(labels)}, folder / "judge-checkpoint.pt")

    def loss_at(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = numpy_generator(training.seed, "judge", step)
        rows = rng.choice(len(labels), batch_size, replace=False)
        is_mirrored = rng.random(batch_size) < 0.5
        pixels = moved(preprocessing.apply(mirrored_where(pictures[rows], is_mirrored)), rng, shift=_SHIFT, zoom=_ZOOM)
        pixels = _blurred(pixels, rng)
        wanted = torch.from_numpy(targets[rows, is_mirrored.astype(int)])
        losses = [_loss(logits, wanted[:, column]) for column, logits in enumerate(network(pixels))]
        return torch.stack(losses).sum(), {}

    loop.run("judge steps", loss_at)
    return Judge(loop.ema.model, classes, preprocessing)


def _blurred(pixels: Tensor, rng: np.random.Generator) -> Tensor:
    """Some of the pictures [B, 3, W, W] at half their resolution, with noise."""
    is_blurred = torch.from_numpy(rng.random(len(pixels)) < _BLURRED_SHARE)[:, None, None, None]
    soft = F.interpolate(F.avg_pool2d(pixels, 2), size=pixels.shape[-2:], mode="bilinear", align_corners=False)
    noise = torch.from_numpy(rng.normal(0, _NOISE, pixels.shape).astype(np.float32))
    return torch.where(is_blurred, soft + noise, pixels)


def _loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Mean over the rows that count; 0 where none does."""
    total = F.cross_entropy(logits, wanted, ignore_index=_NOTHING_TO_SEE, reduction="sum")
    return total / (wanted != _NOTHING_TO_SEE).sum().clamp(min=1)


def _classes_of(labels: Sequence[Labels]) -> Classes:
    both_sides = [*labels, *(one.mirrored() for one in labels)]
    values = {name: {truth_of(one, name) for one in both_sides} - {None} for name in JUDGED}
    return Classes({name: tuple(sorted(map(str, some))) for name, some in values.items() if len(some) > 1})
