"""Random streams of texts: every choice has one of its own, named by picture and purpose.

Adding a phrasing to a section changes only what is drawn from this section; all other texts stay what they were.
"""

import hashlib
import math
import struct
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_WORDS = struct.Struct("<8Q")


class Stream:
    """Uniform draws named by a label: the bytes of BLAKE2b over the label and a counter.

    A tenth of the cost of seeding a generator, which matters where most streams are asked once.
    """

    __slots__ = ("_label", "_block", "_words")

    def __init__(self, label: str):
        self._label = label
        self._block = 0
        self._words: list[int] = []

    def uniform(self) -> float:
        """A number in [0, 1)."""
        if not self._words:
            self._words = list(_WORDS.unpack(hashlib.blake2b(f"{self._block}\x1f{self._label}".encode()).digest()))
            self._block += 1
        return (self._words.pop() >> 11) * 2.0**-53

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, all equally likely."""
        return values[int(self.uniform() * len(values))]

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.uniform() * (most - least + 1))


class TextStreams:
    """The streams of one picture (or its mirror image); `of` names one by what it decides."""

    __slots__ = ("_prefix",)

    def __init__(self, seed: int, *names: str | int):
        self._prefix = "\x1f".join(map(str, (seed, *names)))

    def of(self, *names: str | int) -> Stream:
        """The stream of these names; each call starts it anew."""
        return Stream("\x1f".join((self._prefix, *map(str, names))))

    def within(self, *names: str | int) -> "TextStreams":
        """The streams below these names."""
        below = TextStreams.__new__(TextStreams)
        below._prefix = "\x1f".join((self._prefix, *map(str, names)))
        return below

    def weighted_order(self, weights: dict[T, float]) -> list[T]:
        """The keys in random order, heavier ones earlier (Efraimidis and Spirakis 2006).

        Every key's place is drawn from a stream of its own, so a new key changes no other's draw.
        """
        keys = {key: -math.log(1 - self.of("order", str(key)).uniform()) / weight for key, weight in weights.items()}
        return sorted(keys, key=keys.__getitem__)
