"""Reads the phrase book: templates in named sections, some of which are kept for held-out texts.

A section begins with `[name]`; each line below is a template, written as often as it should be chosen. `#` begins a
comment line. A line that begins with `~` is a held-out phrasing: it never occurs in texts to train on, so that
evaluation can measure whether a model understands wording that it has not seen. Which phrasings are held out is
written in the book, by a person, and not left to chance. An opening's leading blank belongs to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

# "trained" texts use trained phrasings only; "held-out" texts use both.
Wording = Literal["trained", "held-out"]

_BOOK = "phrasebook"


@dataclass(frozen=True, slots=True)
class Section:
    """Phrasings of one thing."""

    name: str
    trained: tuple[str, ...]
    held_out: tuple[str, ...]


def parse_sections(text: str) -> dict[str, Section]:
    """The sections of one file of the book by name.

    Raises:
        ValueError: a line stands before the first section, a name occurs twice, or a section has no trained phrasing.
    """
    lines: dict[str, list[str]] = {}
    name = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            if name in lines:
                raise ValueError(f"the phrase book has two sections [{name}]; merge them")
            lines[name] = []
        elif name is None:
            raise ValueError(f"the phrase book has a line before its first section: {line!r}")
        else:
            lines[name].append(line)
    return {name: _section(name, phrasings) for name, phrasings in lines.items()}


def _section(name: str, lines: list[str]) -> Section:
    trained = tuple(line for line in lines if not line.startswith("~"))
    held_out = tuple(line[1:].removeprefix(" ") for line in lines if line.startswith("~"))
    if not trained:
        raise ValueError(f"section [{name}] of the phrase book has no phrasing to train on")
    return Section(name, trained, held_out)


@cache
def phrasebook() -> Mapping[str, Section]:
    """All sections by name."""
    sections: dict[str, Section] = {}
    folder = resources.files("unif2ace_training.language").joinpath(_BOOK)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        found = parse_sections(file.read_text(encoding="utf-8"))
        if repeated := sections.keys() & found.keys():
            raise ValueError(f"{file.name} repeats sections of other files: {', '.join(sorted(repeated))}")
        sections |= found
    return sections
