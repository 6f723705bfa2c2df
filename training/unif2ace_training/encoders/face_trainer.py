"""Trains the face encoder: who is it, by a margin between persons, and is it anybody at all."""

# n pictures, B pictures of a batch, I identities, F face width

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.common.training_loop import TrainingLoop
from unif2ace_training.encoders.as_photographed import as_photographed
from unif2ace_training.encoders.augmentation import mirrored_where, moved, tinted
from unif2ace_training.encoders.faceless import faceless
from unif2ace_training.encoders.losses import margin_loss
from unif2ace_training.encoders.network import FaceEncoder
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.settings import EncoderTraining, TowerConfig
from unif2ace_training.portraits.dataset import AnyPictures

CHECKPOINT_FILE = "face-checkpoint.pt"
_SHIFT, _ZOOM, _TINT = 0.06, 0.15, 0.15
# Smaller than ArcFace's 0.5 and 64, which are for photographs of a hundred thousand persons.
_MARGIN, _SCALE = 0.3, 16.0


class PersonClassifier(nn.Module):
    """The face encoder and a centre for each person of the training pictures: what is trained."""

    def __init__(self, config: TowerConfig, persons: int):
        super().__init__()
        self.encoder = FaceEncoder(config)
        self.centres = nn.Parameter(torch.randn(persons, config.embedding_width))

    def cosines(self, embeddings_BF: Tensor) -> Tensor:
        """Cosines [B, I] with every person's centre."""
        return F.normalize(embeddings_BF, dim=1) @ F.normalize(self.centres, dim=1).T


class FaceTrainer:
    """One run, in its folder, on the persons that are not held out."""

    def __init__(self, config: TowerConfig, training: EncoderTraining, data: AnyPictures, folder: Path):
        """
        Raises:
            ValueError: no two pictures show the same person: nothing can be learned about who somebody is.
        """
        torch.manual_seed(training.seed)
        self._training = training
        self._preprocessing = Preprocessing(size=config.image_size)
        rows = np.flatnonzero(~data.is_held_out)
        self._pictures = data.pictures[rows]
        labels = [data.labels[row] for row in rows.tolist()]
        self._boxes = [(label.eye_box, label.mouth_box) for label in labels]
        identities, self._persons, counts = np.unique(
            [label.identity for label in labels], return_inverse=True, return_counts=True
        )
        if len(identities) < 2 or counts.max() < 2:
            raise ValueError(
                f"{len(rows)} pictures of {len(identities)} persons teach nothing about who somebody is: some persons "
                "need two pictures or more (FFHQ says of nobody who it is); take a trained face encoder by --face-from"
            )
        sizes = {"tower": config.to_dict(), "pictures": len(rows), "persons": len(identities)}
        model = PersonClassifier(config, len(identities))
        self.loop = TrainingLoop(model, training, sizes, folder / CHECKPOINT_FILE)

    @property
    def trained(self) -> FaceEncoder:
        """The averaged weights."""
        return self.loop.ema.model.encoder

    def run(self) -> None:
        """Train to the end of the budget."""
        self.loop.run("face steps", self.loss_at)

    def loss_at(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Margin loss of a step's persons plus the finder's loss on them and on half as many faceless pictures."""
        rng = numpy_generator(self._training.seed, "face", step)
        count = self._training.batch_size
        rows = rng.integers(len(self._pictures), size=count)
        portraits = mirrored_where(self._pictures[rows], rng.random(count) < 0.5)
        emptied = rng.integers(len(self._pictures), size=count // 2)
        without = faceless(self._pictures[emptied], [self._boxes[row] for row in emptied], rng)
        shown = as_photographed(np.concatenate([portraits, without]), rng.spawn(1)[0], self._training.photographed)
        pixels = self._preprocessing.apply(shown)
        pixels = tinted(moved(pixels, rng, shift=_SHIFT, zoom=_ZOOM), rng, _TINT)
        embeddings, logits = self.loop.model.encoder(pixels)
        cosines_BI = self.loop.model.cosines(embeddings[:count])
        persons_B = torch.from_numpy(self._persons[rows])
        who = margin_loss(cosines_BI, persons_B, margin=_MARGIN, scale=_SCALE)
        shows_face = (torch.arange(len(logits)) < count).float()
        anybody = F.binary_cross_entropy_with_logits(logits, shows_face)
        is_right = cosines_BI.argmax(dim=1) == persons_B
        return who + anybody, {"accuracy": is_right.float().mean().item(), "finder": anybody.item()}
