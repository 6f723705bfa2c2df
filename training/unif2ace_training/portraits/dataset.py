"""Reads shards back: all pictures as one array, with what is known of each."""

# n pictures, W pixels of a side

import io
import json
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.progress import track
from unif2ace_training.portraits.labels import Box, Labels

# Every twentieth person is never trained on.
HELD_OUT_EVERY = 20


class Sight(Protocol):
    """What is known of every picture: a number for its person, and where eyes and mouth are."""

    @property
    def identity(self) -> int: ...
    @property
    def eye_box(self) -> Box: ...
    @property
    def mouth_box(self) -> Box: ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is known of a photograph, as far as training goes; implements `Sight`."""

    identity: int
    eye_box: Box
    mouth_box: Box


_Known = TypeVar("_Known", bound=Sight, covariant=True)
_Read = TypeVar("_Read", bound=Sight)


@dataclass(
    frozen=True
)  # without slots: Python 3.11 cannot call an alias such as PortraitSet of a frozen class with them
class PictureSet(Generic[_Known]):
    """Pictures uint8 [n, W, W, 3] and what is known of each, in the order of the shards."""

    keys: list[str]
    pictures: NDArray[np.uint8]
    labels: Sequence[_Known]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def is_held_out(self) -> NDArray[np.bool_]:
        """Which pictures show persons that are kept for evaluation, [n]."""
        return np.array([is_held_out(labels.identity) for labels in self.labels])


# Rendered pictures: what can be seen in each is known.
PortraitSet = PictureSet[Labels]
AnyPictures = PictureSet[Sight]


def is_held_out(identity: int) -> bool:
    """Whether a person is kept for evaluation."""
    return identity % HELD_OUT_EVERY == 0


def shard_paths(folder: Path) -> list[Path]:
    """The shards of a dataset, in order.

    Raises:
        ValueError: there are none.
    """
    paths = sorted(folder.glob("portraits-*.tar"))
    if not paths:
        raise ValueError(f"{folder} holds no portraits-*.tar; `render` and `gather` write them")
    return paths


def load_portraits(folder: Path, size: int) -> PortraitSet:
    """All rendered pictures of a folder, resized to `size` where they are larger or smaller.

    Raises:
        ValueError: there are no shards, or their pictures were gathered.
    """
    return _load(folder, size, Labels.from_dict)


def load_any_pictures(folder: Path, size: int) -> AnyPictures:
    """All pictures of a folder, gathered or rendered, of which some persons are trained on and some held out.

    Raises:
        ValueError: there are no shards, or no pictures for one of the two.
    """
    data = _load(folder, size, _known)
    held_out = int(data.is_held_out.sum())
    if held_out in (0, len(data)):
        raise ValueError(
            f"{held_out} of {len(data)} pictures show held-out persons (every {HELD_OUT_EVERY}th is one): some are "
            "needed to learn from and some to measure; add pictures of more persons"
        )
    return data


def rendered(data: AnyPictures) -> PortraitSet | None:
    """The same pictures where all of them were rendered."""
    labels = [one for one in data.labels if isinstance(one, Labels)]
    return PictureSet(data.keys, data.pictures, labels) if len(labels) == len(data) else None


def _known(described: dict[str, Any]) -> Sight:
    if "licence" not in described:
        return Labels.from_dict(described)
    return Gathered(described["identity"], tuple(described["eye_box"]), tuple(described["mouth_box"]))


def _load(folder: Path, size: int, read: Callable[[dict[str, Any]], _Read]) -> PictureSet[_Read]:
    keys: list[str] = []
    pictures: list[NDArray[np.uint8]] = []
    labels: list[_Read] = []
    for path in track(shard_paths(folder), "shards"):
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member)
                assert content is not None
                if member.name.endswith(".json"):
                    labels.append(read(json.load(content)))
                    continue
                picture = Image.open(io.BytesIO(content.read())).convert("RGB")
                if picture.size != (size, size):
                    picture = picture.resize((size, size), Image.Resampling.LANCZOS)
                keys.append(Path(member.name).stem)
                pictures.append(np.asarray(picture))
    if not pictures:
        raise ValueError(f"the shards of {folder} are empty; `gather` says in its decisions-*.jsonl why")
    return PictureSet(keys, np.stack(pictures), labels)
