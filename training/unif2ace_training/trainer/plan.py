"""What a run would need and take on a given machine, before anything is spent."""

import math
from dataclasses import dataclass

import torch

from unif2ace_training.config.schema import TASKS, ModelConfig, Task
from unif2ace_training.data.mixture import Stage
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.trainer.machine import Machine
from unif2ace_training.trainer.optimizer import split_parameters
from unif2ace_training.trainer.pass_cost import PassCost, pass_cost
from unif2ace_training.trainer.settings import TrainSettings

_GIB = 2**30
_FLOAT32 = 4
_BACKWARD = 2  # the gradient takes twice the operations of the forward pass


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage: its steps, and what one step is."""

    steps: int
    rows: dict[Task, int]  # of one part of a step
    accumulation: int
    flops: float  # of a step, as MFU counts them: without what activation checkpointing computes again
    tokens: int  # positions of a step, pictures' and texts'

    def seconds(self, machine: Machine) -> float:
        """How long the stage takes."""
        return self.steps * self.flops / machine.flops


def stage_plan(settings: TrainSettings, stage: Stage, costs: dict[Task, PassCost]) -> StagePlan:
    """A stage of a run whose rows cost this much."""
    of_stage = settings.of_stage(stage)
    rows: dict[Task, int] = {"generate": of_stage.generate_rows, "understand": of_stage.understand_rows}
    parts = settings.accumulation
    return StagePlan(
        settings.budget.stage_1_steps if stage == 1 else settings.budget.stage_2_steps,
        rows,
        parts,
        parts * sum(rows[task] * (1 + _BACKWARD) * costs[task].flops for task in TASKS),
        parts * sum(rows[task] * costs[task].positions for task in TASKS),
    )


def activation_bytes(stages: list[StagePlan], costs: dict[Task, PassCost], gpus: int, *, recomputed: bool) -> float:
    """The most that passes of one GPU's share of a part keep; the tasks' passes follow each other."""
    return max(
        math.ceil(stage.rows[task] / gpus) * (costs[task].recomputed_bytes if recomputed else costs[task].kept_bytes)
        for stage in stages
        for task in TASKS
    )


def state_bytes(config: ModelConfig, settings: TrainSettings, gpus: int) -> dict[str, float]:
    """Bytes a GPU by what they hold: what is split over the GPUs, what is gathered and what is cast to compute."""
    with torch.device("meta"):
        model = FaceModel(config)
    total = sum(parameter.numel() for parameter in model.parameters())
    layer = sum(parameter.numel() for parameter in model.layers[0].parameters())
    matrices = sum(parameter.numel() for parameter in split_parameters(model)[0])
    moments = 2 * total - (matrices if settings.optimizer.name == "muon" else 0)
    element = getattr(torch, settings.precision).itemsize
    # Tables and head stay through a pass; of layers this one, the next, and this one's gradient.
    gathered = 0 if gpus == 1 else (total - config.num_layers * layer + 3 * layer) * _FLOAT32
    # The gradient needs the weights as autocast has cast them, of a layer that is computed again only meanwhile.
    cast = layer if settings.activation_checkpointing else total
    return {
        "weights": total * _FLOAT32 / gpus,
        "averaged weights": total * _FLOAT32 / gpus,
        "gradients": total * _FLOAT32 / gpus,
        "optimizer": moments * _FLOAT32 / gpus,
        "gathered": gathered,
        "cast": cast * element if element < _FLOAT32 else 0,
    }


def costs_of(
    config: ModelConfig, settings: TrainSettings, text: dict[Task, int], *, again: bool
) -> dict[Task, PassCost]:
    """What a row of each task costs with texts of these lengths; `again`: with activation checkpointing."""
    precision = getattr(torch, settings.precision)
    return {task: pass_cost(config, task, text[task], precision, activation_checkpointing=again) for task in TASKS}


def plan_lines(
    config: ModelConfig, settings: TrainSettings, machine: Machine, text: dict[Task, int], hours: float | None = None
) -> list[str]:
    """The plan for people to read."""
    kept, again = (costs_of(config, settings, text, again=value) for value in (False, True))
    stages = [stage_plan(settings, stage, kept) for stage in (1, 2)]
    states = state_bytes(config, settings, machine.gpus)
    activations = activation_bytes(stages, kept, machine.gpus, recomputed=False)
    recomputed = activation_bytes(stages, again, machine.gpus, recomputed=True)
    needed = sum(states.values()) + (recomputed if settings.activation_checkpointing else activations)
    return [
        *_assumed(settings, machine, text),
        *(_stage_line(number, stage, machine) for number, stage in enumerate(stages, start=1)),
        "",
        "memory of one GPU, GiB:",
        *(f"  {name:<38} {size / _GIB:8.2f}" for name, size in states.items()),
        f"  {'activations':<38} {activations / _GIB:8.2f}",
        f"  {'activations, layers computed again':<38} {recomputed / _GIB:8.2f}",
        _fit_line(needed, machine, settings),
        "",
        *_total_lines(stages, machine, hours),
    ]


def _assumed(settings: TrainSettings, machine: Machine, text: dict[Task, int]) -> list[str]:
    kind = machine.kind
    return [
        f"assumed: {machine.gpus} GPUs of {kind.memory_gib:g} GiB, {kind.teraflops:g} TFLOP/s in bfloat16 and "
        f"{kind.watts:g} W; {machine.mfu:.0%} of the operations are reached (MFU);",
        f"         prompts of {text['generate']} tokens, texts about pictures of {text['understand']}; "
        f"{settings.optimizer.name}, {settings.precision}",
    ]


def _stage_line(number: int, stage: StagePlan, machine: Machine) -> str:
    rows = " + ".join(f"{stage.accumulation * stage.rows[task]} to {task}" for task in TASKS)
    seconds = stage.flops / machine.flops
    return (
        f"stage {number}: {stage.steps} steps of {rows} rows in {stage.accumulation} parts, {stage.tokens} tokens and "
        f"{stage.flops / 1e15:.2f} PFLOP a step: {seconds:.2f} s, {stage.tokens / seconds:.0f} tokens/s, "
        f"{stage.seconds(machine) / 3600:.1f} hours"
    )


def _fit_line(needed: float, machine: Machine, settings: TrainSettings) -> str:
    said = "computed again" if settings.activation_checkpointing else "kept"
    if needed <= 0.95 * machine.kind.memory_gib * _GIB:
        return f"  fits: {needed / _GIB:.1f} of {machine.kind.memory_gib:g} GiB with layers {said}"
    return (
        f"  does NOT fit: {needed / _GIB:.1f} of {machine.kind.memory_gib:g} GiB with layers {said}; raise accumulation"
        + ("" if settings.activation_checkpointing else " or set activation_checkpointing=true")
    )


def _total_lines(stages: list[StagePlan], machine: Machine, hours: float | None) -> list[str]:
    planned = sum(stage.seconds(machine) for stage in stages) / 3600
    tokens = sum(stage.steps * stage.tokens for stage in stages)
    energy = planned * machine.gpus * machine.kind.watts / 1000
    lines = [
        f"in all: {tokens / 1e9:.2f} G tokens, {planned:.1f} hours, {planned * machine.gpus:.0f} GPU hours, "
        f"at most {energy:.0f} kWh in the GPUs"
    ]
    if hours is not None:
        needed = f"{tokens / hours / 3600:.0f} tokens/s needed, an MFU of {machine.mfu * planned / hours:.0%}"
        lines.append(f"in {hours:g} hours: {needed}")
    return lines
