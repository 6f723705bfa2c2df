"""One process of a split debug run on tests/assets/tiny: `torchrun split_worker.py FOLDER STOP_AFTER [NAME=VALUE ...]`.

Five steps, two of them in stage I. The last rank alone is told to stop in step STOP_AFTER. The first one says in JSON
how many processes there were and between which steps they trained.
"""

import json
import os
import signal
import sys
from pathlib import Path

import torch

from unif2ace_training.common.ranks import ranks_of_environment
from unif2ace_training.config.presets import debug
from unif2ace_training.data.prepared import open_prepared
from unif2ace_training.trainer.settings import TrainSettings, train_preset, with_overrides
from unif2ace_training.trainer.trainer import Trainer

TINY = Path(__file__).parents[1] / "assets" / "tiny"
# Six rows a task and part: four ranks get one or two of them.
SETTINGS = (
    "batch_size=24", "stage_2_batch_size=32", "accumulation=2", "budget.stage_1_steps=2", "budget.stage_2_steps=3",
    "report.log_every_steps=1", "report.validation_rows=8",
)  # fmt: skip


def split_settings(*more: str) -> TrainSettings:
    """The settings of the run."""
    return with_overrides(train_preset("debug"), [*SETTINGS, *more])


def main(folder: Path, stop_after: int, *more: str) -> None:
    """Train with the processes of the environment."""
    torch.set_num_threads(1)
    with ranks_of_environment() as ranks:
        prepared = open_prepared(
            debug(),
            prepared=TINY / "prepared",
            tokenizer=TINY / "tokenizer",
            encoders=TINY / "encoders",
            cache=folder / "texts",
        )
        trainer = Trainer(split_settings(*more), prepared, folder, ranks=ranks)
        began, train_step = trainer.step, trainer.train_step

        def told_to_stop() -> dict[str, float]:
            if trainer.step + 1 == stop_after and ranks.rank == ranks.world - 1:
                os.kill(os.getpid(), signal.SIGTERM)
            return train_step()

        trainer.train_step = told_to_stop
        finished = trainer.run()
        if ranks.is_first:
            print(json.dumps({"world": ranks.world, "began": began, "ended": trainer.step, "finished": finished}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
