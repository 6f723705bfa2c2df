"""The model folder that an adaptation begins with: its sizes, its tokenizer, its codec and encoders as they are."""

# n pictures, W pixels of a side, N code positions, C CLIP width, F face width

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.config.schema import ModelConfig, model_config_from_dict
from unif2ace_training.data.sequences import TOKENIZER_FILE
from unif2ace_training.encoders.preprocessing import read_preprocessing
from unif2ace_training.encoders.whole_pictures import clip_embeddings, face_embeddings
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.manifest import read_manifest
from unif2ace_training.model.weights import CONFIG_FILE

_WHITE = "white"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Pictures as the model reads them."""

    codes_nN: NDArray[np.int32]
    clip_nC: NDArray[np.float16]
    face_nF: NDArray[np.float16]  # zeros where no face was found
    found_n: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OpenedPicture:
    """A picture upright and on white: whole, and cut to a square of the codec's size."""

    whole: Image.Image
    square: Image.Image

    def mirrored(self) -> "OpenedPicture":
        """The picture as in a mirror."""
        return OpenedPicture(ImageOps.mirror(self.whole), ImageOps.mirror(self.square))


class BaseFolder:
    """Encodes pictures exactly as the server does with this folder's graphs."""

    def __init__(self, folder: Path):
        """Raises ValueError where `folder` is no model folder of this format."""
        self.folder = folder
        self.manifest: dict[str, Any] = read_manifest(folder)
        self.config: ModelConfig = model_config_from_dict(read_json(folder / CONFIG_FILE))
        self.tokenizer_path = folder / TOKENIZER_FILE
        self._sessions = FolderSessions(folder, torch.get_num_threads())
        self._preprocessing: dict[str, Any] = self.manifest["preprocessing"]

    @property
    def caption_question(self) -> str:
        """What the server asks for a caption."""
        return self.manifest["defaults"]["caption_question"]

    def encode(self, pictures: Sequence[OpenedPicture]) -> Encoded:
        """Codes and embeddings of pictures."""
        squares, wholes = [picture.square for picture in pictures], [picture.whole for picture in pictures]
        codes = self._run("picture_encoder", squares)["code_ids"]
        if self._preprocessing["face"]["fit"] == "aligned_face":
            faces = face_embeddings(self._sessions, self._preprocessing, wholes, self.config.face_width)
            face, found = faces.embedding_BF, faces.found_B
        else:
            outputs = self._run("face", squares)
            face, found = outputs["embedding"], outputs["found"]
        clip = self.embed(wholes if self._preprocessing["clip"]["fit"] == "clip" else squares)
        return Encoded(codes.astype(np.int32), clip, face.astype(np.float16), found)

    def embed(self, pictures: Sequence[Image.Image]) -> NDArray[np.float16]:
        """CLIP-style vectors [n, C] of pictures, which are squares unless the folder has CLIP's own preprocessing."""
        if self._preprocessing["clip"]["fit"] == "clip":
            return clip_embeddings(self._sessions, self._preprocessing, pictures).astype(np.float16)
        return self._run("clip", pictures)["embedding"].astype(np.float16)

    def decode(self, code_ids_RN: Tensor) -> NDArray[np.uint8]:
        """Code ids to pictures uint8 [R, W, W, 3], for sample sheets."""
        return self._sessions.run("picture_decoder", {"code_ids": code_ids_RN.cpu().numpy()})["pixels"]

    def opened(self, content: bytes) -> OpenedPicture:
        """A picture file upright, on white where it is transparent.

        Raises:
            ValueError: it cannot be read.
        """
        try:
            with Image.open(io.BytesIO(content)) as opened:
                picture = ImageOps.exif_transpose(opened).convert("RGBA")
        except (OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise ValueError(f"cannot be read as a picture: {error}") from error
        ground = Image.new("RGBA", picture.size, _WHITE)
        opaque = Image.alpha_composite(ground, picture).convert("RGB")
        size = self._preprocessing["picture_encoder"]["size"]
        return OpenedPicture(opaque, ImageOps.fit(opaque, (size, size), Image.Resampling.LANCZOS))

    def _run(self, graph: str, squares: Sequence[Image.Image]) -> dict[str, np.ndarray]:
        preprocessing = read_preprocessing(self._preprocessing[graph])
        side = (preprocessing.size, preprocessing.size)
        resized = [
            square if square.size == side else square.resize(side, Image.Resampling.LANCZOS) for square in squares
        ]
        pixels = preprocessing.apply(np.stack([np.asarray(square) for square in resized]))
        return self._sessions.run(graph, {"pixels": pixels.numpy()})
