"""Settings of a training run as frozen dataclasses, the defaults of each preset, and `--set a.b=c`."""

import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from unif2ace_training.config.schema import AttentionKind
from unif2ace_training.data.mixture import Stage

# What a run changes: everything, or only what describes pictures and answers about them.
Trained = Literal["all", "understand"]
# Which mixtures of experts learn.
Mixtures = Literal["both", "token", "sequence", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class OptimizerSettings:
    """`adamw` is the paper's; `muon` orthogonalises the updates of hidden matrices and leaves the rest to AdamW."""

    name: Literal["adamw", "muon"] = "adamw"
    lr: float = 5e-5  # AdamW's, at the top of the schedule
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.01
    muon_lr: float = 0.02
    muon_momentum: float = 0.95
    max_gradient_norm: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSettings:
    """Learning rate over a run: a linear warm-up, then `cosine` to 0, or `linear`: constant, then a line to 0."""

    name: Literal["cosine", "linear"] = "cosine"
    warmup_steps: int = 5000
    decay_fraction: float = 0.6  # share of the run that `linear` spends falling; `cosine` ignores it


@dataclass(frozen=True, kw_only=True, slots=True)
class LossSettings:
    """Factors of the objective `masked_token L_mask + alpha L_score + next_token L_NTP + balance terms`."""

    masked_token: float = 1.0
    alpha: float = 0.01
    next_token: float = 1.0
    token_balance: float = 0.01
    sequence_balance: float = 0.01
    label_smoothing: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetSettings:
    """How long a run lasts: by steps of each stage, or by minutes of training of which stage I gets a share.

    Only a run by steps repeats itself bit by bit: minutes depend on the machine.
    """

    stage_1_steps: int = 20_000
    stage_2_steps: int = 40_000
    minutes: float | None = None
    stage_1_fraction: float = 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportSettings:
    """How often a run saves and shows itself, in minutes; validation in rows."""

    checkpoint_minutes: float = 4.0
    validate_minutes: float = 4.0
    sample_minutes: float = 10.0
    validation_rows: int = 64
    log_every_steps: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class LoraSettings:
    """Adapters instead of whole matrices (lora.py). Rank 0 is none: everything learns."""

    rank: int = 0
    alpha: float = 16.0

    def __post_init__(self) -> None:
        if self.rank < 0:
            raise ValueError(f"lora.rank is {self.rank}; it must be 0 (no adapters) or more")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainSettings:
    """A whole run apart from the model's sizes. `batch_size` counts rows of both tasks in one optimiser step."""

    seed: int = 0
    batch_size: int = 600
    stage_2_batch_size: int | None = None  # None: as stage I's
    understand_fraction: float = 0.5
    accumulation: int = 1  # the batch is computed in this many parts
    cond_drop_prob: float = 0.1
    ema_decay: float = 0.9999
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    device: str = "cpu"
    num_threads: int | None = None  # None leaves torch's own choice
    init_from: str | None = None  # folder of a run, or of a model, whose weights this one begins with
    trained: Trained = "all"  # `understand` leaves pictures as they are, to the bit
    mixtures: Mixtures = "both"  # one that does not learn stays as it begins: silent
    attention: AttentionKind = "dense"  # `flex`: one compiled kernel that skips what nobody sees; on GPUs
    activation_checkpointing: bool = False  # layers are computed again for the gradient instead of being kept
    lora: LoraSettings = field(default_factory=LoraSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    loss: LossSettings = field(default_factory=LossSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    report: ReportSettings = field(default_factory=ReportSettings)

    def __post_init__(self) -> None:
        if self.batch_size % self.accumulation:
            raise ValueError(f"batch_size {self.batch_size} must be a multiple of accumulation {self.accumulation}")
        if self.attention == "flex" and self.device == "cpu":
            raise ValueError("attention=flex has no gradient on a CPU; leave attention=dense, or train on a GPU")
        if self.stage_2_batch_size is not None:
            self.of_stage(2)
        if self.trained == "understand":
            return
        if not 0 < self.understand_rows < self.batch_size // self.accumulation:
            raise ValueError(
                f"understand_fraction {self.understand_fraction} of {self.batch_size // self.accumulation} rows "
                "must leave at least one row for each task"
            )

    def of_stage(self, stage: Stage) -> "TrainSettings":
        """The settings with the stage's batch size as `batch_size`."""
        size = self.batch_size if stage == 1 or self.stage_2_batch_size is None else self.stage_2_batch_size
        return replace(self, batch_size=size, stage_2_batch_size=None)

    @property
    def understand_rows(self) -> int:
        """Rows of one part of a batch that talk about pictures."""
        rows = self.batch_size // self.accumulation
        return rows if self.trained == "understand" else round(rows * self.understand_fraction)

    @property
    def generate_rows(self) -> int:
        """Rows of one part of a batch that draw pictures."""
        return self.batch_size // self.accumulation - self.understand_rows

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values, for config.json and checkpoints."""
        return asdict(self)


def train_preset(name: str) -> TrainSettings:
    """The settings that belong to a model preset: `paper` after the paper, the others as measured on two CPU cores."""
    if name == "paper":
        return TrainSettings(device="cuda", accumulation=10, stage_2_batch_size=480)
    muon = OptimizerSettings(name="muon", lr=2e-3)
    if name == "debug":
        return TrainSettings(
            batch_size=16,
            understand_fraction=0.5,
            ema_decay=0.98,
            precision="float32",
            optimizer=muon,
            schedule=ScheduleSettings(name="linear", warmup_steps=10),
            budget=BudgetSettings(stage_1_steps=100, stage_2_steps=200),
            report=ReportSettings(validation_rows=16),
        )
    if name == "small":
        return TrainSettings(
            batch_size=32,
            understand_fraction=0.25,
            ema_decay=0.998,
            precision="float32",  # bfloat16 where the CPU has it: elsewhere it is emulated and 20 times slower
            optimizer=muon,
            schedule=ScheduleSettings(name="linear", warmup_steps=40),
            budget=BudgetSettings(stage_1_steps=5000, stage_2_steps=7500),
        )
    raise ValueError(f"there are no training settings for a preset {name!r}")


def with_overrides(settings: TrainSettings, assignments: Sequence[str]) -> TrainSettings:
    """Apply `a.b=c` assignments, each checked against the type of its field.

    Raises:
        ValueError: no such setting, or the value is not of its type.
    """
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"--set {assignment!r} is not NAME=VALUE, for example optimizer.lr=0.001")
        settings = _assigned(settings, path.split("."), text, assignment)
    return settings


def _assigned(settings: Any, path: list[str], text: str, assignment: str) -> Any:
    name, *rest = path
    known = [known_field.name for known_field in fields(settings)]
    if name not in known:
        raise ValueError(f"--set {assignment!r}: there is no setting {name!r} here; known are {', '.join(known)}")
    value = getattr(settings, name)
    if is_dataclass(value) != bool(rest):
        raise ValueError(f"--set {assignment!r}: {name!r} {'has settings of its own' if not rest else 'has none'}")
    if rest:
        return replace(settings, **{name: _assigned(value, rest, text, assignment)})
    try:
        return replace(settings, **{name: _parsed(text, get_type_hints(type(settings))[name])})
    except ValueError as error:
        raise ValueError(f"--set {assignment!r}: {error}") from error


def _parsed(text: str, hint: Any) -> Any:
    """`text` as a value of the annotated type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        if text not in arguments:
            raise ValueError(f"{text!r} is not one of {', '.join(arguments)}")
        return text
    if origin in (Union, types.UnionType):
        return None if text.lower() == "none" else _parsed(text, arguments[0])
    if origin is tuple:
        return tuple(_parsed(part, arguments[0]) for part in text.split(","))
    if hint is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return text.lower() == "true"
    return hint(text)
