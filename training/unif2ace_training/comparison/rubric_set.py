"""Rubrics as files: what a judge is asked, and what it may answer.

A folder of rubrics has `settings.json` and, a measure each:

    vqascore.txt    `$prompt`; the judge sees the drawn picture, and what counts is the probability of "yes"
    vlm-score.txt   no placeholder; the judge sees the drawn picture
    desc.txt        `$reference`, `$answer`
    conv.txt        `$question`, `$reference`, `$answer`

A measure whose file is missing cannot be asked for. Where `settings.json` says that a judge of `desc` or `conv` sees a
picture, it is that which the model was asked about. `paper` and `short` come with this package: `paper` is for judges
that follow instructions (GPT-4o and its like), `short` for small ones that know little more than the pictures.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final, Literal, get_args

from unif2ace_training.annotation.chat_request import StageSettings
from unif2ace_training.annotation.templates import read_template, stage_settings
from unif2ace_training.common.artifacts import read_json

JudgedKind = Literal["vqascore", "vlm-score", "desc", "conv"]
JUDGED_KINDS: Final[tuple[JudgedKind, ...]] = get_args(JudgedKind)
BUILT_IN: Final = ("paper", "short")
_PLACEHOLDERS: Final[dict[JudgedKind, set[str]]] = {
    "vqascore": {"prompt"},
    "vlm-score": set(),
    "desc": {"reference", "answer"},
    "conv": {"question", "reference", "answer"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rubric:
    """One measure as it is asked. `span` are the lowest and the highest score."""

    text: Template
    settings: StageSettings
    span: tuple[int, int]
    gives_reason: bool
    choice: tuple[str, ...]

    @property
    def schema(self) -> dict[str, Any]:
        """What the judge's answer has to be."""
        score = {"type": "integer", "minimum": self.span[0], "maximum": self.span[1]}
        properties = {"reason": {"type": "string"}, "score": score} if self.gives_reason else {"score": score}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


def load_rubrics(name: str) -> dict[JudgedKind, Rubric]:
    """Rubrics that come with this package by name, or those of a folder.

    Raises:
        ValueError: there are none, or one has a placeholder that nothing fills or lacks settings.
    """
    folder = Path(str(files("unif2ace_training.comparison") / "rubrics" / name)) if name in BUILT_IN else Path(name)
    kinds: list[JudgedKind] = [kind for kind in JUDGED_KINDS if (folder / f"{kind}.txt").is_file()]
    if not kinds:
        raise ValueError(f"{name!r} is neither {' nor '.join(BUILT_IN)} nor a folder with {' or '.join(_names())}")
    described = read_json(folder / "settings.json")
    return {kind: _rubric(folder, kind, described) for kind in kinds}


def _rubric(folder: Path, kind: JudgedKind, described: dict[str, Any]) -> Rubric:
    if kind not in described or "ask" not in described[kind]:
        raise ValueError(f"{folder / 'settings.json'} says nothing of {kind}")
    values = dict(described[kind])
    rubric = Rubric(
        text=read_template(folder / f"{kind}.txt", _PLACEHOLDERS[kind]),
        settings=stage_settings(values.pop("ask"), kind),
        span=_span(values.pop("range", (0, 1)), folder),
        gives_reason=bool(values.pop("gives_reason", False)),
        choice=tuple(values.pop("choice", ())),
    )
    if values:
        raise ValueError(f"{folder / 'settings.json'}, {kind}: nobody knows {', '.join(sorted(values))}")
    if kind in ("vqascore", "vlm-score") and not rubric.settings.sees_picture:
        raise ValueError(f"{folder / 'settings.json'}, {kind}: sees_picture is false, but it is the picture's score")
    return rubric


def _span(values: Any, folder: Path) -> tuple[int, int]:
    try:
        low, high = (int(value) for value in values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{folder / 'settings.json'}: range is two whole numbers, not {values!r}") from error
    if low >= high:
        raise ValueError(f"{folder / 'settings.json'}: range {low} to {high} has no room for a score")
    return low, high


def _names() -> list[str]:
    return [f"{kind}.txt" for kind in JUDGED_KINDS]
