"""How far a run has come, and how high the learning rate is there."""

import math

from unif2ace_training.data.mixture import Stage
from unif2ace_training.trainer.settings import BudgetSettings, ScheduleSettings


class Budget:
    """Progress from 0 to 1, by steps or by seconds of training (kept across resumes)."""

    def __init__(self, settings: BudgetSettings):
        self._settings = settings
        self._total_steps = settings.stage_1_steps + settings.stage_2_steps
        if settings.minutes is None and self._total_steps < 1:
            raise ValueError("a run needs at least one step: raise budget.stage_1_steps or budget.stage_2_steps")
        if settings.minutes is not None and settings.minutes <= 0:
            raise ValueError(f"budget.minutes is {settings.minutes}; it must be above 0")

    @property
    def total_steps(self) -> int | None:
        """Steps of the whole run; None when minutes decide."""
        return self._total_steps if self._settings.minutes is None else None

    def progress(self, step: int, seconds: float) -> float:
        """Share of the run that lies behind, at least 1 when it is over."""
        if self._settings.minutes is None:
            return step / self._total_steps
        return seconds / (60 * self._settings.minutes)

    def stage(self, step: int, seconds: float) -> Stage:
        """The stage of the next step."""
        if self._settings.minutes is None:
            return 1 if step < self._settings.stage_1_steps else 2
        return 1 if self.progress(step, seconds) < self._settings.stage_1_fraction else 2


def lr_factor(settings: ScheduleSettings, step: int, progress: float) -> float:
    """What the learning rates are multiplied by at 0-based `step`."""
    warmup = min(1.0, (step + 1) / settings.warmup_steps) if settings.warmup_steps else 1.0
    if settings.name == "cosine":
        return warmup * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))
    return warmup * min(1.0, max(0.0, 1 - progress) / settings.decay_fraction)
