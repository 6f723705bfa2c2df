"""Pictures as vectors with what is known of them, in three parts by person."""

# n pictures, D vector width, H heads; index 1 of an axis of two is the mirrored picture

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.annotation.pictures import Attributes, Picture
from unif2ace_training.attribute_heads.heads import HIDDEN, Head
from unif2ace_training.attribute_heads.vector_store import VectorStore
from unif2ace_training.common.progress import Progress
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.labels import Labels, attribute_names, can_be_seen

Part = Literal["fit", "calibrate", "held-out"]
UNKNOWN: Final = -100  # a target that nobody knows; cross_entropy leaves it out
_BATCH: Final = 64
# One in five persons that are not held out.
_CALIBRATE_EVERY: Final = 5

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Examples:
    """Pictures in which a face was found and of which some attribute is known."""

    identities_n: NDArray[np.int64]
    vectors_n2D: NDArray[np.float16]
    known: list[tuple[Attributes, Attributes]]  # of the picture and of its mirror image

    def rows(self, part: Part) -> NDArray[np.int64]:
        """The pictures of one part."""
        return np.flatnonzero([part_of(identity) == part for identity in self.identities_n.tolist()])

    def targets(self, heads: Sequence[Head]) -> NDArray[np.int64]:
        """Numbers of the values [n, 2, H]; `UNKNOWN` where nothing is known or a value is too rare to be learned."""
        numbers = [{value: number for number, value in enumerate(head.values)} for head in heads]
        targets = np.full((len(self.known), 2, len(heads)), UNKNOWN, np.int64)
        for row, sides in enumerate(self.known):
            for side, attributes in enumerate(sides):
                for column, (head, number) in enumerate(zip(heads, numbers, strict=True)):
                    if head.name in attributes:
                        targets[row, side, column] = number.get(attributes[head.name], UNKNOWN)
        return targets


def part_of(identity: int) -> Part:
    """Which part a person belongs to; all pictures of one are in the same."""
    if is_held_out(identity):
        return "held-out"
    lot = hashlib.sha256(f"calibrate\n{identity}".encode()).digest()[0]
    return "calibrate" if lot % _CALIBRATE_EVERY == 0 else "fit"


def read_examples(
    pictures: Iterable[Picture], store: VectorStore, labels: dict[str, Attributes]
) -> tuple[Examples, dict[str, int]]:
    """Embed the pictures of which something is known, and count those that teach nothing.

    Args:
        labels: attributes by key that are known beside what the source says.

    Raises:
        ValueError: nothing is known of any picture in which a face is found.
    """
    counts = {"without_labels": 0, "without_face": 0}
    identities: list[int] = []
    vectors: list[NDArray[np.float16]] = []
    known: list[tuple[Attributes, Attributes]] = []
    with Progress("pictures", None) as progress:
        for batch in batches(pictures, _BATCH):
            progress.advance(len(batch))
            told = [(picture, sides) for picture in batch if any(sides := _known(picture, labels))]
            counts["without_labels"] += len(batch) - len(told)
            for (picture, sides), pair in zip(told, store.of([picture for picture, _ in told]), strict=True):
                if pair is None:
                    counts["without_face"] += 1
                    continue
                identities.append(picture.identity)
                vectors.append(pair)
                known.append(sides)
    if not known:
        raise ValueError(f"there is nothing to learn: no picture has both a face and attributes ({counts})")
    return Examples(np.array(identities, np.int64), np.stack(vectors), known), counts


def batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Lists of `size` items; the last one may be shorter."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _known(picture: Picture, labels: dict[str, Attributes]) -> tuple[Attributes, Attributes]:
    """Everything that is known of both sides; nothing that CelebV-HQ says of a face depends on its side."""
    given = picture.attributes | labels.get(picture.key, {})
    if picture.truth is None:
        return given, given
    return visible(picture.truth) | given, visible(picture.truth.mirrored()) | given


def visible(labels: Labels) -> Attributes:
    """The truth of a rendered portrait, with `HIDDEN` for what a viewer cannot tell."""
    return {name: getattr(labels, name) if can_be_seen(labels, name) else HIDDEN for name in attribute_names()}
