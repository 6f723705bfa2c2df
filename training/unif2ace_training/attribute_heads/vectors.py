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
from unif2ace_training.encoders.folder import CLIP_FILE, FACE_FILE, load_clip, load_face, load_preprocessing
from unif2ace_training.encoders.network import ClipGraph, FaceGraph
from unif2ace_training.encoders.preprocessing import Preprocessing, read_preprocessing
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
        self.digests = {"face": sha256_of(folder / FACE_FILE), "clip": sha256_of(folder / CLIP_FILE)}
        self._face, self._clip = FaceGraph(load_face(folder)).eval(), ClipGraph(load_clip(folder)).eval()
        self._preprocessing = load_preprocessing(folder)

    @torch.inference_mode()
    def vectors(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        """See `Encoders`."""
        face, _, found = self._face(torch.from_numpy(_pixels(pictures, self._preprocessing["face"])))
        clip = self._clip(torch.from_numpy(_pixels(pictures, self._preprocessing["clip"])))
        return torch.cat([face, clip], dim=1).numpy(), found.numpy()


class ModelFolder:
    """The graphs `face` and `clip` of a model folder, as the server runs them; implements `Encoders`."""

    def __init__(self, folder: Path):
        manifest = read_manifest(folder)
        self._sessions = FolderSessions(folder, torch.get_num_threads())
        self.digests = {name: sha256_of(folder / f"{name}.onnx") for name in ("face", "clip")}
        self._preprocessing = {name: read_preprocessing(one) for name, one in manifest["preprocessing"].items()}

    def vectors(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        """See `Encoders`."""
        face = self._sessions.run("face", {"pixels": _pixels(pictures, self._preprocessing["face"])})
        clip = self._sessions.run("clip", {"pixels": _pixels(pictures, self._preprocessing["clip"])})
        return np.concatenate([face["embedding"], clip["embedding"]], axis=1), face["found"]


def _pixels(pictures: Sequence[Image.Image], preprocessing: Preprocessing) -> NDArray[np.float32]:
    """What a graph takes [B, 3, W, W]."""
    side = (preprocessing.size, preprocessing.size)
    sized = (one if one.size == side else one.resize(side, Image.Resampling.LANCZOS) for one in pictures)
    return preprocessing.apply(np.stack([np.asarray(one) for one in sized])).numpy()
