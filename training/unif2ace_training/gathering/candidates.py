"""Pictures and clips before anybody has looked at them, with what their source says of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PICTURE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
CLIP_SUFFIXES: Final = (".mp4", ".mkv", ".webm", ".mov", ".avi")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One file of a source.

    `person` only says which files show the same person; it never leaves this machine (see `identity`).
    """

    key: str  # unique among all sources; names the picture in its shard
    source: str
    path: Path
    origin: str  # where it is in its source
    licence: str
    person: str
    captions: tuple[str, ...] = ()
    attributes: dict[str, str | bool] = field(default_factory=dict)
    credit: str = ""  # who has to be named, where the licence asks for it

    @property
    def is_clip(self) -> bool:
        """Whether a frame has to be chosen first."""
        return self.path.suffix.lower() in CLIP_SUFFIXES

    @property
    def identity(self) -> int:
        """A number for the person: the same for all files of one, and no name. Decides the split."""
        return int(hashlib.sha256(f"{self.source}\n{self.person}".encode()).hexdigest()[:12], 16)


def files_with(folder: Path, suffixes: Iterable[str]) -> list[Path]:
    """The files below a folder with one of these suffixes, in order, hidden ones left out."""
    wanted = set(suffixes)
    found = (path for path in folder.rglob("*") if path.suffix.lower() in wanted)
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def lines_of(path: Path) -> tuple[str, ...]:
    """The lines of a text file that are not blank; none where there is no such file."""
    if not path.is_file():
        return ()
    return tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
