"""Texts with placeholders in files, and how a question made of one is asked."""

from pathlib import Path
from string import Template
from typing import Any

from unif2ace_training.annotation.chat_request import StageSettings


def read_template(path: Path, placeholders: set[str]) -> Template:
    """The text of a file that may have these placeholders.

    Raises:
        ValueError: it has others.
    """
    template = Template(path.read_text(encoding="utf-8").strip())
    unknown = sorted(set(template.get_identifiers()) - placeholders)
    if unknown or not template.is_valid():
        known = ", ".join(f"${placeholder}" for placeholder in sorted(placeholders))
        raise ValueError(f"{path} has ${', $'.join(unknown)}; what can be filled in is {known}, and $$ is a dollar")
    return template


def stage_settings(values: dict[str, Any], stage: str) -> StageSettings:
    """The settings of one stage as a file has them.

    Raises:
        ValueError: they are others.
    """
    try:
        return StageSettings(**values)
    except TypeError as error:
        raise ValueError(f"settings.json, {stage}: {error}; it takes {', '.join(StageSettings.__slots__)}") from error
