"""Embeds the pictures of shards as they lie there, whole, for encoders that have their own way with pictures."""

# n pictures, D width of a vector

import io
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from unif2ace_training.common.progress import track
from unif2ace_training.portraits.dataset import shard_paths

_BATCH = 32


def embed_shards(read: Callable[[Sequence[Image.Image]], NDArray[np.float32]], pictures: Path) -> NDArray[np.float16]:
    """Vectors [n, 2, D] of all pictures of a folder, in the order of its shards, and at index 1 of their mirror
    images."""
    sides = [[read(batch), read([ImageOps.mirror(one) for one in batch])] for batch in _batches(pictures)]
    return np.concatenate([np.stack(pair, axis=1).astype(np.float16) for pair in sides])


def _batches(folder: Path) -> Iterator[list[Image.Image]]:
    batch: list[Image.Image] = []
    for path in track(shard_paths(folder), "shards"):
        with tarfile.open(path) as archive:
            for member in archive:
                if member.name.endswith(".json"):
                    continue
                content = archive.extractfile(member)
                assert content is not None
                batch.append(Image.open(io.BytesIO(content.read())).convert("RGB"))
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
    if batch:
        yield batch
