"""The loop that the image tokenizer and the encoders are trained in; it goes on exactly where it was stopped."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.common.ema import Ema
from unif2ace_training.common.muon import Muon
from unif2ace_training.common.progress import Progress
from unif2ace_training.common.schedule import schedule, split_for_muon

_CHECKPOINT_SECONDS = 120.0
# These maps are between features and pixels, bits, tokens or persons: they belong to AdamW, with all vectors.
# A critic's layers are held at norm 1, which an orthogonal update would work against.
_NOT_MUON = ("stem", "head", "finder", "embedding", "centres", "critic")

_Model = TypeVar("_Model", bound=nn.Module)
# The loss of a 0-based step, a function of the step alone, and figures for the progress line.
LossAt = Callable[[int], tuple[Tensor, dict[str, float]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopSettings:
    """What every such run is told: rates at the top of a schedule that warms up and then falls to 0 along a cosine."""

    samples: int
    batch_size: int
    muon_lr: float = 0.02
    adamw_lr: float = 2e-3
    warmup_share: float
    ema_decay: float = 0.995
    seed: int = 0

    @property
    def steps(self) -> int:
        return self.samples // self.batch_size

    def to_dict(self) -> dict[str, Any]:
        """Plain values for checkpoints."""
        return asdict(self)


class TrainingLoop(Generic[_Model]):
    """One run, in its checkpoint."""

    def __init__(self, model: _Model, training: LoopSettings, sizes: dict[str, Any], checkpoint: Path):
        """`sizes` are compared with those of the checkpoint.

        Raises:
            ValueError: the checkpoint belongs to a run with other settings.
        """
        self._training, self._checkpoint = training, checkpoint
        self._settings = {"sizes": sizes, "training": training.to_dict()}
        self.model = model
        self.ema = Ema(model, training.ema_decay)
        self.step = 0
        matrices, others = split_for_muon(model, _NOT_MUON)
        self._muon = Muon(matrices, training.muon_lr)
        self._adamw = AdamW(others, training.adamw_lr, betas=(0.9, 0.95), weight_decay=0.0)
        self._resume()

    def run(self, description: str, loss_at: LossAt) -> None:
        """Train to the end of the budget; a checkpoint every two minutes and at the end."""
        steps, saved_at = self._training.steps, time.monotonic()
        with Progress(description, steps, start=self.step) as progress:
            while self.step < steps:
                progress.note(**self.train_step(loss_at))
                progress.advance()
                if time.monotonic() - saved_at > _CHECKPOINT_SECONDS:
                    self.save()
                    saved_at = time.monotonic()
        self.save()

    def train_step(self, loss_at: LossAt) -> dict[str, float]:
        """One update of all weights; returns the loss and its figures, of which one called `loss` takes its place."""
        training = self._training
        loss, figures = loss_at(self.step)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        factor = schedule(self.step, training.steps, training.warmup_share)
        for optimizer, top in ((self._muon, training.muon_lr), (self._adamw, training.adamw_lr)):
            for group in optimizer.param_groups:
                group["lr"] = top * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.ema.update(self.step)
        self.step += 1
        return {"loss": loss.item(), **figures}

    def save(self) -> None:
        """Write the checkpoint."""
        state = {
            "settings": self._settings, "step": self.step, "model": self.model.state_dict(),
            "ema": self.ema.model.state_dict(), "muon": self._muon.state_dict(), "adamw": self._adamw.state_dict(),
        }  # fmt: skip
        with atomic_path(self._checkpoint) as partial:
            torch.save(state, partial)

    def _resume(self) -> None:
        if not self._checkpoint.exists():
            return
        state: dict[str, Any] = torch.load(self._checkpoint, map_location="cpu", weights_only=True)
        if state["settings"] != self._settings:
            raise ValueError(
                f"{self._checkpoint} was trained with other settings or data; give the same again, or another --out"
            )
        self.step = state["step"]
        self.model.load_state_dict(state["model"])
        self.ema.model.load_state_dict(state["ema"])
        self._muon.load_state_dict(state["muon"])
        self._adamw.load_state_dict(state["adamw"])
