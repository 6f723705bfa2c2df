"""Who is compared with whom, by what: a JSON file.

    {
      "models":   [{"name": "Show-o", "collected": "work/show-o", "columns": {"# Params": "1.3B"}}, …],
      "judges":   {"GPT": {"endpoint": "https://…/v1", "model": "gpt-4o", …}, "LV": {"transformers": "llava-1.5-13b"}},
      "features": {"inception": {"inception": "weights.pth"}, "own": {"encoders": "work/encoders"}},
      "measures": [{"name": "VQAscore-LV", "kind": "vqascore", "judge": "LV"},
                   {"name": "FID", "kind": "fid", "features": "inception"}, …],
      "tables":   [{"title": "Generation", "columns": ["# Params"], "measures": ["VQAscore-LV", "FID"]}, …]
    }

Paths are relative to the file. Without `tables` there are two: of what is drawn, and of what is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args

from unif2ace_training.common.artifacts import read_json

Kind = Literal["vqascore", "vlm-score", "desc", "conv", "fid", "kid"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
DISTANCES: Final[tuple[Kind, ...]] = ("fid", "kid")
OF_PICTURES: Final[tuple[Kind, ...]] = ("vqascore", "vlm-score", "fid", "kid")
_Known = TypeVar("_Known")


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedModel:
    """A model: its name in tables, the folder of what it drew and said, and what tables say of it besides.

    `evaluated` is the report of `evaluate`, for the figure of experts.
    """

    name: str
    collected: Path
    columns: dict[str, str] = field(default_factory=dict)
    evaluated: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgeSettings:
    """A judge: an endpoint, or a model folder for transformers. Limits hold over all runs."""

    endpoint: str | None = None
    transformers: Path | None = None
    model: str = ""
    rubrics: str = "paper"
    device: str = "cpu"
    dtype: str = "float32"
    api_key_variable: str = "OPENAI_API_KEY"
    concurrency: int = 8
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    timeout: float = 120.0
    picture_tokens: int = 255
    input_price: float = 0.0
    output_price: float = 0.0
    max_requests: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FeatureSettings:
    """Where features come from: weights of Inception-v3, or a folder of this project's encoders."""

    inception: Path | None = None
    encoders: Path | None = None
    device: str = "cpu"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A column of figures."""

    name: str
    kind: Kind
    judge: str | None = None
    features: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSettings:
    """A table: what is said of the models, then figures."""

    title: str
    columns: list[str]
    measures: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparisonSettings:
    """The whole file."""

    models: list[ComparedModel]
    measures: list[Measure]
    judges: dict[str, JudgeSettings]
    features: dict[str, FeatureSettings]
    tables: list[TableSettings]


def read_comparison(path: Path) -> ComparisonSettings:
    """Read and check a file.

    Raises:
        ValueError: something is missing, unknown or of no use; the message says where.
    """
    value = read_json(path)
    if not isinstance(value, dict) or (strange := value.keys() - {one.name for one in fields(ComparisonSettings)}):
        raise ValueError(f"{path} is no comparison: {sorted(strange) if isinstance(value, dict) else 'no object'}")
    at = path.parent
    settings = ComparisonSettings(
        models=[_read(ComparedModel, one, "a model", at) for one in value.get("models", [])],
        measures=[_read(Measure, one, "a measure", at) for one in value.get("measures", [])],
        judges={name: _read(JudgeSettings, one, f"judge {name}", at) for name, one in value.get("judges", {}).items()},
        features={
            name: _read(FeatureSettings, one, f"features {name}", at) for name, one in value.get("features", {}).items()
        },
        tables=[_read(TableSettings, one, "a table", at) for one in value.get("tables", [])],
    )
    _check(settings)
    return ComparisonSettings(
        **{one.name: getattr(settings, one.name) for one in fields(settings) if one.name != "tables"},
        tables=settings.tables or _usual_tables(settings),
    )


def _read(known: type[_Known], value: Any, what: str, at: Path) -> _Known:
    names = {one.name: str(one.type) for one in fields(known)}  # pyright: ignore[reportArgumentType]
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is {value!r}, not an object with {', '.join(names)}")
    if strange := sorted(value.keys() - names):
        raise ValueError(f"{what} has {', '.join(strange)}; it takes {', '.join(names)}")
    found = {name: at / one if "Path" in names[name] and one is not None else one for name, one in value.items()}
    try:
        return known(**found)
    except TypeError as error:
        raise ValueError(f"{what}: {error}") from error


def _check(settings: ComparisonSettings) -> None:
    names = [model.name for model in settings.models]
    measured = [measure.name for measure in settings.measures]
    for what, given in (("models", names), ("measures", measured)):
        if not given or len(set(given)) < len(given):
            raise ValueError(f"the comparison has {'no' if not given else 'two of the same name among its'} {what}")
    for measure in settings.measures:
        _check_measure(measure, settings)
    for name, judge in settings.judges.items():
        if (judge.endpoint is None) == (judge.transformers is None):
            raise ValueError(f"judge {name} needs an endpoint or a transformers folder, one of them")
        if judge.concurrency < 1 or judge.attempts < 1:
            raise ValueError(f"judge {name}: concurrency and attempts are at least 1")
    for name, source in settings.features.items():
        if (source.inception is None) == (source.encoders is None):
            raise ValueError(f"features {name} need inception or encoders, one of them")
    for table in settings.tables:
        if unknown := sorted(set(table.measures) - set(measured)):
            raise ValueError(f"table {table.title!r} has {', '.join(unknown)}, which is no measure")


def _check_measure(measure: Measure, settings: ComparisonSettings) -> None:
    if measure.kind not in KINDS:
        raise ValueError(f"measure {measure.name} is of the kind {measure.kind!r}, not one of {', '.join(KINDS)}")
    if measure.kind in DISTANCES:
        if measure.features not in settings.features or measure.judge is not None:
            raise ValueError(f"measure {measure.name} needs features, one of {', '.join(settings.features) or 'none'}")
    elif measure.judge not in settings.judges or measure.features is not None:
        raise ValueError(f"measure {measure.name} needs a judge, one of {', '.join(settings.judges) or 'none'}")


def _usual_tables(settings: ComparisonSettings) -> list[TableSettings]:
    columns = list(dict.fromkeys(name for model in settings.models for name in model.columns))
    drawn = [measure.name for measure in settings.measures if measure.kind in OF_PICTURES]
    said = [measure.name for measure in settings.measures if measure.kind not in OF_PICTURES]
    tables = [("Generation", drawn), ("Understanding", said)]
    return [TableSettings(title=title, columns=columns, measures=names) for title, names in tables if names]
