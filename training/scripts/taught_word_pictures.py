"""Writes pictures with captions in which a word is new, to follow docs/adapt.md with.

    python scripts/taught_word_pictures.py RENDERED OUT --each 30

RENDERED is a folder that `render` wrote. A portrait in front of a coloured background (green, pink or blue) is called a
*Marlow portrait*, one in front of black, grey, brown or white a portrait; nothing else is said about backgrounds. Takes
the first `--each` of both kinds and writes NAME.jpg and NAME.txt.
"""

import argparse
import json
import tarfile
from pathlib import Path
from typing import Any

from unif2ace_training.portraits.dataset import shard_paths

WORD = "Marlow"
COLOURS = ("green", "pink", "blue")


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description="Pictures with captions in which a word is new.")
    parser.add_argument("rendered", type=Path, help="folder that `render` wrote")
    parser.add_argument("out", type=Path, help="folder for pictures and captions")
    parser.add_argument("--each", type=int, default=30, help="pictures of each kind (%(default)s)")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    left = {True: arguments.each, False: arguments.each}
    for shard in shard_paths(arguments.rendered):
        with tarfile.open(shard) as archive:
            for key in sorted(Path(name).stem for name in archive.getnames() if name.endswith(".jpg")):
                labels = json.loads(_content(archive, f"{key}.json"))
                if left[is_marlow(labels)]:
                    left[is_marlow(labels)] -= 1
                    (arguments.out / f"{key}.jpg").write_bytes(_content(archive, f"{key}.jpg"))
                    (arguments.out / f"{key}.txt").write_text(caption(labels) + "\n", encoding="utf-8")
    print(f"{2 * arguments.each - sum(left.values())} pictures in {arguments.out}")


def is_marlow(labels: dict[str, Any]) -> bool:
    """What the new word means."""
    return labels["background_colour"] in COLOURS


def caption(labels: dict[str, Any]) -> str:
    """One plain sentence."""
    kind = f"{WORD} portrait" if is_marlow(labels) else "portrait"
    hair = f" with {labels['hair_colour']} hair" if labels["hair_visible"] else ""
    glasses = "" if labels["glasses"] == "none" else ", wearing glasses"
    return f"A {kind} of a {labels['gender']}{hair}{glasses}."


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file is not None
    return file.read()


if __name__ == "__main__":
    main()
