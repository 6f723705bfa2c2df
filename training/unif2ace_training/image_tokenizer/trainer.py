"""Trains the image tokenizer; goes on exactly where it was stopped."""

# n pictures, B pictures of a batch, W pixels of a side

import math
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unif2ace_training.common.training_loop import TrainingLoop
from unif2ace_training.image_tokenizer.losses import reconstruction_loss
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.settings import ImageTokenizerConfig, ImageTokenizerTraining
from unif2ace_training.portraits.dataset import AnyPictures
from unif2ace_training.portraits.labels import Box

CHECKPOINT_FILE = "checkpoint.pt"


def as_input(pictures: NDArray[np.uint8]) -> Tensor:
    """Pictures uint8 [B, W, W, 3] as float32 [B, 3, W, W] in −1…1."""
    return torch.from_numpy(pictures).movedim(-1, 1).float() / 127.5 - 1


class ImageTokenizerTrainer:
    """One run, in its folder."""

    def __init__(self, config: ImageTokenizerConfig, training: ImageTokenizerTraining, data: AnyPictures, folder: Path):
        torch.manual_seed(training.seed)
        self._training, self._data = training, data
        self._rows = (~data.is_held_out).nonzero()[0]
        model = ImageTokenizer(config).to(memory_format=torch.channels_last)
        self._loop = TrainingLoop(model, training, config.to_dict(), folder / CHECKPOINT_FILE)
        self.model, self.ema = self._loop.model, self._loop.ema

    @property
    def step(self) -> int:
        """Steps done."""
        return self._loop.step

    def run(self) -> None:
        """Train to the end of the budget; a checkpoint every two minutes and at the end."""
        self._loop.run("steps", self._loss)

    def save(self) -> None:
        """Write the checkpoint."""
        self._loop.save()

    def train_step(self) -> dict[str, float]:
        """One update; returns the reconstruction's loss and the codes' entropy."""
        return self._loop.train_step(self._loss)

    def _loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        pictures, weights = picture_batch(self._data, self._rows, self._training, step)
        reconstructed, quantized = self.model(pictures)
        reconstruction = reconstruction_loss(reconstructed, pictures, weights)
        training = self._training
        loss = (
            reconstruction
            + training.entropy_weight * quantized.entropy_loss
            + training.commitment_weight * quantized.commitment_loss
        )
        return loss, {"loss": reconstruction.item(), "entropy": quantized.entropy_loss.item()}


class BatchSettings(Protocol):
    """What decides a batch of pictures."""

    @property
    def batch_size(self) -> int: ...
    @property
    def feature_weight(self) -> float: ...
    @property
    def seed(self) -> int: ...


def picture_batch(
    data: AnyPictures, rows: NDArray[np.int64], settings: BatchSettings, step: int
) -> tuple[Tensor, Tensor]:
    """Some of the pictures `rows`, half of them mirrored, and the weight of each pixel. A function of seed and step."""
    rng = np.random.default_rng([settings.seed, step])
    chosen = rows[rng.integers(len(rows), size=settings.batch_size)]
    mirrored = rng.random(len(chosen)) < 0.5
    size = data.pictures.shape[1]
    boxes = [(data.labels[i].eye_box, data.labels[i].mouth_box) for i in chosen]
    weights = np.stack([feature_weights(some, size, settings.feature_weight) for some in boxes])
    pictures = data.pictures[chosen]
    pictures = np.where(mirrored[:, None, None, None], pictures[:, :, ::-1], pictures)
    weights = np.where(mirrored[:, None, None], weights[:, :, ::-1], weights)
    inputs = as_input(pictures).to(memory_format=torch.channels_last)
    return inputs, torch.from_numpy(weights.astype(np.float32))[:, None]


def feature_weights(boxes: tuple[Box, ...], size: int, weight: float) -> NDArray[np.float64]:
    """1 everywhere, `weight` inside the boxes, then scaled to mean 1: [W, W]."""
    weights = np.ones((size, size))
    for left, top, right, bottom in boxes:
        rows = slice(math.floor(top * size), math.ceil(bottom * size))
        weights[rows, math.floor(left * size) : math.ceil(right * size)] = weight
    return weights / weights.mean()
