"""What a run of several processes does beside training: it splits the model, keeps shards and gathers the result."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from unif2ace_training.common.ranks import Ranks
from unif2ace_training.common.whole_tensors import whole
from unif2ace_training.data.mixture import TaskMixture
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import save_weights
from unif2ace_training.trainer.checkpoint import CHECKPOINT_FILE
from unif2ace_training.trainer.settings import TrainSettings
from unif2ace_training.trainer.sharded_checkpoint import ShardedCheckpoints, has_sharded_checkpoint
from unif2ace_training.trainer.sharding import shard


@dataclass(frozen=True, slots=True)
class SplitRun:
    """The part of a trainer that only several ranks have."""

    checkpoints: ShardedCheckpoints
    _average: FaceModel
    _folder: Path
    _ranks: Ranks

    @classmethod
    def of(
        cls, model: FaceModel, average: FaceModel, settings: TrainSettings, folder: Path, ranks: Ranks
    ) -> "SplitRun | None":
        """Split a model and its average over the ranks; None for one that is alone.

        Raises:
            ValueError: the folder was begun by another number of processes (one or several), or the settings are none
                for several ranks.
        """
        if not ranks.are_many:
            if has_sharded_checkpoint(folder):
                raise ValueError(f"{folder} holds a run of several processes; go on with torchrun and two or more")
            return None
        if (folder / CHECKPOINT_FILE).exists():
            raise ValueError(f"{folder} holds a run of one process; go on without torchrun, or give another --out")
        _check(settings, ranks)
        for split in (model, average):
            shard(split, ranks, torch.device(settings.device))
        return cls(ShardedCheckpoints(folder, ranks), average, folder, ranks)

    def finish(self) -> None:
        """Wait for the last checkpoint and write the averaged weights as one file, which the first rank holds whole."""
        self.checkpoints.wait()
        state: dict[str, Tensor] = {}
        for name, tensor in self._average.state_dict().items():
            gathered = whole(tensor)
            if self._ranks.is_first:
                state[name] = gathered.cpu()
        if self._ranks.is_first:
            save_weights(self._folder, state)


def mixture_of(settings: TrainSettings, prepared: PreparedData) -> TaskMixture:
    """The batches of a run: of all its ranks, of which each takes its rows."""
    first, second = (settings.of_stage(stage) for stage in (1, 2))
    # Where nothing is drawn, the order waits.
    generate, generate_2 = (max(1, stage.generate_rows) for stage in (first, second))
    return TaskMixture(
        prepared.train,
        prepared.pictures,
        prepared.sequences,
        generate_rows=generate,
        understand_rows=first.understand_rows,
        cond_drop_prob=settings.cond_drop_prob,
        seed=settings.seed,
        stage_2_rows=(generate_2, second.understand_rows),
    )


def _check(settings: TrainSettings, ranks: Ranks) -> None:
    if settings.lora.rank:
        raise ValueError("adapters are trained by one process; start `train` without torchrun")
    for stage in (settings.of_stage(1), settings.of_stage(2)):
        tasks = {"understand": stage.understand_rows, "generate": stage.generate_rows}
        for task, rows in tasks.items():
            if 0 < rows < ranks.world:
                raise ValueError(
                    f"{rows} rows of task {task} in a part of a batch are fewer than the {ranks.world} processes; "
                    "lower accumulation or raise batch_size"
                )
