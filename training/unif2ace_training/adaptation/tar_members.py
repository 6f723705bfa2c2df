"""Files of WebDataset shards by key, read where they lie."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a tar file."""

    archive: Path
    offset: int
    size: int

    def read_bytes(self) -> bytes:
        """Its content."""
        with self.archive.open("rb") as stream:
            stream.seek(self.offset)
            return stream.read(self.size)


def members_of(shard: Path) -> Iterator[tuple[str, dict[str, Member]]]:
    """Keys in the shard's order, each with its files by suffix.

    Raises:
        ValueError: it is no tar file.
    """
    files: dict[str, dict[str, Member]] = {}
    try:
        with tarfile.open(shard) as archive:
            for entry in archive:
                if entry.isfile():
                    name = Path(entry.name)
                    member = Member(shard, entry.offset_data, entry.size)
                    files.setdefault("-".join(name.with_suffix("").parts), {})[name.suffix.lower()] = member
    except tarfile.TarError as error:
        raise ValueError(f"{shard} is no tar file that can be read: {error}") from error
    yield from files.items()
