"""Reads the labels of a dataset without its pictures: a thousandth of the work of decoding them."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from unif2ace_training.common.progress import track
from unif2ace_training.portraits.dataset import shard_paths
from unif2ace_training.portraits.labels import Labels


@dataclass(frozen=True, slots=True)
class LabelledKey:
    """Where a picture is, and what can be seen on it."""

    key: str
    image: str  # "portraits-00003.tar#000012-03.jpg"
    labels: Labels


def read_labels(folder: Path) -> Iterator[LabelledKey]:
    """All pictures of a folder in the order of its shards, with progress.

    Raises:
        ValueError: the folder has no shards, or labels of another version.
    """
    for path in track(shard_paths(folder), "shards"):
        with tarfile.open(path) as archive:
            for member in archive:
                if not member.name.endswith(".json"):
                    continue
                content = archive.extractfile(member)
                assert content is not None
                key = Path(member.name).stem
                yield LabelledKey(key, f"{path.name}#{key}.jpg", Labels.from_dict(json.load(content)))
