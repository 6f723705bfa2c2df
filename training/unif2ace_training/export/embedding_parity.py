"""How far the graphs of the encoders are from PyTorch, and the embeddings that the other comparisons go on with."""

# W pixels of a side

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.network import ClipGraph, FaceGraph
from unif2ace_training.encoders.published_onnx import PublishedEncoder
from unif2ace_training.encoders.readers import clip_pixels
from unif2ace_training.encoders.whole_pictures import clip_embeddings, face_embeddings
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.trained_parts import TrainedParts


def compare_embeddings(
    sessions: FolderSessions, parts: TrainedParts, pixels_BWW3: NDArray[np.uint8]
) -> tuple[Tensor, Tensor, float]:
    """Embeddings of pictures, PyTorch's where the encoder was trained here, and how far the graphs' are from those."""
    clip, clip_difference = _embed_clip(sessions, parts, pixels_BWW3)
    face, face_difference = _embed_face(sessions, parts, pixels_BWW3)
    return clip, face, max(clip_difference, face_difference)


def _embed_clip(sessions: FolderSessions, parts: TrainedParts, pixels_BWW3: NDArray[np.uint8]) -> tuple[Tensor, float]:
    if isinstance(parts.clip, PublishedEncoder):
        preprocessing = {"clip": parts.clip.preprocessing}
        return torch.from_numpy(clip_embeddings(sessions, preprocessing, _pictures(pixels_BWW3))), 0.0
    own = parts.clip_preprocessing
    assert own is not None
    if isinstance(parts.clip, ClipVit):
        preprocessing = {"clip": own.to_dict()}
        found = clip_embeddings(sessions, preprocessing, _pictures(pixels_BWW3))
        clip = parts.clip(clip_pixels(_pictures(pixels_BWW3), own))
        return clip, _difference(clip, found)
    pixels = own.apply(_resized(pixels_BWW3, own.size))
    clip = ClipGraph(parts.clip).eval()(pixels)
    return clip, _difference(clip, sessions.run("clip", {"pixels": pixels.numpy()})["embedding"])


def _embed_face(sessions: FolderSessions, parts: TrainedParts, pixels_BWW3: NDArray[np.uint8]) -> tuple[Tensor, float]:
    if isinstance(parts.face, PublishedEncoder):
        assert parts.face_detector is not None
        preprocessing = {"face": parts.face.preprocessing, "face_detector": parts.face_detector.preprocessing}
        found = face_embeddings(sessions, preprocessing, _pictures(pixels_BWW3), parts.face.embedding_width)
        return torch.from_numpy(found.embedding_BF), 0.0
    own = parts.face_preprocessing
    assert own is not None
    pixels = own.apply(_resized(pixels_BWW3, own.size))
    face, score, _ = FaceGraph(parts.face).eval()(pixels)
    found = sessions.run("face", {"pixels": pixels.numpy()})
    return face, max(_difference(face, found["embedding"]), _difference(score, found["score"]))


def _difference(expected: Tensor, found: np.ndarray) -> float:
    return float(np.abs(expected.numpy() - found.astype(np.float32)).max())


def _pictures(pixels_BWW3: NDArray[np.uint8]) -> list[Image.Image]:
    return [Image.fromarray(pixels) for pixels in pixels_BWW3]


def _resized(pictures: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return np.stack([np.asarray(Image.fromarray(picture).resize((size, size))) for picture in pictures])
