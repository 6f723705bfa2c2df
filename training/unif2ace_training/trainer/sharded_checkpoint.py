"""Checkpoints of a run of several processes: each writes its shards while training goes on; any number reads them.

`checkpoints/STEP/` holds the tensors as torch.distributed.checkpoint writes them, and what the first process alone
writes: where the run stands, with the settings that it was trained with. The library's `.metadata` is written last
and makes a folder whole.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import torch
import torch.distributed as dist
from torch.distributed import ProcessGroup
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import async_save

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.common.ranks import Ranks
from unif2ace_training.trainer.checkpoint import Checkpoint, check_same_run

CHECKPOINTS_FOLDER = "checkpoints"
_STANDING_FILE = "standing.pt"
_TENSORS = ("model", "ema", "optimizers")


class ShardedCheckpoints:
    """The checkpoints of one run folder, as one of its processes sees them."""

    def __init__(self, folder: Path, ranks: Ranks):
        self._folder, self._ranks = folder / CHECKPOINTS_FOLDER, ranks
        self._writing: Future[Any] | None = None
        # Apart from the training's messages: a checkpoint is coordinated while steps go on.
        self._group = cast(ProcessGroup, dist.new_group(backend="gloo"))

    def save(self, checkpoint: Checkpoint) -> None:
        """Copy the state to memory and return; it is written in the background, one checkpoint after the other."""
        self.wait()
        folder = self._folder / f"{checkpoint['step']:08}"
        if is_whole(folder):
            return
        if self._ranks.is_first:
            standing = {name: value for name, value in checkpoint.items() if name not in _TENSORS}
            with atomic_path(folder / _STANDING_FILE) as partial:
                torch.save(standing, partial)
        tensors = {name: checkpoint[name] for name in _TENSORS}
        self._writing = cast("Future[Any]", async_save(tensors, checkpoint_id=str(folder), process_group=self._group))

    def wait(self) -> None:
        """Return when what was begun is written; then the checkpoints before it go."""
        if self._writing is None:
            return
        self._writing.result()
        self._writing = None
        dist.barrier(group=self._group)
        if self._ranks.is_first:
            for older in _whole_folders(self._folder)[:-1]:
                shutil.rmtree(older)

    def load(self, place: Callable[[], Checkpoint]) -> Checkpoint | None:
        """The newest whole checkpoint, or None in a new folder.

        Args:
            place: makes the run's state with all its tensors, split over today's processes, to be overwritten; it is
                asked only where there is a checkpoint.

        Raises:
            ValueError: it was written by a run with other settings or sizes; the message names them.
        """
        dist.barrier(group=self._group)  # nobody reads while somebody still removes
        whole = _whole_folders(self._folder)
        if not whole:
            return None
        current = place()
        standing = torch.load(whole[-1] / _STANDING_FILE, map_location="cpu", weights_only=True)
        check_same_run(whole[-1], standing, current["settings"], current["model_config"])
        tensors = {name: current[name] for name in _TENSORS}
        load(tensors, checkpoint_id=str(whole[-1]), process_group=self._group)
        return cast("Checkpoint", {**standing, **tensors})


def is_whole(folder: Path) -> bool:
    """Whether a checkpoint's folder was written to its end."""
    return (folder / ".metadata").exists() and (folder / _STANDING_FILE).exists()


def has_sharded_checkpoint(folder: Path) -> bool:
    """Whether a run folder was trained by several processes."""
    return bool(_whole_folders(folder / CHECKPOINTS_FOLDER))


def _whole_folders(folder: Path) -> list[Path]:
    """Whole checkpoints, oldest first."""
    return sorted(entry for entry in folder.glob("*") if is_whole(entry))
