"""Trains the image tokenizer; goes on exactly where it was stopped."""

# n pictures, B pictures of a batch, W pixels of a side

import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.common.ema import Ema
from unif2ace_training.common.muon import Muon
from unif2ace_training.common.progress import Progress
from unif2ace_training.common.schedule import schedule, split_for_muon
from unif2ace_training.image_tokenizer.losses import reconstruction_loss
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.settings import ImageTokenizerConfig, ImageTokenizerTraining
from unif2ace_training.portraits.dataset import PortraitSet
from unif2ace_training.portraits.labels import Box

CHECKPOINT_FILE = "checkpoint.pt"
_CHECKPOINT_SECONDS = 120.0
# Vectors and these layers belong to AdamW: the first and last maps are between pixels or bits and features.
_NOT_MUON = ("stem", "head")


def as_input(pictures: NDArray[np.uint8]) -> Tensor:
    """Pictures uint8 [B, W, W, 3] as float32 [B, 3, W, W] in −1…1."""
    return torch.from_numpy(pictures).movedim(-1, 1).float() / 127.5 - 1


class ImageTokenizerTrainer:
    """One run, in its folder."""

    def __init__(self, config: ImageTokenizerConfig, training: ImageTokenizerTraining, data: PortraitSet, folder: Path):
        torch.manual_seed(training.seed)
        self._training, self._folder = training, folder
        self._pictures = data.pictures[~data.is_held_out]
        labels = [label for label, held_out in zip(data.labels, data.is_held_out, strict=True) if not held_out]
        self._boxes = [(label.eye_box, label.mouth_box) for label in labels]
        self.model = ImageTokenizer(config).to(memory_format=torch.channels_last)
        self.ema = Ema(self.model, training.ema_decay)
        self.step = 0
        matrices, others = split_for_muon(self.model, _NOT_MUON)
        self._muon = Muon(matrices, training.muon_lr)
        self._adamw = AdamW(others, training.adamw_lr, betas=(0.9, 0.95), weight_decay=0.0)
        self._settings = {"config": config.to_dict(), "training": asdict(training)}
        self._resume()

    @property
    def steps(self) -> int:
        return self._training.samples // self._training.batch_size

    def run(self) -> None:
        """Train to the end of the budget; a checkpoint every two minutes and at the end."""
        saved_at = time.monotonic()
        with Progress("steps", self.steps, start=self.step) as progress:
            while self.step < self.steps:
                figures = self._train_step()
                progress.note(**figures)
                progress.advance()
                if time.monotonic() - saved_at > _CHECKPOINT_SECONDS:
                    self._save()
                    saved_at = time.monotonic()
        self._save()

    def _train_step(self) -> dict[str, float]:
        pictures, weights = self._batch()
        reconstructed, quantized = self.model(pictures)
        reconstruction = reconstruction_loss(reconstructed, pictures, weights)
        training = self._training
        loss = (
            reconstruction
            + training.entropy_weight * quantized.entropy_loss
            + training.commitment_weight * quantized.commitment_loss
        )
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        factor = schedule(self.step, self.steps, training.warmup_share)
        for optimizer, top in ((self._muon, training.muon_lr), (self._adamw, training.adamw_lr)):
            for group in optimizer.param_groups:
                group["lr"] = top * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.ema.update(self.step)
        self.step += 1
        return {"loss": reconstruction.item(), "entropy": quantized.entropy_loss.item()}

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Pictures of this step, half of them mirrored, and the weight of each pixel. A function of seed and step."""
        rng = np.random.default_rng([self._training.seed, self.step])
        chosen = rng.integers(len(self._pictures), size=self._training.batch_size)
        mirrored = rng.random(len(chosen)) < 0.5
        size = self._pictures.shape[1]
        weights = np.stack([feature_weights(self._boxes[i], size, self._training.feature_weight) for i in chosen])
        pictures = self._pictures[chosen]
        pictures = np.where(mirrored[:, None, None, None], pictures[:, :, ::-1], pictures)
        weights = np.where(mirrored[:, None, None], weights[:, :, ::-1], weights)
        inputs = as_input(pictures).to(memory_format=torch.channels_last)
        return inputs, torch.from_numpy(weights.astype(np.float32))[:, None]

    def _save(self) -> None:
        state = {
            "settings": self._settings, "step": self.step, "model": self.model.state_dict(),
            "ema": self.ema.model.state_dict(), "muon": self._muon.state_dict(), "adamw": self._adamw.state_dict(),
        }  # fmt: skip
        with atomic_path(self._folder / CHECKPOINT_FILE) as partial:
            torch.save(state, partial)

    def _resume(self) -> None:
        path = self._folder / CHECKPOINT_FILE
        if not path.exists():
            return
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if state["settings"] != self._settings:
            raise ValueError(f"{path} was trained with other settings; give the same again, or another --out")
        self.step = state["step"]
        self.model.load_state_dict(state["model"])
        self.ema.model.load_state_dict(state["ema"])
        self._muon.load_state_dict(state["muon"])
        self._adamw.load_state_dict(state["adamw"])


def feature_weights(boxes: tuple[Box, ...], size: int, weight: float) -> NDArray[np.float64]:
    """1 everywhere, `weight` inside the boxes, then scaled to mean 1: [W, W]."""
    weights = np.ones((size, size))
    for left, top, right, bottom in boxes:
        rows = slice(math.floor(top * size), math.ceil(bottom * size))
        weights[rows, math.floor(left * size) : math.ceil(right * size)] = weight
    return weights / weights.mean()
