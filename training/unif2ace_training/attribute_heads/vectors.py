"""Pictures as vectors [face embedding; CLIP embedding], by whichever folder has both encoders."""

# B pictures, W pixels of a side, D = F + C face and CLIP width

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.artifacts import sha256_of
from unif2ace_training.encoders.folder import CLIP_FILE, FACE_FILE
from unif2ace_training.encoders.preprocessing import Preprocessing, read_preprocessing
from unif2ace_training.encoders.published_face import face_digests, is_antelope
from unif2ace_training.encoders.readers import open_clip_reader, open_face_reader
from unif2ace_training.encoders.whole_pictures import clip_embeddings, face_embeddings
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.manifest import MANIFEST_FILE, read_manifest

Vectors = NDArray[np.float32]


class Encoders(Protocol):
    """Anything that says who a picture shows and what is on it."""

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of `face` and `clip`: heads are worth nothing on vectors of other encoders."""
        ...

    def vectors(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        """Vectors [B, D] of square pictures, and in which of them a face was found [B]."""
        ...


def open_encoders(folder: Path) -> Encoders:
    """The encoders of a folder that `encoders` or `export` wrote.

    Raises:
        ValueError: it is neither, or is incomplete.
    """
    if (folder / MANIFEST_FILE).is_file():
        return ModelFolder(folder)
    if not (folder / CLIP_FILE).is_file():
        raise ValueError(f"{folder} has neither {CLIP_FILE} (of `encoders`) nor {MANIFEST_FILE} (of `export`)")
    return EncodersFolder(folder)


class EncodersFolder:
    """What `encoders` wrote; implements `Encoders`."""

    def __init__(self, folder: Path):
        face = face_digests(folder) if is_antelope(folder) else {"face": sha256_of(folder / FACE_FILE)}
        self.digests = {**face, "clip": sha256_of(folder / CLIP_FILE)}
        self._face, self._clip = open_face_reader(folder), open_clip_reader(folder)

    def vectors(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        """See `Encoders`."""
        face, found = self._face.read(pictures)
        return np.concatenate([face, self._clip.read(pictures)], axis=1), found


class ModelFolder:
    """The encoders of a model folder, as the server runs them; implements `Encoders`."""

    def __init__(self, folder: Path):
        manifest = read_manifest(folder)
        self._sessions = FolderSessions(folder, torch.get_num_threads())
        self._preprocessing = manifest["preprocessing"]
        self._face_width = manifest["sizes"]["face_width"]
        names = [name for name in ("face", "face_detector", "clip") if name in manifest["graphs"]]
        self.digests = {name: sha256_of(folder / f"{name}.onnx") for name in names}

    def vectors(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        """See `Encoders`."""
        face, found = self._faces(pictures)
        return np.concatenate([face, self._clip(pictures)], axis=1), found

    def _faces(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        entry = self._preprocessing["face"]
        if entry["fit"] == "aligned_face":
            faces = face_embeddings(self._sessions, self._preprocessing, pictures, self._face_width)
            return faces.embedding_BF, faces.found_B
        outputs = self._sessions.run("face", {"pixels": _pixels(pictures, read_preprocessing(entry))})
        return outputs["embedding"], outputs["found"]

    def _clip(self, pictures: Sequence[Image.Image]) -> Vectors:
        entry = self._preprocessing["clip"]
        if entry["fit"] == "clip":
            return clip_embeddings(self._sessions, self._preprocessing, pictures)
        return self._sessions.run("clip", {"pixels": _pixels(pictures, read_preprocessing(entry))})["embedding"]


def _pixels(pictures: Sequence[Image.Image], preprocessing: Preprocessing) -> NDArray[np.float32]:
    """What a graph takes [B, 3, W, W]."""
    side = (preprocessing.size, preprocessing.size)
    sized = (one if one.size == side else one.resize(side, Image.Resampling.LANCZOS) for one in pictures)
    return preprocessing.apply(np.stack([np.asarray(one) for one in sized])).numpy()
