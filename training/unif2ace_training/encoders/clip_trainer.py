"""Trains the CLIP-style encoder on pictures and what is said about them."""

# n pictures, B pictures of a batch

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.encoders.augmentation import mirrored_where, moved
from unif2ace_training.encoders.losses import contrastive_loss
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.settings import EncoderTraining, TextTowerConfig, TowerConfig
from unif2ace_training.encoders.text_tower import ClipPair, padded
from unif2ace_training.encoders.training_loop import TrainingLoop
from unif2ace_training.portraits.dataset import PortraitSet

CHECKPOINT_FILE = "clip-checkpoint.pt"
_SHIFT, _ZOOM = 0.04, 0.08


@dataclass(frozen=True, slots=True)
class PictureText:
    """Something true of a picture, or of its mirror image."""

    key: str
    mirrored: bool
    ids: list[int]


class ClipTrainer:
    """One run, in its folder. Each step draws different pictures and one of the texts of each."""

    def __init__(
        self,
        picture: TowerConfig,
        text: TextTowerConfig,
        training: EncoderTraining,
        data: PortraitSet,
        texts: Iterable[PictureText],
        folder: Path,
    ):
        """`texts` are those of the pictures that are not held out.

        Raises:
            ValueError: fewer pictures have texts than one batch takes.
        """
        torch.manual_seed(training.seed)
        self._training, self._data = training, data
        self._preprocessing = Preprocessing(size=picture.image_size)
        self._texts = _by_row(data, texts)
        self._rows = np.array(sorted(self._texts))
        if len(self._rows) < training.batch_size:
            raise ValueError(
                f"only {len(self._rows)} pictures have texts, fewer than the {training.batch_size} of a batch; "
                "were --pictures and --prepared made of each other?"
            )
        sizes = {"picture": picture.to_dict(), "text": text.to_dict(), "pictures": len(self._rows)}
        self.loop = TrainingLoop(ClipPair(picture, text), training, sizes, folder / CHECKPOINT_FILE)

    @property
    def trained(self) -> ClipPair:
        """The averaged weights."""
        return self.loop.ema.model

    def run(self) -> None:
        """Train to the end of the budget."""
        self.loop.run("clip steps", self.loss_at)

    def loss_at(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The contrastive loss of a step's batch, and how often the right text of the batch was nearest."""
        rng = numpy_generator(self._training.seed, "clip", step)
        rows = rng.choice(self._rows, self._training.batch_size, replace=False)
        chosen = [self._texts[row][rng.integers(len(self._texts[row]))] for row in rows]
        pictures = mirrored_where(self._data.pictures[rows], np.array([text.mirrored for text in chosen]))
        pixels = moved(self._preprocessing.apply(pictures), rng, shift=_SHIFT, zoom=_ZOOM)
        model = self.loop.model
        texts_BC = model.text(*padded([text.ids for text in chosen]))
        similarities_BB = model.similarities(model.picture(pixels), texts_BC)
        is_right = similarities_BB.argmax(dim=1) == torch.arange(len(rows))
        return contrastive_loss(similarities_BB), {"accuracy": is_right.float().mean().item()}


def _by_row(data: PortraitSet, texts: Iterable[PictureText]) -> dict[int, list[PictureText]]:
    row_of = {key: row for row, key in enumerate(data.keys)}
    by_row: dict[int, list[PictureText]] = defaultdict(list)
    for text in texts:
        row = row_of.get(text.key)
        if row is not None and text.ids:
            by_row[row].append(text)
    return dict(by_row)
