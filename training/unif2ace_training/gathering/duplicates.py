"""Pictures that look the same: perceptual hashes (64 bits of the discrete cosine transform) a few bits apart."""

from collections import defaultdict
from typing import Any, Final

from PIL import Image

HASH_BITS: Final = 64


def perceptual_hash(picture: Image.Image) -> int:
    """ImageHash's `phash` as one number.

    Raises:
        ValueError: ImageHash is not installed.
    """
    return int(str(_imagehash().phash(picture)), 16)


class DuplicateIndex:
    """Finds what is at most `distance` bits away, exactly and without comparing everything with everything.

    Two hashes that differ in at most d bits agree in one of d + 1 bands wholly: only those that share a band are
    compared.
    """

    def __init__(self, distance: int):
        self._distance = distance
        edges = [HASH_BITS * band // (distance + 1) for band in range(distance + 2)]
        self._bands = [(low, (1 << (high - low)) - 1) for low, high in zip(edges, edges[1:], strict=False)]
        self._buckets: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)

    def find(self, value: int) -> str | None:
        """The name of an earlier picture that looks the same, the nearest of those there are."""
        near = [
            ((value ^ other).bit_count(), name)
            for bucket in self._keys(value)
            for other, name in self._buckets.get(bucket, ())
        ]
        distance, name = min(near, default=(HASH_BITS, None))
        return name if distance <= self._distance else None

    def add(self, value: int, name: str) -> None:
        """Remember a picture."""
        for bucket in self._keys(value):
            self._buckets[bucket].append((value, name))

    def _keys(self, value: int) -> list[tuple[int, int]]:
        return [(band, (value >> low) & mask) for band, (low, mask) in enumerate(self._bands)]


def _imagehash() -> Any:
    try:
        import imagehash
    except ImportError as error:
        raise ValueError("pictures are compared by ImageHash; install it with pip install -e '.[gather]'") from error
    return imagehash
