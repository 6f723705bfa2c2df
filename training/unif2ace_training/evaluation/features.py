"""Features of pictures by the project's own encoders."""

# n pictures, C CLIP width, F face width

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.data.picture_store import PictureStore
from unif2ace_training.encoders.folder import CLIP_TEXT_FILE, load_clip_pair
from unif2ace_training.encoders.readers import open_clip_reader, open_face_reader
from unif2ace_training.encoders.text_tower import TextTower
from unif2ace_training.evaluation.held_out import Portrait

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Features:
    """Of n pictures: CLIP embeddings, face embeddings (zeros where none was found), and whether one was found."""

    clip_nC: NDArray[np.float32]
    face_nF: NDArray[np.float32]
    found_n: NDArray[np.bool_]


class Encoders:
    """CLIP's towers and the face encoder of a folder; `text` is None where a folder has pictures' towers alone, as
    published ones and those that were read back from a model folder."""

    def __init__(self, folder: Path):
        self._clip, self._face = open_clip_reader(folder), open_face_reader(folder)
        self.text: TextTower | None = load_clip_pair(folder).text if (folder / CLIP_TEXT_FILE).exists() else None

    def of(self, pictures: NDArray[np.uint8]) -> Features:
        """Features of pictures uint8 [n, W, W, 3] of any size."""
        clips, faces, found = [], [], []
        for start in range(0, len(pictures), _BATCH):
            part = [Image.fromarray(one) for one in pictures[start : start + _BATCH]]
            clips.append(self._clip.read(part))
            embedding, is_found = self._face.read(part)
            faces.append(embedding)
            found.append(is_found)
        return Features(*(np.concatenate(parts) for parts in (clips, faces, found)))


def features_of_renders(pictures: PictureStore, portraits: Sequence[Portrait]) -> Features:
    """Features of the rendered pictures as `encoders` wrote them."""
    stored = pictures.gather(torch.tensor([portrait.row for portrait in portraits]))
    face = stored.face_BF.numpy()
    return Features(stored.clip_BC.numpy(), face, np.abs(face).max(axis=1) > 0)


def resized(pictures: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Square pictures at another size, as the data set and the server scale them."""
    if pictures.shape[1] == size:
        return pictures
    return np.stack(
        [np.asarray(Image.fromarray(one).resize((size, size), Image.Resampling.LANCZOS)) for one in pictures]
    )
