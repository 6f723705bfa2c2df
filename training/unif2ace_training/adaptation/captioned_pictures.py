"""Somebody's own pictures with what is said about them, from a folder in one of three layouts:

- shards: `*.tar` with `{key}.jpg` and `{key}.json` (as `gather` and `assemble` write them) or `{key}.txt`;
- LLaVA: `*.json` or `*.jsonl` at the top, whose records name picture files of the folder;
- pictures: `name.jpg` with its captions in `name.txt`, a line each, in any sub-folders.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from unif2ace_training.adaptation.tar_members import Member, members_of
from unif2ace_training.data.records import KINDS, turns_of
from unif2ace_training.gathering.candidates import PICTURE_SUFFIXES, files_with, lines_of
from unif2ace_training.language.writer import RecordLine

_HELD_OUT_SHARDS: Final = "held-out-"
# A record that does not say its kind, as LLaVA's own do not: one answer to such a question is a caption.
_ASKS_FOR_CAPTION: Final = ("describe", "caption")


@dataclass(slots=True)
class CaptionedPicture:
    """One picture; its bytes are read when they are needed."""

    key: str  # names the picture in records; no two are the same
    source: Path | Member
    records: list[RecordLine] = field(default_factory=list)
    is_held_out: bool | None = None  # None: nobody has said so yet

    @property
    def content(self) -> bytes:
        """The picture's file."""
        return self.source.read_bytes()

    @property
    def is_captioned(self) -> bool:
        """Whether there is a caption among its records."""
        return any(record["kind"] == "caption" for record in self.records)


def read_captioned_pictures(folder: Path, caption_question: str) -> list[CaptionedPicture]:
    """All pictures of a folder in their order, each with one record at least.

    Args:
        caption_question: the question that plain captions answer.

    Raises:
        ValueError: the folder has none of the layouts, a picture has no text, or a text no picture.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder")
    shards = files_with(folder, (".tar",))
    record_files = sorted(path for path in folder.iterdir() if path.suffix in (".json", ".jsonl"))
    if shards:
        pictures = _of_shards(shards, caption_question)
    elif record_files:
        pictures = _of_records(folder, record_files)
    else:
        pictures = _of_texts(folder, caption_question)
    if not pictures:
        raise ValueError(f"{folder} has no pictures: name.jpg with name.txt, LLaVA records, or shards (docs/adapt.md)")
    silent = [picture.key for picture in pictures if not picture.records]
    if silent:
        raise ValueError(
            f"nothing is said about {len(silent)} of {len(pictures)} pictures in {folder}; the first is {silent[0]!r}: "
            "caption it, or take it away"
        )
    return pictures


def caption_record(key: str, question: str, captions: tuple[str, ...]) -> list[RecordLine]:
    """Plain captions as records."""
    return [_record(key, "caption", [(question, caption)]) for caption in captions]


def _of_texts(folder: Path, question: str) -> list[CaptionedPicture]:
    pictures: dict[str, CaptionedPicture] = {}
    for path in files_with(folder, PICTURE_SUFFIXES):
        key = _key(path.relative_to(folder))
        if key in pictures:
            raise ValueError(f"{path} and {pictures[key].source} would have the same name; rename one")
        pictures[key] = CaptionedPicture(key, path, caption_record(key, question, lines_of(path.with_suffix(".txt"))))
    return list(pictures.values())


def _of_records(folder: Path, files: list[Path]) -> list[CaptionedPicture]:
    pictures: dict[str, CaptionedPicture] = {}
    for path, place, value in _all_records(files):
        try:
            image = folder / str(value["image"])
            if not image.is_file():
                raise ValueError(f"there is no picture {image}")
            key = _key(image.relative_to(folder))
            picture = pictures.setdefault(key, CaptionedPicture(key, image))
            if picture.source != image:
                raise ValueError(f"{image} and {picture.source} would have the same name; rename one")
            picture.records.append(_checked(key, value))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}, {place} is not a LLaVA record of a picture in {folder}: {error}") from error
    named = {picture.source for picture in pictures.values()}
    left_out = [path for path in files_with(folder, PICTURE_SUFFIXES) if path not in named]
    if left_out:
        print(f"{len(left_out)} pictures are in no record and are left out; the first is {left_out[0]}")
    return list(pictures.values())


def _all_records(files: list[Path]) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Of `.json` a list, of `.jsonl` a line each, with the place for complaints."""
    for path in files:
        text = path.read_text(encoding="utf-8")
        try:
            if path.suffix == ".json":
                values = [(f"record {number}", value) for number, value in enumerate(json.loads(text), start=1)]
            else:
                lines = enumerate(text.splitlines(), start=1)
                values = [(f"line {number}", json.loads(line)) for number, line in lines if line.strip()]
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"{path} holds no LLaVA records: {error}") from error
        yield from ((path, place, value) for place, value in values)


def _of_shards(shards: list[Path], question: str) -> list[CaptionedPicture]:
    pictures: dict[str, CaptionedPicture] = {}
    for shard in shards:
        for key, files in members_of(shard):
            source = next((files[suffix] for suffix in PICTURE_SUFFIXES if suffix in files), None)
            if source is None:
                raise ValueError(f"{shard} has no picture for {key!r}")
            if key in pictures:
                raise ValueError(f"{shard} has {key!r}, which another shard has as well")
            picture = CaptionedPicture(key, source)
            try:
                _add_said(picture, files, question)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise ValueError(f"{shard}: what is said about {key!r} cannot be read: {error}") from error
            if shard.name.startswith(_HELD_OUT_SHARDS):
                picture.is_held_out = True
            pictures[key] = picture
    return list(pictures.values())


def _add_said(picture: CaptionedPicture, files: dict[str, Member], question: str) -> None:
    """Captions in a text, a line each; and what `assemble` or `gather` says."""
    if ".txt" in files:
        lines = files[".txt"].read_bytes().decode().splitlines()
        captions = tuple(line.strip() for line in lines if line.strip())
        picture.records += caption_record(picture.key, question, captions)
    if ".json" in files:
        described = json.loads(files[".json"].read_bytes())
        picture.records += [_checked(picture.key, record) for record in described.get("records", [])]
        picture.records += caption_record(picture.key, question, tuple(described.get("captions", [])))
        if "held_out" in described:
            picture.is_held_out = bool(described["held_out"])


def _checked(key: str, value: dict[str, Any]) -> RecordLine:
    """A record of anybody as one of this project's."""
    turns = [(turn.question, turn.answer) for turn in turns_of(value["conversations"])]
    kind = value.get("kind") or _kind_of(turns)
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, not one of {', '.join(KINDS)}")
    return {**_record(key, kind, turns), "mirrored": bool(value.get("mirrored", False))}


def _kind_of(turns: list[tuple[str, str]]) -> str:
    is_caption = len(turns) == 1 and any(word in turns[0][0].lower() for word in _ASKS_FOR_CAPTION)
    return "caption" if is_caption else "conversation"


def _record(key: str, kind: str, turns: list[tuple[str, str]]) -> RecordLine:
    messages = [
        {"from": speaker, "value": text} for turn in turns for speaker, text in zip(("human", "gpt"), turn, strict=True)
    ]
    return {"image": f"{key}.jpg", "kind": kind, "conversations": messages, "mirrored": False}


def _key(path: Path) -> str:
    return "-".join(path.with_suffix("").parts)
