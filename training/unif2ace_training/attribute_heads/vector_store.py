"""Vectors of pictures that were embedded before: training again, with other options, embeds nothing twice."""

# n pictures, D vector width; index 1 of an axis of two is the mirrored picture

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from unif2ace_training.annotation.pictures import Picture
from unif2ace_training.attribute_heads.vectors import Encoders
from unif2ace_training.common.artifacts import atomic_path

VECTORS_FILE = "vectors.npz"


class VectorStore:
    """Embeds by `encoders` what it has not got yet; writes its file when the block ends, however it ends.

    Pictures are known by the digest of their bytes: keys of other folders may be the same.
    """

    def __init__(self, encoders: Encoders, path: Path):
        self._encoders, self._path = encoders, path
        self._vectors: dict[str, NDArray[np.float16]] = {}  # [2, D]; the first side is NaN where no face was found
        self._is_new = False
        if path.is_file():
            with np.load(path) as stored:
                if stored["encoders"].tolist() == _names(encoders):
                    self._vectors = dict(zip(stored["pictures"].tolist(), stored["vectors"], strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        if self._is_new:
            with atomic_path(self._path) as partial:
                np.savez(
                    partial,
                    encoders=np.array(_names(self._encoders)),
                    pictures=np.array(list(self._vectors)),
                    vectors=np.stack(list(self._vectors.values())),
                )

    def of(self, pictures: Sequence[Picture]) -> list[NDArray[np.float16] | None]:
        """Vectors [2, D] of each picture and its mirror image; None where no face was found in the picture."""
        digests = [hashlib.sha256(picture.jpeg).hexdigest() for picture in pictures]
        missing = {digest: picture.jpeg for digest, picture in zip(digests, pictures, strict=True)
                   if digest not in self._vectors}  # fmt: skip
        if missing:
            self._embed(list(missing), [opened(jpeg) for jpeg in missing.values()])
        vectors = [self._vectors[digest] for digest in digests]
        return [None if np.isnan(one[0, 0]) else one for one in vectors]

    def _embed(self, digests: list[str], pictures: list[Image.Image]) -> None:
        straight, found = self._encoders.vectors(pictures)
        mirrored, _ = self._encoders.vectors([ImageOps.mirror(picture) for picture in pictures])
        both = np.stack([straight, mirrored], axis=1).astype(np.float16)
        both[~found, 0] = np.nan
        self._vectors.update(zip(digests, both, strict=True))
        self._is_new = True


def opened(jpeg: bytes) -> Image.Image:
    """A picture of a shard."""
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def _names(encoders: Encoders) -> list[str]:
    return [f"{name} {digest}" for name, digest in sorted(encoders.digests.items())]
