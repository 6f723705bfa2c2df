"""Embeds the pictures of shards as they lie there, whole, for encoders that have their own way with pictures."""

# n pictures, D width of a vector

import io
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from unif2ace_training.common.artifacts import atomic_path, sha256_of
from unif2ace_training.common.progress import track
from unif2ace_training.portraits.dataset import shard_paths

_BATCH = 32


def embed_shards(
    read: Callable[[Sequence[Image.Image]], NDArray[np.float32]], pictures: Path, kept: Path
) -> NDArray[np.float16]:
    """Vectors [n, 2, D] of all pictures of a folder, in the order of its shards, and at index 1 of their mirror images.

    Args:
        kept: folder for the vectors of each shard: what was stopped goes on with the next one.
    """
    kept.mkdir(parents=True, exist_ok=True)
    vectors = []
    for shard in track(shard_paths(pictures), "shards"):
        part = kept / f"{sha256_of(shard)}.npy"
        if not part.exists():
            sides = [
                np.stack([read(batch), read([ImageOps.mirror(one) for one in batch])], axis=1)
                for batch in _batches(shard)
            ]
            if not sides:  # a shard of no pictures
                continue
            with atomic_path(part) as partial, partial.open("wb") as stream:
                np.save(stream, np.concatenate(sides).astype(np.float16))
        vectors.append(np.load(part))
    return np.concatenate(vectors)


def _batches(shard: Path) -> Iterator[list[Image.Image]]:
    batch: list[Image.Image] = []
    with tarfile.open(shard) as archive:
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
