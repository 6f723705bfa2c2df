"""The held-out portraits that a run is measured on: their labels, and their rows among the codes."""

# n pictures, W pixels of a side

import io
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.data.picture_store import PictureStore
from unif2ace_training.data.records import Kind, Record, read_records
from unif2ace_training.portraits.dataset import is_held_out, shard_paths
from unif2ace_training.portraits.labels import Labels
from unif2ace_training.portraits.shard_labels import LabelledKey

_SEED = 0  # the same pictures for every run


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture that was rendered, and what can be seen on it."""

    key: str
    row: int  # in the picture store; the mirror image is at row + 1
    labels: Labels


def portraits_of(labelled: Iterable[LabelledKey], pictures: PictureStore) -> tuple[list[Portrait], list[Portrait]]:
    """Training and held-out portraits that have codes, in the order of the shards.

    Raises:
        ValueError: there are none of either.
    """
    split: dict[bool, list[Portrait]] = {False: [], True: []}
    for picture in labelled:
        row = pictures.row(picture.key, mirrored=False)
        if row is not None:
            split[is_held_out(picture.labels.identity)].append(Portrait(picture.key, row, picture.labels))
    if not split[False] or not split[True]:
        raise ValueError(
            f"of the pictures with codes {len(split[False])} are for training and {len(split[True])} held out; "
            "evaluation needs both: give the --pictures that `tokenizer` was given, with 20 persons at least"
        )
    return split[False], split[True]


def some(portraits: Sequence[Portrait], count: int, purpose: str) -> list[Portrait]:
    """At most `count` of the portraits, always the same ones for a purpose."""
    order = numpy_generator(_SEED, "evaluate", purpose).permutation(len(portraits))[:count]
    return [portraits[index] for index in order]


def texts_by_key(records_path: Path, kind: Kind) -> dict[str, list[Record]]:
    """The records of one kind about each picture, without those of mirror images."""
    texts: dict[str, list[Record]] = defaultdict(list)
    for record in read_records(records_path):
        if record.kind == kind and not record.mirrored:
            texts[record.picture].append(record)
    return dict(texts)


def read_pictures(folder: Path, portraits: Sequence[Portrait], size: int) -> NDArray[np.uint8]:
    """The rendered pictures of these portraits, uint8 [n, W, W, 3]; only they are decoded.

    Raises:
        ValueError: the folder lacks some of them.
    """
    wanted = {portrait.key for portrait in portraits}
    found: dict[str, NDArray[np.uint8]] = {}
    for path in shard_paths(folder):
        with tarfile.open(path) as archive:
            for member in archive:
                key, suffix = Path(member.name).stem, Path(member.name).suffix
                content = archive.extractfile(member) if key in wanted and suffix != ".json" else None
                if content is not None:
                    picture = Image.open(io.BytesIO(content.read())).convert("RGB")
                    found[key] = np.asarray(picture.resize((size, size), Image.Resampling.LANCZOS))
    if missing := sorted(wanted - found.keys()):
        raise ValueError(
            f"{folder} lacks {len(missing)} pictures (the first is {missing[0]}); were its shards changed?"
        )
    return np.stack([found[portrait.key] for portrait in portraits])
