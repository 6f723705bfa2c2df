"""Writes small stand-ins for FFHQ, MM-CelebA-HQ and CelebV-HQ, in their published layouts, out of rendered portraits.

    .venv/bin/python scripts/make_source_folders.py --pictures FOLDER --out sources [--persons 40]

For docs/reproduce.md: whoever has the real folders does not need it. Persons come in three thirds, one a source; FFHQ
gets one picture of a person, the others two. `celebvhq_info.json` says what of CelebV-HQ's labels the portraits show.
"""

import argparse
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from PIL import Image

from unif2ace_training.common.artifacts import write_json, write_text
from unif2ace_training.portraits.dataset import shard_paths

# CelebV-HQ's own names, in its order (celebvhq_info.json, meta_info).
_APPEARANCES: Final = (
    "blurry", "male", "young", "chubby", "pale_skin", "rosy_cheeks", "oval_face", "receding_hairline", "bald",
    "bangs", "black_hair", "blonde_hair", "gray_hair", "brown_hair", "straight_hair", "wavy_hair", "long_hair",
    "arched_eyebrows", "bushy_eyebrows", "bags_under_eyes", "eyeglasses", "sunglasses", "narrow_eyes",
    "big_nose", "pointy_nose", "high_cheekbones", "big_lips", "double_chin", "no_beard", "5_o_clock_shadow",
    "goatee", "mustache", "sideburns", "heavy_makeup", "wearing_earrings", "wearing_hat", "wearing_lipstick",
    "wearing_necklace", "wearing_necktie", "wearing_mask",
)  # fmt: skip
_ACTIONS: Final = (
    "blow", "chew", "close_eyes", "cough", "cry", "drink", "eat", "frown", "gaze", "glare", "head_wagging",
    "kiss", "laugh", "listen_to_music", "look_around", "make_a_face", "nod", "play_instrument", "read",
    "shake_head", "shout", "sigh", "sing", "sleep", "smile", "smoke", "sneer", "sneeze", "sniff", "talk",
    "turn", "weep", "whisper", "wink", "yawn",
)  # fmt: skip
_FRAMES, _RATE, _CLIP_SIDE, _FFHQ_SIDE, _CELEBA_SIDE = 8, 8, 320, 1024, 512

Portrait = tuple[Image.Image, dict[str, Any]]


def main() -> int:
    """Write the three folders."""
    arguments = _arguments()
    people = _people(arguments.pictures, arguments.persons)
    _write_ffhq(arguments.out / "ffhq", [views[0] for views in people[0::3]])
    _write_mm_celeba_hq(arguments.out / "mm-celeba-hq", people[1::3])
    _write_celebv_hq(arguments.out / "celebv-hq", people[2::3])
    print(f"{arguments.out}: {len(people)} persons")
    return 0


def _people(folder: Path, count: int) -> list[list[Portrait]]:
    """Two portraits of each of the first persons."""
    people: dict[int, list[Portrait]] = {}
    for picture, labels in _portraits(folder):
        views = people.setdefault(labels["identity"], [])
        if len(people) > count:
            break
        if len(views) < 2:
            views.append((picture, labels))
    return [views for views in people.values() if len(views) == 2]


def _portraits(folder: Path) -> Iterator[Portrait]:
    for path in shard_paths(folder):
        with tarfile.open(path) as archive:
            files: dict[str, bytes] = {}
            for member in archive:
                content = archive.extractfile(member)
                assert content is not None
                files[member.name] = content.read()
        for name in sorted(files):
            if name.endswith(".jpg"):
                labels = json.loads(files[name.replace(".jpg", ".json")])
                yield Image.open(io.BytesIO(files[name])).convert("RGB"), labels


def _write_ffhq(folder: Path, portraits: list[Portrait]) -> None:
    described = {}
    for number, (picture, _) in enumerate(portraits):
        path = folder / "images1024x1024" / f"{number // 1000 * 1000:05d}" / f"{number:05d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        _enlarged(picture, _FFHQ_SIDE).save(path)
        metadata = {"photo_url": "", "author": "rendered", "license": "Public Domain Dedication (CC0)"}
        described[str(number)] = {"category": "training", "metadata": metadata}
    write_json(folder / "ffhq-dataset-v2.json", described)


def _write_mm_celeba_hq(folder: Path, people: list[list[Portrait]]) -> None:
    mapping, identities, number = ["idx orig_idx orig_file"], [], 0
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for person, views in enumerate(people):
        for picture, labels in views:
            _enlarged(picture, _CELEBA_SIDE).save(folder / "images" / f"{number}.jpg", quality=95)
            write_text(folder / "text" / "celeba-caption" / f"{number}.txt", _captions(labels))
            mapping.append(f"{number} {number} {number + 1:06d}.jpg")
            identities.append(f"{number + 1:06d}.jpg {person + 1}")
            number += 1
    write_text(folder / "CelebA-HQ-to-CelebA-mapping.txt", "\n".join([*mapping, ""]))
    write_text(folder / "identity_CelebA.txt", "\n".join([*identities, ""]))


def _captions(labels: dict[str, Any]) -> str:
    """As MM-CelebA-HQ makes them of attributes, a line each."""
    who = "She" if labels["gender"] == "woman" else "He"
    lines = [f"{who} has {labels['hair_colour']} hair.", f"This person is {labels['age_group']}."]
    if labels["hat"] != "none":
        lines.append(f"{who} is wearing a hat.")
    return "\n".join([*lines, ""])


def _write_celebv_hq(folder: Path, people: list[list[Portrait]]) -> None:
    clips = {}
    for person, views in enumerate(people):
        for part, (picture, labels) in enumerate(views):
            name = f"rendered{person:03d}_{part}"
            _write_clip(folder / "35666" / f"{name}.mp4", picture)
            attributes = {
                "appearance": [int(one in _shown(labels)) for one in _APPEARANCES],
                "action": [int(labels["emotion"] == "happy" and one == "smile") for one in _ACTIONS],
                "emotion": {"sep_flag": False, "labels": labels["emotion"]},
            }
            clips[name] = {"ytb_id": f"rendered{person:03d}", "attributes": attributes, "version": "v0.1"}
    meta = {"appearance_mapping": _APPEARANCES, "action_mapping": _ACTIONS}
    write_json(folder / "celebvhq_info.json", {"meta_info": meta, "clips": clips})


def _shown(labels: dict[str, Any]) -> set[str]:
    """CelebV-HQ's names of what can be seen."""
    colour = {"blond": "blonde_hair"}.get(labels["hair_colour"], f"{labels['hair_colour']}_hair")
    said = {
        "male": labels["gender"] == "man",
        "young": labels["age_group"] in ("young adult", "young"),
        colour: labels["hair_visible"],
        "long_hair": labels["hair_visible"] and labels["hair_length"] == "long",
        "wavy_hair": labels["hair_visible"] and labels["hair_texture"] == "wavy",
        "straight_hair": labels["hair_visible"] and labels["hair_texture"] == "straight",
        "bangs": labels["bangs"],
        "receding_hairline": labels["receding_hairline"],
        "rosy_cheeks": labels["rosy_cheeks"],
        "bags_under_eyes": labels["eye_bags"],
        "eyeglasses": labels["glasses"] not in ("none", "sunglasses"),
        "sunglasses": labels["glasses"] == "sunglasses",
        "no_beard": labels["beard"] == "none",
        "heavy_makeup": labels["makeup"] == "heavy",
        "wearing_earrings": labels["earrings"] != "none",
        "wearing_hat": labels["hat"] != "none",
        "wearing_necklace": labels["necklace"],
    }
    return {name for name, is_shown in said.items() if is_shown}


def _write_clip(path: Path, picture: Image.Image) -> None:
    """A second in which the camera comes closer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=_RATE)
        stream.width = stream.height = _CLIP_SIDE
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 4_000_000
        for index in range(_FRAMES):
            side = _CLIP_SIDE + 2 * index
            frame = np.asarray(_enlarged(picture, side))[index : index + _CLIP_SIDE, index : index + _CLIP_SIDE]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())


def _enlarged(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `render` wrote, two views a person")
    parser.add_argument("--out", type=Path, required=True, help="folder for the three folders")
    parser.add_argument("--persons", type=int, default=40, help="(%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
