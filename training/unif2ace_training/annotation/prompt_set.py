"""Prompts as files: what is asked at each stage, how, and with which placeholders.

A folder of prompts has `settings.json` and, a stage each:

    caption.txt                       stage I; `$hints` is hints.txt where the source has captions, or nothing
    hints.txt                         `$captions`
    attributes.json                   questions with closed sets of answers, where no attribute heads were trained
    refine.txt                        stage II; `$caption`, `$attributes`
    questions.txt   or   ask.json     pairs written from `$caption`, `$attributes`, `$least`, `$most`;
                                      or questions by kind, of which some are put to the endpoint one by one

`caption.txt` has to be there; a stage whose file is missing is left out. `paper` and `short` come with this package:
`paper` is for models that follow instructions (GPT-4o and its like), `short` for small ones that only answer questions,
such as the model that this project trains.
"""

import json
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final, Literal, get_args

from unif2ace_training.annotation.chat_request import Stage, StageSettings
from unif2ace_training.annotation.templates import read_template, stage_settings
from unif2ace_training.common.artifacts import read_json

BUILT_IN: Final = ("paper", "short")
# The paper's three kinds of questions, by their names in records.
PAIR_KINDS: Final = ("detail", "conversation", "reasoning")
_PLACEHOLDERS: Final = {
    "caption.txt": {"hints"},
    "hints.txt": {"captions"},
    "refine.txt": {"caption", "attributes"},
    "questions.txt": {"caption", "attributes", "least", "most"},
}


@dataclass(frozen=True, slots=True)
class AttributeQuestion:
    """A question, and what may be answered to it: values of one or several attributes.

    `json`: the answer is an object with all of them, kept to a schema. `words`: it is a sentence that is searched for
    the values of one attribute, for models that were trained on sentences alone; `means` has other words for a value.
    """

    question: str
    attributes: dict[str, list[str]]
    form: Literal["json", "words"] = "json"
    means: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.form not in ("json", "words") or (self.form == "words" and len(self.attributes) != 1):
            raise ValueError(f"{self.question!r}: form is json, or words for a single attribute")


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptSet:
    """The prompts of a run; a stage that is None or empty is not asked."""

    caption: Template
    hints: Template | None
    attributes: tuple[AttributeQuestion, ...]
    refine: Template | None
    questions: Template | None
    ask: dict[str, list[str]]
    settings: dict[Stage, StageSettings]
    pairs: tuple[int, int]


def load_prompts(name: str) -> PromptSet:
    """Prompts that come with this package by name, or those of a folder.

    Raises:
        ValueError: a file is missing, has a placeholder that nothing fills, or lacks settings.
    """
    folder = Path(str(files("unif2ace_training.annotation") / "prompts" / name)) if name in BUILT_IN else Path(name)
    if not (folder / "caption.txt").is_file():
        raise ValueError(f"{name!r} is neither {' nor '.join(BUILT_IN)} nor a folder with caption.txt")
    described = read_json(folder / "settings.json")
    prompts = PromptSet(
        caption=_needed(folder, "caption.txt"),
        hints=_template(folder, "hints.txt"),
        attributes=tuple(AttributeQuestion(**entry) for entry in _json(folder / "attributes.json", [])),
        refine=_template(folder, "refine.txt"),
        questions=_template(folder, "questions.txt"),
        ask=_json(folder / "ask.json", {}),
        settings={stage: stage_settings(described[stage], stage) for stage in get_args(Stage) if stage in described},
        pairs=(int(described["pairs"][0]), int(described["pairs"][1])),
    )
    _check(folder, prompts)
    return prompts


def _needed(folder: Path, name: str) -> Template:
    template = _template(folder, name)
    assert template is not None
    return template


def _template(folder: Path, name: str) -> Template | None:
    path = folder / name
    return read_template(path, _PLACEHOLDERS[name]) if path.is_file() else None


def _json(path: Path, missing: Any) -> Any:
    return read_json(path) if path.is_file() else missing


def _check(folder: Path, prompts: PromptSet) -> None:
    asked: dict[Stage, bool] = {
        "caption": True,
        "attributes": bool(prompts.attributes),
        "refine": prompts.refine is not None,
        "questions": prompts.questions is not None or bool(prompts.ask),
    }
    lacking = [stage for stage, is_asked in asked.items() if is_asked and stage not in prompts.settings]
    if lacking:
        raise ValueError(f"{folder / 'settings.json'} says nothing of {', '.join(lacking)}")
    if prompts.questions is not None and prompts.ask:
        raise ValueError(f"{folder} has questions.txt and ask.json; pairs are written or asked, not both")
    if prompts.ask and (prompts.ask.keys() != set(PAIR_KINDS) or not all(prompts.ask.values())):
        raise ValueError(f"{folder / 'ask.json'} needs questions of each kind: {', '.join(PAIR_KINDS)}")
    least, most = prompts.pairs
    if not len(PAIR_KINDS) <= least <= most <= sum(map(len, prompts.ask.values()), start=0 if prompts.ask else most):
        raise ValueError(f"{folder}: pairs {json.dumps(prompts.pairs)} cannot be written with these questions")
