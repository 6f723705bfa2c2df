"""The sources of UniF2ace-130K in their published layouts, and any folder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.gathering.candidates import CLIP_SUFFIXES, PICTURE_SUFFIXES, Candidate, files_with, lines_of

_CELEBA_LICENCE: Final = "CelebA agreement: non-commercial research only"
_CELEBV_LICENCE: Final = "CelebV-HQ agreement: non-commercial research only; the clips are their owners'"


def folder_candidates(folder: Path, licence: str) -> Iterator[Candidate]:
    """Pictures and clips of any folder; `name.txt` beside one holds its captions, a line each.

    Files of one sub-folder show one person; those at the top are one person each.
    """
    for path in _some(files_with(folder, (*PICTURE_SUFFIXES, *CLIP_SUFFIXES)), folder, "pictures or clips"):
        origin = path.relative_to(folder).as_posix()
        person = path.parent.relative_to(folder).as_posix() if path.parent != folder else origin
        yield Candidate(
            key=f"folder-{_safe(path.relative_to(folder).as_posix())}", source="folder", path=path, origin=origin,
            licence=licence, person=person, captions=lines_of(path.with_suffix(".txt")),
        )  # fmt: skip


def ffhq_candidates(folder: Path) -> Iterator[Candidate]:
    """Flickr-Faces-HQ: `images1024x1024/` and `ffhq-dataset-v2.json`, which has the licence of every picture.

    Nothing is published about who is on two pictures: each counts as a person of its own, and only what looks the
    same is kept out of both splits.
    """
    described = read_json(folder / "ffhq-dataset-v2.json")
    for path in _some(files_with(folder / "images1024x1024", PICTURE_SUFFIXES), folder, "images1024x1024/*.png"):
        entry = described.get(str(int(path.stem)) if path.stem.isdecimal() else path.stem)
        if entry is None:
            raise ValueError(f"ffhq-dataset-v2.json says nothing of {path.name}; without it the licence is unknown")
        metadata = entry["metadata"]
        yield Candidate(
            key=f"ffhq-{path.stem}", source="ffhq", path=path, origin=path.relative_to(folder).as_posix(),
            licence=metadata["license"], person=path.stem,
            credit=", ".join(metadata[name] for name in ("author", "photo_url") if metadata.get(name)),
        )  # fmt: skip


def mm_celeba_hq_candidates(folder: Path) -> Iterator[Candidate]:
    """Multi-Modal-CelebA-HQ: `images/`, captions in `text/celeba-caption/`, and who is on them.

    That takes two more files beside them: CelebAMask-HQ's `CelebA-HQ-to-CelebA-mapping.txt` and CelebA's
    `identity_CelebA.txt`.
    """
    person_of = _celeba_persons(folder)
    for path in _some(files_with(folder / "images", PICTURE_SUFFIXES), folder, "images/*.jpg"):
        if path.stem not in person_of:
            raise ValueError(f"CelebA-HQ-to-CelebA-mapping.txt has no line for picture {path.stem}")
        yield Candidate(
            key=f"mm-celeba-hq-{path.stem}", source="mm-celeba-hq", path=path,
            origin=path.relative_to(folder).as_posix(), licence=_CELEBA_LICENCE, person=person_of[path.stem],
            captions=lines_of(folder / "text" / "celeba-caption" / f"{path.stem}.txt"),
        )  # fmt: skip


def celebv_hq_candidates(folder: Path) -> Iterator[Candidate]:
    """CelebV-HQ: processed clips in any sub-folder and `celebvhq_info.json` with 83 attributes of each.

    Clips of one video (`ytb_id`) count as one person: it is all that is published about who is on them.
    """
    described = read_json(folder / "celebvhq_info.json")
    names = described["meta_info"]
    for path in _some(files_with(folder, CLIP_SUFFIXES), folder, "clips"):
        clip = described["clips"].get(path.stem)
        if clip is None:
            raise ValueError(f"celebvhq_info.json says nothing of {path.name}; is it a processed clip?")
        yield Candidate(
            key=f"celebv-hq-{_safe(path.stem)}", source="celebv-hq", path=path,
            origin=path.relative_to(folder).as_posix(), licence=_CELEBV_LICENCE, person=clip["ytb_id"],
            attributes=_celebv_attributes(names, clip["attributes"]),
        )  # fmt: skip


def _celeba_persons(folder: Path) -> dict[str, str]:
    """The person of each picture of CelebA-HQ, by its number."""
    original: dict[str, str] = {}
    identities: dict[str, str] = {}
    for name, table in (("CelebA-HQ-to-CelebA-mapping.txt", original), ("identity_CelebA.txt", identities)):
        if not (folder / name).is_file():
            raise ValueError(f"{folder / name} does not exist; pictures cannot be split by person without it")
        for line in lines_of(folder / name):
            first, *_, last = line.split()
            table[first] = last
    return {picture: identities[file] for picture, file in original.items() if file in identities}


def _celebv_attributes(names: dict[str, list[str]], values: dict[str, Any]) -> dict[str, str | bool]:
    """40 appearances and 35 actions, yes or no; and one emotion, where it is one for the whole clip."""
    attributes: dict[str, str | bool] = {}
    for part in ("appearance", "action"):
        for name, value in zip(names[f"{part}_mapping"], values[part], strict=True):
            attributes[name] = bool(value)
    emotion = values.get("emotion", {})
    if not emotion.get("sep_flag", True) and isinstance(emotion.get("labels"), str):
        attributes["emotion"] = emotion["labels"]
    return attributes


def _some(paths: list[Path], folder: Path, what: str) -> list[Path]:
    if not paths:
        raise ValueError(f"{folder} holds no {what}")
    return paths


def _safe(name: str) -> str:
    """Letters, digits, hyphens and underscores: WebDataset ends a key at the first dot.

    Two files must not become one key: where a character was replaced, `gather` finds equal keys and says so.
    """
    return re.sub(r"[^\w-]+", "-", name.rpartition(".")[0] if "." in name else name)
