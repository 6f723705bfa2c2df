"""Counts the pictures of a folder in which MediaPipe FaceMesh finds a face: an outside judge.

    python -m venv VENV && VENV/bin/pip install mediapipe==0.10.21
    VENV/bin/python face_mesh.py FOLDER

MediaPipe needs numpy below 2, so this script runs in an environment of its own and imports nothing of this package;
`evaluate --face-mesh-python VENV/bin/python` calls it. It prints one line of JSON: `pictures`, `found` (pictures with a
landmark mesh), and `missed` (names of the others). The models are in MediaPipe's wheel; nothing is downloaded.
"""

import argparse
import json
import sys
from pathlib import Path

# Smaller pictures are enlarged: the detector was made for faces of a camera's size.
_LEAST_SIDE = 512
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def main() -> int:
    """Look at every picture of the folder."""
    parser = argparse.ArgumentParser(description="Count pictures in which MediaPipe FaceMesh finds a face.")
    parser.add_argument("folder", type=Path, help="PNG, JPEG or WebP files")
    folder = parser.parse_args().folder
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES)
    if not paths:
        print(f"{folder} holds no pictures ({', '.join(_SUFFIXES)})", file=sys.stderr)
        return 2
    missed = missed_pictures(paths)
    print(json.dumps({"pictures": len(paths), "found": len(paths) - len(missed), "missed": missed}))
    return 0


def missed_pictures(paths: "list[Path]") -> "list[str]":
    """Names of the pictures in which no mesh is found."""
    import mediapipe  # pyright: ignore[reportMissingImports]
    import numpy
    from PIL import Image

    missed = []
    options = {"static_image_mode": True, "max_num_faces": 1, "refine_landmarks": False}
    with mediapipe.solutions.face_mesh.FaceMesh(**options) as face_mesh:
        for path in paths:
            picture = Image.open(path).convert("RGB")
            scale = max(1.0, _LEAST_SIDE / min(picture.size))
            size = round(picture.width * scale), round(picture.height * scale)
            pixels = numpy.asarray(picture.resize(size, Image.Resampling.BICUBIC))
            if not face_mesh.process(pixels).multi_face_landmarks:
                missed.append(path.name)
    return missed


if __name__ == "__main__":
    sys.exit(main())
