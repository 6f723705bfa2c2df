"""Trains the CLIP-style encoder on pictures and what is said about them."""

# n pictures, B pictures of a batch

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.common.training_loop import TrainingLoop
from unif2ace_training.encoders.as_photographed import as_photographed
from unif2ace_training.encoders.augmentation import mirrored_where, moved
from unif2ace_training.encoders.label_heads import LabelHeads
from unif2ace_training.encoders.losses import contrastive_loss
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.settings import EncoderTraining, TextTowerConfig, TowerConfig
from unif2ace_training.encoders.text_tower import ClipPair, padded
from unif2ace_training.portraits.dataset import AnyPictures, rendered

CHECKPOINT_FILE = "clip-checkpoint.pt"
_SHIFT, _ZOOM = 0.04, 0.08
_SHORT_EVERY = 4


@dataclass(frozen=True, slots=True)
class PictureText:
    """Something true of a picture, or of its mirror image. A detailed one says everything that can be seen."""

    key: str
    mirrored: bool
    ids: list[int]
    is_detailed: bool


TextsByRow = dict[int, list[PictureText]]


class _Taught(nn.Module):
    """Everything that is trained."""

    def __init__(self, pair: ClipPair, labels: LabelHeads):
        super().__init__()
        self.pair, self.labels = pair, labels


class ClipTrainer:
    """One run, in its folder. Each step draws different pictures and one of the texts of each.

    Three of four steps read detailed texts. Short ones are true of many pictures of a batch: mixed into every batch
    they halved what 120 steps taught, but the text tower should know them.
    """

    def __init__(
        self,
        picture: TowerConfig,
        text: TextTowerConfig,
        training: EncoderTraining,
        data: AnyPictures,
        texts: Iterable[PictureText],
        folder: Path,
    ):
        """`texts` are those of the pictures that are not held out.

        Raises:
            ValueError: fewer pictures have texts than one batch takes, or labels are to be learned that nobody knows.
        """
        torch.manual_seed(training.seed)
        self._training, self._data, self._portraits = training, data, rendered(data)
        if training.label_weight and self._portraits is None:
            raise ValueError("only rendered pictures have labels to learn from; set label_weight to 0 for others")
        self._preprocessing = Preprocessing(size=picture.image_size)
        # Detailed texts and short ones; where one sort is missing, the other takes its place.
        self._texts = _usable(_by_row(data, texts), training.batch_size)
        sizes = {"picture": picture.to_dict(), "text": text.to_dict(), "pictures": [len(some) for some in self._texts]}
        taught = _Taught(ClipPair(picture, text), LabelHeads(picture.embedding_width))
        self.loop = TrainingLoop(taught, training, sizes, folder / CHECKPOINT_FILE)

    @property
    def trained(self) -> ClipPair:
        """The averaged weights."""
        return self.loop.ema.model.pair

    def run(self) -> None:
        """Train to the end of the budget."""
        self.loop.run("clip steps", self.loss_at)

    def loss_at(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The loss of a step's batch, and how often the right text of the batch was nearest."""
        rng = numpy_generator(self._training.seed, "clip", step)
        texts = self._texts[-1 if step % _SHORT_EVERY == _SHORT_EVERY - 1 else 0]
        rows = rng.choice(sorted(texts), self._training.batch_size, replace=False)
        chosen = [texts[row][rng.integers(len(texts[row]))] for row in rows]
        pictures = mirrored_where(self._data.pictures[rows], np.array([text.mirrored for text in chosen]))
        pictures = as_photographed(pictures, rng.spawn(1)[0], self._training.photographed)
        pixels = moved(self._preprocessing.apply(pictures), rng, shift=_SHIFT, zoom=_ZOOM)
        pair = self.loop.model.pair
        pictures_BC, texts_BC = pair.picture(pixels), pair.text(*padded([text.ids for text in chosen]))
        similarities_BB = pair.similarities(pictures_BC, texts_BC)
        is_right = similarities_BB.argmax(dim=1) == torch.arange(len(rows))
        loss, figures = contrastive_loss(similarities_BB), {"accuracy": is_right.float().mean().item()}
        if self._training.label_weight == 0 or self._portraits is None:
            return loss, figures
        # What is taught of a picture does not change with its side, but for labels that name one.
        shown = [self._portraits.labels[row] for row in rows]
        shown = [one.mirrored() if text.mirrored else one for one, text in zip(shown, chosen, strict=True)]
        on_labels = self.loop.model.labels(pictures_BC, shown)
        return loss + self._training.label_weight * on_labels, {**figures, "labels": on_labels.item()}


def _by_row(data: AnyPictures, texts: Iterable[PictureText]) -> tuple[TextsByRow, TextsByRow]:
    """Detailed and short texts of each picture."""
    row_of = {key: row for row, key in enumerate(data.keys)}
    detailed, short = defaultdict(list), defaultdict(list)
    for text in texts:
        row = row_of.get(text.key)
        if row is not None and text.ids:
            (detailed if text.is_detailed else short)[row].append(text)
    return detailed, short


def _usable(sorts: tuple[TextsByRow, TextsByRow], batch_size: int) -> list[TextsByRow]:
    """The sorts of texts that a batch can be made of."""
    usable = [texts for texts in sorts if len(texts) >= batch_size]
    if not usable:
        raise ValueError(
            f"only {max(map(len, sorts))} pictures have texts of one sort, fewer than the {batch_size} of a batch; "
            "were --pictures and --prepared made of each other?"
        )
    return usable
