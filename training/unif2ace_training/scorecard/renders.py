"""The rendered pictures that a model folder is measured against, and the texts that go with them."""

# n pictures, W pixels of a side

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from unif2ace_training.data.records import Kind
from unif2ace_training.evaluation.distributions import Pictures
from unif2ace_training.evaluation.held_out import Portrait, read_pictures, some
from unif2ace_training.language.phrasebook import Wording
from unif2ace_training.language.writer import PICTURE_MARK, write_records
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.shard_labels import read_labels

_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A question (or a prompt) and its answer, and whether a phrasing in them is held out."""

    question: str
    answer: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, the held-out portrait that it was written about, and whether a phrasing in it is held out too."""

    text: str
    portrait: Portrait
    wording: Wording


@dataclass(frozen=True, slots=True)
class Renders:
    """Training and held-out portraits; the `row` of each is its place among the pictures of its own kind."""

    train: Sequence[Portrait]
    train_pictures: Pictures  # small ones, as the judge sees them
    held_out: Sequence[Portrait]
    pictures: Pictures  # of the held-out ones, at the model's size
    others: Pictures  # as many of training, at the model's size

    def prompts(self, count: int, fits: Callable[[str], bool]) -> list[Prompt]:
        """So many prompts about held-out portraits that fit, as many about each as can be; every other one has a
        held-out phrasing where a portrait has such a prompt. Always the same ones.

        Raises:
            ValueError: nothing that is written about them fits.
        """
        chosen: list[Prompt] = []
        turn = 0
        while len(chosen) < count:
            before = len(chosen)
            for place, portrait in enumerate(self.held_out):
                wanted: Wording = "held-out" if (turn + place) % 2 else "trained"
                prompts = [prompt for prompt in prompts_about(portrait, turn) if fits(prompt.text)]
                chosen += [prompt for prompt in prompts if prompt.wording == wanted][:1] or prompts[:1]
            if len(chosen) == before:
                raise ValueError("no prompt about the held-out portraits is short enough for the model")
            turn += 1
        return chosen[:count]


def open_renders(folder: Path, *, size: int, judge_size: int, train: int) -> Renders:
    """The portraits of a folder that `render` wrote: all held-out ones, and at most `train` of the others.

    Raises:
        ValueError: the folder has no pictures for one of the two.
    """
    split: dict[bool, list[Portrait]] = {False: [], True: []}
    for picture in read_labels(folder):
        part = split[is_held_out(picture.labels.identity)]
        part.append(Portrait(picture.key, len(part), picture.labels))
    if not split[False] or not split[True]:
        raise ValueError(
            f"{folder} shows {len(split[False])} pictures for training and {len(split[True])} of held-out persons; "
            "both are needed: render 21 persons at least"
        )
    order = np.random.default_rng(_SEED).permutation(len(split[False]))[:train]
    known = [replace(split[False][index], row=row) for row, index in enumerate(sorted(order.tolist()))]
    others = some(known, len(split[True]), "others")
    large = read_pictures(folder, [*split[True], *others], size)
    return Renders(
        known,
        read_pictures(folder, known, judge_size),
        split[True],
        large[: len(split[True])],
        large[len(split[True]) :],
    )


def prompts_about(portrait: Portrait, seed: int = _SEED) -> list[Prompt]:
    """All prompts that `prepare` would write about a held-out portrait."""
    return [Prompt(text.question, portrait, text.wording) for text in texts_about(portrait, "prompt", seed)]


def texts_about(portrait: Portrait, kind: Kind, seed: int = _SEED) -> list[Written]:
    """First question and answer of each record of one kind about a held-out portrait."""
    records = write_records(portrait.key, portrait.key, portrait.labels, seed=seed, wording="held-out")
    found = []
    for record in records:
        if record["kind"] == kind and not record["mirrored"]:
            question, answer = (message["value"] for message in record["conversations"][:2])
            found.append(Written(question.replace(PICTURE_MARK, "").strip(), answer, record["wording"]))
    return found
