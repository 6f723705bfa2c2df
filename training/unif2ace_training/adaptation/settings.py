"""Settings of an adaptation: short, gentle, and as large a batch as the texts fill."""

import torch

from unif2ace_training.data.mixture import UNDERSTAND_KINDS
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.data.records import KINDS
from unif2ace_training.trainer.settings import (
    BudgetSettings,
    LoraSettings,
    OptimizerSettings,
    ReportSettings,
    ScheduleSettings,
    TrainSettings,
)

DEFAULT_RANK = 16
_STEPS = 60
_MOST_ROWS_OF_A_TASK = 6
_LORA_LR, _FULL_LR = 2e-3, 3e-4


def adaptation_settings(prepared: PreparedData, rank: int) -> TrainSettings:
    """Rank 0 trains the whole matrices."""
    captions = prepared.train.understand.of_kinds(map(KINDS.index, UNDERSTAND_KINDS[1]))
    rows = min(_MOST_ROWS_OF_A_TASK, len(captions), len(prepared.train.generate))
    has_cuda = torch.cuda.is_available()
    return TrainSettings(
        batch_size=2 * rows,
        understand_fraction=0.5,
        ema_decay=0.95,
        precision="bfloat16" if has_cuda else "float32",
        device="cuda" if has_cuda else "cpu",
        lora=LoraSettings(rank=rank),
        optimizer=OptimizerSettings(name="adamw", lr=_LORA_LR if rank else _FULL_LR),
        schedule=ScheduleSettings(name="linear", warmup_steps=10, decay_fraction=0.5),
        budget=BudgetSettings(stage_1_steps=0, stage_2_steps=_STEPS),
        report=ReportSettings(validate_minutes=5.0, sample_minutes=10.0, checkpoint_minutes=2.0),
    )
