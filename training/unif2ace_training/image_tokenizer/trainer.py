"""Trains the image tokenizer; goes on exactly where it was stopped."""

# n pictures, B pictures of a batch, W pixels of a side

import math
from pathlib import Path

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
        self._training = training
        self._pictures = data.pictures[~data.is_held_out]
        labels = [label for label, held_out in zip(data.labels, data.is_held_out, strict=True) if not held_out]
        self._boxes = [(label.eye_box, label.mouth_box) for label in labels]
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
        pictures, weights = self._batch(step)
        reconstructed, quantized = self.model(pictures)
        reconstruction = reconstruction_loss(reconstructed, pictures, weights)
        training = self._training
        loss = (
            reconstruction
            + training.entropy_weight * quantized.entropy_loss
            + training.commitment_weight * quantized.commitment_loss
        )
        return loss, {"loss": reconstruction.item(), "entropy": quantized.entropy_loss.item()}

    def _batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Pictures of this step, half of them mirrored, and the weight of each pixel. A function of seed and step."""
        rng = np.random.default_rng([self._training.seed, step])
        chosen = rng.integers(len(self._pictures), size=self._training.batch_size)
        mirrored = rng.random(len(chosen)) < 0.5
        size = self._pictures.shape[1]
        weights = np.stack([feature_weights(self._boxes[i], size, self._training.feature_weight) for i in chosen])
        pictures = self._pictures[chosen]
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
