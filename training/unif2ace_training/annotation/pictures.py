"""Pictures as they lie in the shards of `gather` and `render`, one at a time."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unif2ace_training.portraits.dataset import is_held_out, shard_paths
from unif2ace_training.portraits.labels import Labels

Attributes = dict[str, str | bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture, what its source says of it, and the truth where it was rendered."""

    key: str
    image: str  # "portraits-00003.tar#ffhq-00012.jpg"
    jpeg: bytes
    source: str
    licence: str
    credit: str
    identity: int
    captions: tuple[str, ...]
    attributes: Attributes
    truth: Labels | None

    @property
    def is_held_out(self) -> bool:
        """Whether its person is kept for evaluation."""
        return is_held_out(self.identity)


def read_pictures(folder: Path, part: tuple[int, int] = (0, 1)) -> Iterator[Picture]:
    """All pictures in the order of the shards; of `part` (i, n) the shards i, i + n, i + 2 n, …

    Raises:
        ValueError: there are no shards, or a picture has no JSON beside it.
    """
    index, parts = part
    for path in shard_paths(folder)[index::parts]:
        with tarfile.open(path) as archive:
            waiting: dict[str, bytes] = {}
            for member in archive:
                key, _, suffix = member.name.partition(".")
                content = archive.extractfile(member)
                assert content is not None
                if key not in waiting:
                    waiting[key] = content.read()
                    continue
                pair = {suffix: content.read(), "json" if suffix == "jpg" else "jpg": waiting.pop(key)}
                yield _picture(key, f"{path.name}#{key}.jpg", pair["jpg"], json.loads(pair["json"]))
            if waiting:
                raise ValueError(
                    f"{path.name} has {', '.join(list(waiting)[:3])} without its other half; gather it again"
                )


def _picture(key: str, image: str, jpeg: bytes, described: dict[str, Any]) -> Picture:
    if "licence" not in described:
        return Picture(
            key=key, image=image, jpeg=jpeg, source="rendered", licence="Apache-2.0", credit="",
            identity=described["identity"], captions=(), attributes={}, truth=Labels.from_dict(described),
        )  # fmt: skip
    return Picture(
        key=key, image=image, jpeg=jpeg, source=described["source"], licence=described["licence"],
        credit=described.get("credit", ""), identity=described["identity"], captions=tuple(described["captions"]),
        attributes=described["attributes"], truth=None,
    )  # fmt: skip


def read_attributes(path: Path) -> dict[str, Attributes]:
    """Attributes by key from a JSON Lines file: `{"key": …, "attributes": {name: value}}` a line.

    Raises:
        ValueError: a line is something else; the message has its number.
    """
    found: dict[str, Attributes] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            found[entry["key"]] = dict(entry["attributes"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'{path}, line {number} is not {{"key": …, "attributes": {{…}}}}: {error!r}') from error
    return found
