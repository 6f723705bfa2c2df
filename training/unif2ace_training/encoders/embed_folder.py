"""What a folder's encoders say of all pictures, be they trained here, published, or one of each."""

# n pictures, w pixels of a side

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.embed_shards import embed_shards
from unif2ace_training.encoders.folder import (
    Embeddings,
    embed,
    embed_by,
    load_clip,
    load_face,
    load_preprocessing,
)
from unif2ace_training.encoders.network import ClipEncoder, ClipGraph, FaceGraph
from unif2ace_training.encoders.published_face import is_antelope
from unif2ace_training.encoders.readers import open_clip_reader, open_face_reader

# Vectors of published encoders, a file a shard, until all are there.
PARTS_FOLDER = "parts"


def embed_folder(folder: Path, pictures: Path, seen: NDArray[np.uint8]) -> Embeddings:
    """Of the pictures as they are `seen`; published encoders, which know photographs, read the shards themselves."""
    clip = load_clip(folder)
    if isinstance(clip, ClipVit) or is_antelope(folder):
        return Embeddings(_clip_vectors(folder, clip, pictures, seen), _face_vectors(folder, pictures, seen))
    return embed(clip, load_face(folder), load_preprocessing(folder)["clip"], seen)


def _clip_vectors(
    folder: Path, clip: ClipEncoder | ClipVit, pictures: Path, seen: NDArray[np.uint8]
) -> NDArray[np.float16]:
    if isinstance(clip, ClipVit):
        return embed_shards(open_clip_reader(folder).read, pictures, folder / PARTS_FOLDER / "clip")
    graph = ClipGraph(clip), clip.config.embedding_width
    return embed_by([graph], load_preprocessing(folder)["clip"], seen)[0]


def _face_vectors(folder: Path, pictures: Path, seen: NDArray[np.uint8]) -> NDArray[np.float16]:
    if is_antelope(folder):
        faces = open_face_reader(folder)
        return embed_shards(lambda some: faces.read(some)[0], pictures, folder / PARTS_FOLDER / "face")
    face = load_face(folder)
    return embed_by([(FaceGraph(face), face.config.embedding_width)], load_preprocessing(folder)["face"], seen)[0]
