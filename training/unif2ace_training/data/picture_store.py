"""Code ids and embeddings of all pictures, in memory: 100 codes are 200 bytes, two embeddings 512."""

# n pictures, N code positions

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

CODES_FILE = "codes.npz"
EMBEDDINGS_FILE = "embeddings.npz"


@dataclass(frozen=True, slots=True)
class PictureBatch:
    """Pictures as the model reads them."""

    code_ids_BN: Tensor  # int64
    clip_BC: Tensor  # float32
    face_BF: Tensor  # float32, zeros where no face was found

    def part(self, rows: slice) -> "PictureBatch":
        """Some of the rows."""
        return PictureBatch(self.code_ids_BN[rows], self.clip_BC[rows], self.face_BF[rows])


class PictureStore:
    """Row 2i is the i-th picture, row 2i + 1 its mirror image."""

    def __init__(self, keys: list[str], codes: np.ndarray, clip: np.ndarray, face: np.ndarray):
        """Args: keys [n]; codes int [n, 2, N]; clip float [n, 2, Cc]; face float [n, 2, Cf]; index 1 is mirrored."""
        self._row_of = {key: 2 * index for index, key in enumerate(keys)}
        self._codes = torch.from_numpy(codes.astype(np.int16).reshape(2 * len(keys), -1))
        self._clip = torch.from_numpy(clip.astype(np.float16).reshape(2 * len(keys), -1))
        self._face = torch.from_numpy(face.astype(np.float16).reshape(2 * len(keys), -1))

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def image_tokens(self) -> int:
        """Code positions of a picture."""
        return self._codes.shape[1]

    @property
    def embedding_widths(self) -> tuple[int, int]:
        """Features of a CLIP and of a face embedding."""
        return self._clip.shape[1], self._face.shape[1]

    @property
    def largest_code(self) -> int:
        """The largest code id of any picture."""
        return int(self._codes.max())

    def row(self, key: str, *, mirrored: bool) -> int | None:
        """The row of a picture, or None when there are no codes of it."""
        first = self._row_of.get(key)
        return None if first is None else first + int(mirrored)

    def gather(self, rows: Tensor) -> PictureBatch:
        """The pictures at these rows."""
        return PictureBatch(self._codes[rows].long(), self._clip[rows].float(), self._face[rows].float())


def load_pictures(tokenizer_folder: Path, encoders_folder: Path) -> PictureStore:
    """Join `codes.npz` of the image tokenizer with `embeddings.npz` of the encoders by key.

    Raises:
        ValueError: a file is missing, or some pictures have codes and no embeddings.
    """
    codes = _load(tokenizer_folder / CODES_FILE, "tokenizer")
    embeddings = _load(encoders_folder / EMBEDDINGS_FILE, "encoders")
    keys = [str(key) for key in codes["keys"]]
    embedded = {str(key): index for index, key in enumerate(embeddings["keys"])}
    missing = [key for key in keys if key not in embedded]
    if missing:
        raise ValueError(
            f"{len(missing)} pictures have codes but no embeddings (the first is {missing[0]!r}); "
            "run `encoders` on the same pictures as `tokenizer`"
        )
    order = [embedded[key] for key in keys]
    return PictureStore(keys, codes["codes"], embeddings["clip"][order], embeddings["face"][order])


def load_embedding_widths(encoders_folder: Path) -> tuple[int, int]:
    """Features of a CLIP and of a face embedding in `embeddings.npz`."""
    embeddings = _load(encoders_folder / EMBEDDINGS_FILE, "encoders")
    return embeddings["clip"].shape[-1], embeddings["face"].shape[-1]


def _load(path: Path, command: str) -> dict[str, np.ndarray]:
    if not path.exists():
        raise ValueError(f"{path} does not exist; the command `{command}` writes it")
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}
