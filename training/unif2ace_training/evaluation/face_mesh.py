"""Counts the pictures of a folder in which MediaPipe finds a face, and how sure it is: an outside judge.

    python -m venv VENV && VENV/bin/pip install mediapipe==0.10.21
    VENV/bin/python face_mesh.py FOLDER

MediaPipe needs numpy below 2, so this script runs in an environment of its own and imports nothing of this package;
`evaluate --face-mesh-python VENV/bin/python` calls it. It prints one line of JSON: `pictures`, `found` (pictures with a
FaceMesh of landmarks), `missed` (names of the others), and `mean_score`, of the face detector, 0 where it sees none.
The models are in MediaPipe's wheel; nothing is downloaded.
"""

import argparse
import json
import sys
from pathlib import Path

# Smaller pictures are enlarged: the detector was made for faces of a camera's size.
_LEAST_SIDE = 512
# Fainter faces than this count as none.
_LEAST_SCORE = 0.2
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
    missed, scores = looked_at(paths)
    counted = {"pictures": len(paths), "found": len(paths) - len(missed), "missed": missed}
    print(json.dumps({**counted, "mean_score": sum(scores) / len(scores)}))
    return 0


def looked_at(paths: "list[Path]") -> "tuple[list[str], list[float]]":
    """Names of the pictures in which no mesh is found, and the score of each picture's surest face."""
    import mediapipe  # pyright: ignore[reportMissingImports]
    import numpy
    from PIL import Image

    missed, scores = [], []
    options = {"static_image_mode": True, "max_num_faces": 1, "refine_landmarks": False}
    solutions = mediapipe.solutions
    with (
        solutions.face_mesh.FaceMesh(**options) as face_mesh,
        solutions.face_detection.FaceDetection(min_detection_confidence=_LEAST_SCORE) as detector,
    ):
        for path in paths:
            picture = Image.open(path).convert("RGB")
            scale = max(1.0, _LEAST_SIDE / min(picture.size))
            size = round(picture.width * scale), round(picture.height * scale)
            pixels = numpy.asarray(picture.resize(size, Image.Resampling.BICUBIC))
            if not face_mesh.process(pixels).multi_face_landmarks:
                missed.append(path.name)
            faces = detector.process(pixels).detections or []
            scores.append(max((face.score[0] for face in faces), default=0.0))
    return missed, scores


if __name__ == "__main__":
    sys.exit(main())
