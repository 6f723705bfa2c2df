"""A folder's encoders as what reads pictures, whether they were trained here or published.

What `encoders` embeds, what `heads` and `evaluate` look at and what the server computes of the same picture agree:
each kind of encoder has one way from a picture to its vector, and here it is.
"""

# B pictures, C CLIP width, F face width

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.folder import load_clip, load_face, load_preprocessing
from unif2ace_training.encoders.network import ClipEncoder, ClipGraph, FaceEncoder, FaceGraph
from unif2ace_training.encoders.picture_fit import clip_square
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.published_face import AntelopeFaces, is_antelope

Vectors = NDArray[np.float32]


class FaceReader(Protocol):
    """Says whose face a picture shows."""

    width: int

    def read(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        """Embeddings [B, F], zeros where no face was found, and whether one was [B]."""
        ...


class ClipReader(Protocol):
    """Says what is on a picture."""

    width: int

    def read(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Embeddings [B, C]."""
        ...


def open_face_reader(folder: Path) -> FaceReader:
    """Of a folder that `encoders` wrote.

    Raises:
        ValueError: it is incomplete.
    """
    if is_antelope(folder):
        return AntelopeFaces(folder)
    return _TrainedFaces(load_face(folder), load_preprocessing(folder)["face"])


def open_clip_reader(folder: Path) -> ClipReader:
    """Of a folder that `encoders` wrote; raises as `open_face_reader`."""
    encoder, preprocessing = load_clip(folder), load_preprocessing(folder)["clip"]
    return _PublishedClip(encoder) if isinstance(encoder, ClipVit) else _TrainedClip(encoder, preprocessing)


class _TrainedFaces:
    def __init__(self, encoder: FaceEncoder, preprocessing: Preprocessing):
        self._graph, self._preprocessing = FaceGraph(encoder).eval(), preprocessing
        self.width = encoder.config.embedding_width

    @torch.inference_mode()
    def read(self, pictures: Sequence[Image.Image]) -> tuple[Vectors, NDArray[np.bool_]]:
        embedding, _, found = self._graph(_pixels(pictures, self._preprocessing))
        return embedding.numpy(), found.numpy()


class _TrainedClip:
    def __init__(self, encoder: ClipEncoder, preprocessing: Preprocessing):
        self._graph, self._preprocessing = ClipGraph(encoder).eval(), preprocessing
        self.width = encoder.config.embedding_width

    @torch.inference_mode()
    def read(self, pictures: Sequence[Image.Image]) -> Vectors:
        return self._graph(_pixels(pictures, self._preprocessing)).numpy()


class _PublishedClip:
    def __init__(self, encoder: ClipVit):
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._encoder, self.width = encoder.to(self._device).eval(), encoder.config.embedding_width

    @torch.inference_mode()
    def read(self, pictures: Sequence[Image.Image]) -> Vectors:
        pixels = clip_pixels(pictures, self._encoder.preprocessing)
        return self._encoder(pixels.to(self._device)).cpu().numpy()


def clip_pixels(pictures: Sequence[Image.Image], preprocessing: Preprocessing) -> Tensor:
    """Pictures of any size as CLIP's tower takes them [B, 3, W, W]."""
    return preprocessing.apply(np.stack([clip_square(picture, preprocessing.size) for picture in pictures]))


def _pixels(pictures: Sequence[Image.Image], preprocessing: Preprocessing) -> Tensor:
    """Square pictures as an encoder takes them that was trained here, scaled as the data set and the server do."""
    side = (preprocessing.size, preprocessing.size)
    sized = (one if one.size == side else one.resize(side, Image.Resampling.LANCZOS) for one in pictures)
    return preprocessing.apply(np.stack([np.asarray(one) for one in sized]))
