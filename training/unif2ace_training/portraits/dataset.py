"""Reads shards of portraits back: all pictures as one array, with their labels."""

# n pictures, W pixels of a side

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.progress import track
from unif2ace_training.portraits.labels import Labels

# Every twentieth person is never trained on.
HELD_OUT_EVERY = 20


@dataclass(frozen=True, slots=True)
class PortraitSet:
    """Pictures uint8 [n, W, W, 3] and what can be seen in each, in the order of the shards."""

    keys: list[str]
    pictures: NDArray[np.uint8]
    labels: list[Labels]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def is_held_out(self) -> NDArray[np.bool_]:
        """Which pictures show persons that are kept for evaluation, [n]."""
        return np.array([is_held_out(labels.identity) for labels in self.labels])


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
        raise ValueError(f"{folder} holds no portraits-*.tar; `render` writes them")
    return paths


def load_portraits(folder: Path, size: int) -> PortraitSet:
    """All pictures of a folder, resized to `size` where they are larger or smaller."""
    keys: list[str] = []
    pictures: list[NDArray[np.uint8]] = []
    labels: list[Labels] = []
    for path in track(shard_paths(folder), "shards"):
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member)
                assert content is not None
                if member.name.endswith(".json"):
                    labels.append(Labels.from_dict(json.load(content)))
                    continue
                picture = Image.open(io.BytesIO(content.read())).convert("RGB")
                if picture.size != (size, size):
                    picture = picture.resize((size, size), Image.Resampling.LANCZOS)
                keys.append(Path(member.name).stem)
                pictures.append(np.asarray(picture))
    return PortraitSet(keys, np.stack(pictures), labels)
