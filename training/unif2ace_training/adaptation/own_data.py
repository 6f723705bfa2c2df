"""Own pictures become what a run reads: `RUN/data/` with codes, embeddings, records and the base's tokenizer."""

# n pictures

import hashlib
import json
import shutil
from pathlib import Path
from typing import Final

import numpy as np

from unif2ace_training.adaptation.base_folder import BaseFolder, OpenedPicture
from unif2ace_training.adaptation.captioned_pictures import CaptionedPicture, read_captioned_pictures
from unif2ace_training.common.artifacts import atomic_path, read_json, sha256_of, write_json
from unif2ace_training.common.progress import Progress
from unif2ace_training.data.picture_store import CODES_FILE, EMBEDDINGS_FILE
from unif2ace_training.data.prepared import PreparedData, open_prepared
from unif2ace_training.data.sequences import TOKENIZER_FILE
from unif2ace_training.export.manifest import MANIFEST_FILE
from unif2ace_training.language.writer import line_of

DATA_FOLDER: Final = "data"
META_FILE: Final = "meta.json"
_BATCH = 16
# One picture in ten measures what the others teach.
_HELD_OUT_EVERY = 10


def open_own_data(base: BaseFolder, folder: Path, run: Path) -> PreparedData:
    """Encode the pictures of `folder` into `run` (once), and open them.

    Raises:
        ValueError: pictures or captions are missing or unreadable, or the run was begun with others.
    """
    pictures = read_captioned_pictures(folder, base.caption_question)
    split_off_held_out(pictures)
    meta = {
        "command": "train --data",
        "base": base.manifest["name"],
        "base_manifest_sha256": sha256_of(base.folder / MANIFEST_FILE),
        "pictures": len(pictures),
        "digest": _digest(pictures),
    }
    data = run / DATA_FOLDER
    if not (data / META_FILE).exists():
        _write(base, pictures, data)
        write_json(data / META_FILE, meta)
    elif read_json(data / META_FILE) != meta:
        raise ValueError(f"{run} was begun with other pictures, other texts or another model; choose another --out")
    return open_prepared(base.config, prepared=data, tokenizer=data, encoders=data, cache=run / "texts")


def check_base(run: Path, base: Path) -> None:
    """Refuse a base that the run was not begun with: its codec and encoders would not be the run's.

    Raises:
        ValueError: it is another one, or the run adapts none.
    """
    path = run / DATA_FOLDER / META_FILE
    if not path.exists():
        raise ValueError(
            f"{run} adapts no model folder (`train --data` does); give --tokenizer, --encoders, --prepared"
        )
    meta = read_json(path)
    if sha256_of(base / MANIFEST_FILE) != meta["base_manifest_sha256"]:
        raise ValueError(f"{run} was begun with another {meta['base']!r} than {base}; give that folder as --base")


def split_off_held_out(pictures: list[CaptionedPicture]) -> None:
    """Where no picture is held out yet, hold one in ten of them out; a hash of the name decides.

    Raises:
        ValueError: there is no caption to learn, or none to measure with.
    """
    captioned = [picture for picture in pictures if picture.is_captioned]
    if not any(picture.is_held_out for picture in captioned):
        free = sorted(
            captioned,
            key=lambda picture: hashlib.sha256(picture.key.encode()).digest(),
        )
        for picture in free[: max(1, len(free) // _HELD_OUT_EVERY)]:
            picture.is_held_out = True
    held_out = sum(bool(picture.is_held_out) for picture in captioned)
    if not held_out or held_out == len(captioned):
        raise ValueError(
            f"{len(captioned)} pictures have captions, {held_out} of them held out; it takes one to learn and one to "
            "measure with at least"
        )


def _digest(pictures: list[CaptionedPicture]) -> str:
    """Of the pictures and all that is said of them."""
    digest = hashlib.sha256()
    for picture in pictures:
        said = json.dumps([picture.key, bool(picture.is_held_out), picture.records])
        digest.update(said.encode() + hashlib.sha256(picture.content).digest())
    return digest.hexdigest()


def _write(base: BaseFolder, pictures: list[CaptionedPicture], data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(base.tokenizer_path, data / TOKENIZER_FILE)
    for split, is_held_out in (("train", False), ("held-out", True)):
        with atomic_path(data / f"records-{split}.jsonl") as partial:
            records = [record for picture in pictures if bool(picture.is_held_out) == is_held_out
                       for record in picture.records]  # fmt: skip
            partial.write_text("".join(map(line_of, records)), encoding="utf-8")
    sides: list[list[np.ndarray]] = [[], [], []]
    faceless: list[str] = []
    with Progress("pictures", len(pictures)) as progress:
        for start in range(0, len(pictures), _BATCH):
            some = pictures[start : start + _BATCH]
            opened = [_opened(base, picture) for picture in some]
            plain, mirrored = base.encode(opened), base.encode([each.mirrored() for each in opened])
            for parts, name in zip(sides, ("codes_nN", "clip_nC", "face_nF"), strict=True):
                parts.append(np.stack([getattr(plain, name), getattr(mirrored, name)], axis=1))
            faceless += [picture.key for picture, found in zip(some, plain.found_n, strict=True) if not found]
            progress.advance(len(some))
    keys = np.array([picture.key for picture in pictures])
    codes, clip, face = (np.concatenate(parts) for parts in sides)
    with atomic_path(data / CODES_FILE) as partial:
        np.savez(partial, keys=keys, codes=codes)
    with atomic_path(data / EMBEDDINGS_FILE) as partial:
        np.savez(partial, keys=keys, clip=clip, face=face)
    if faceless:
        print(f"no face was found in {len(faceless)} of {len(pictures)} pictures (the first is {faceless[0]!r})")


def _opened(base: BaseFolder, picture: CaptionedPicture) -> OpenedPicture:
    try:
        return base.opened(picture.content)
    except ValueError as error:
        raise ValueError(f"{picture.key} {error}; replace the file, or take it away") from error
