"""Checkpoints: one file that is whole or absent, from which a run goes on exactly as if it had not stopped.

All randomness of a step is a function of the seed and the step's number, so there is no generator state to save;
the orders of the data are a few numbers (data/order.py).
"""

from pathlib import Path
from typing import Any, TypedDict

import torch

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.data.mixture import MixtureState
from unif2ace_training.trainer.settings import TrainSettings

CHECKPOINT_FILE = "checkpoint.pt"

# These may change when a run goes on: how long it lasts, how it reports, where and on how many threads it computes,
# what it keeps in memory, and where the run lies now whose weights it began with.
_MAY_CHANGE = ("budget", "report", "num_threads", "device", "attention", "activation_checkpointing", "init_from")


class Checkpoint(TypedDict):
    """Everything that a later step depends on."""

    settings: dict[str, Any]
    model_config: dict[str, Any]
    step: int  # steps done
    seconds: float  # seconds of training done, over all sittings
    model: dict[str, torch.Tensor]
    ema: dict[str, torch.Tensor]
    optimizers: dict[str, Any]
    mixture: MixtureState


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint of a run, replacing the last one in one move."""
    with atomic_path(folder / CHECKPOINT_FILE) as partial:
        torch.save(checkpoint, partial)


def load_checkpoint(folder: Path, settings: dict[str, Any], model_config: dict[str, Any]) -> Checkpoint | None:
    """The checkpoint of a run folder, or None in a new one.

    Raises:
        ValueError: it was written by a run with other settings or sizes; the message names them.
    """
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return None
    checkpoint: Checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    check_same_run(path, checkpoint, settings, model_config)
    return checkpoint


def check_same_run(path: Path, saved: Checkpoint, settings: dict[str, Any], model_config: dict[str, Any]) -> None:
    """Compare what a checkpoint at `path` was trained with to what the run is given now.

    Raises:
        ValueError: settings or sizes differ that must not; the message names them.
    """
    before = {**_filled(saved["settings"], TrainSettings().to_dict()), **saved["model_config"]}
    now = {**settings, **model_config}
    changed = sorted(name for name in before | now if before.get(name) != now.get(name) and name not in _MAY_CHANGE)
    if changed:
        raise ValueError(
            f"{path} was written by a run with other {', '.join(changed)}; "
            "give the same settings to go on, or another --out to begin anew"
        )


def _filled(saved: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Saved settings with the defaults of those that are younger than the checkpoint."""
    younger = {name: value for name, value in defaults.items() if name not in saved}
    nested = {
        name: _filled(value, defaults[name])
        for name, value in saved.items()
        if isinstance(value, dict) and isinstance(defaults.get(name), dict)
    }
    return {**younger, **saved, **nested}
