"""Embeddings by encoders that look at whole pictures, CLIP's and ArcFace's, as the server makes them.

Squares that are filled are `Preprocessing.apply`'s; here is what a manifest says with the fits `clip` and
`aligned_face`. The server's twins are `src/tasks/fit-pixels.ts` and `src/engine/ort/face-search.ts`.
"""

# B pictures, C CLIP width, F face width

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.encoders.face_alignment import align_face
from unif2ace_training.encoders.face_detection import (
    Faces,
    Pixels,
    choose_face,
    find_faces,
    letterbox,
    read_detector_settings,
)
from unif2ace_training.encoders.picture_fit import clip_square, within_side

DETECTOR_VALUES = ("scores", "boxes", "points")


class Graphs(Protocol):
    """Whatever runs graphs by name: a model folder's, or published files before they are in one."""

    def run(self, graph: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Outputs by name."""
        ...


@dataclass(frozen=True, slots=True)
class FaceEmbeddings:
    """What the face encoder says of pictures."""

    embedding_BF: NDArray[np.float32]  # zeros where no face was found
    found_B: NDArray[np.bool_]
    count_B: NDArray[np.int64]


def clip_embeddings(
    graphs: Graphs, preprocessing: dict[str, Any], pictures: Sequence[Image.Image]
) -> NDArray[np.float32]:
    """Embeddings [B, C] of pictures of any size, in RGB."""
    entry = preprocessing["clip"]
    rows = [
        graphs.run("clip", {"pixels": planes(clip_square(picture, entry["size"]), entry)})["embedding"]
        for picture in pictures
    ]
    return np.concatenate(rows)


def face_embeddings(
    graphs: Graphs, preprocessing: dict[str, Any], pictures: Sequence[Image.Image], width: int
) -> FaceEmbeddings:
    """Embeddings of the face that each picture is about; pictures of any size, in RGB."""
    entry = preprocessing["face"]
    embeddings = np.zeros((len(pictures), width), np.float32)
    found, counts = np.zeros(len(pictures), bool), np.zeros(len(pictures), np.int64)
    for row, picture in enumerate(pictures):
        source = within_side(picture, entry["source_side"])
        faces = detect_faces(graphs, preprocessing["face_detector"], source)
        chosen = choose_face(faces, *source.shape[:2])
        aligned = None if chosen is None else align_face(source, faces.points_k52[chosen])
        if aligned is not None:
            embeddings[row] = graphs.run("face", {"pixels": planes(aligned, entry)})["embedding"][0]
            found[row], counts[row] = True, len(faces.scores_k)
    return FaceEmbeddings(embeddings, found, counts)


def detect_faces(graphs: Graphs, entry: dict[str, Any], picture: Pixels) -> Faces:
    """All faces of a picture, the surest first."""
    settings = read_detector_settings(entry)
    boxed = letterbox(picture, settings.size)
    outputs = graphs.run("face_detector", {"pixels": planes(boxed.square, entry)})
    scores, boxes, points = ([outputs[f"{kind}_{stride}"] for stride in settings.strides] for kind in DETECTOR_VALUES)
    return find_faces(scores, boxes, points, boxed.scale, settings)


def planes(square: Pixels, entry: dict[str, Any]) -> NDArray[np.float32]:
    """A square as [1, 3, w, w], normalised in float64 and rounded once, as the server does."""
    levels = np.arange(256)[:, None] / 255
    table = ((levels - np.array(entry["mean"])) / np.array(entry["std"])).astype(np.float32)
    return np.stack([table[square[..., channel], channel] for channel in range(3)])[None]
