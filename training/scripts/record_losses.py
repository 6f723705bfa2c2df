"""The loss curve of the seeded debug run on tests/assets/tiny, as JSON on stdout.

A change that must not change the numbers leaves tests/assets/losses/debug.json as it is. One that should, records anew:
`python scripts/record_losses.py > tests/assets/losses/debug.json`, and says so in docs/lab-notebook.md.
"""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from unif2ace_training.config.presets import debug
from unif2ace_training.data.prepared import open_prepared
from unif2ace_training.trainer.settings import BudgetSettings, train_preset
from unif2ace_training.trainer.trainer import Trainer

STEPS, EVERY = 60, 10
TINY = Path(__file__).parents[1] / "tests" / "assets" / "tiny"


def main() -> None:
    """Train 60 steps, half of them in stage I, and print the losses averaged over every ten."""
    # Tiny matrices: a second thread only waits for the first (49 s instead of 10 on a busy machine of two cores).
    torch.set_num_threads(1)
    budget = BudgetSettings(stage_1_steps=STEPS // 2, stage_2_steps=STEPS // 2)
    settings = replace(train_preset("debug"), budget=budget)
    with tempfile.TemporaryDirectory() as folder:
        prepared = open_prepared(
            debug(),
            prepared=TINY / "prepared",
            tokenizer=TINY / "tokenizer",
            encoders=TINY / "encoders",
            cache=Path(folder) / "texts",
        )
        trainer = Trainer(settings, prepared, Path(folder))
        steps = [trainer.train_step() for _ in range(STEPS)]
    curve = {
        name: [round(sum(step[name] for step in steps[i : i + EVERY]) / EVERY, 4) for i in range(0, STEPS, EVERY)]
        for name in ("masked_token", "score", "next_token")
    }
    print(json.dumps({"steps": STEPS, "averaged_over": EVERY, "relative_tolerance": 0.02, **curve}, indent=2))


if __name__ == "__main__":
    main()
