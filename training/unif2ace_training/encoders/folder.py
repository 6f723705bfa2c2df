"""The folder that `encoders` writes: weights, sizes and preprocessing, and the embeddings of all portraits."""

# n pictures, C CLIP width, F face width

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from unif2ace_training.common.artifacts import atomic_path, read_json, write_json
from unif2ace_training.common.progress import Progress
from unif2ace_training.encoders.clip_vit import ARCHITECTURE, ClipVit, ClipVitConfig
from unif2ace_training.encoders.network import ClipEncoder, ClipGraph, FaceEncoder, FaceGraph
from unif2ace_training.encoders.preprocessing import Preprocessing, read_preprocessing
from unif2ace_training.encoders.published_face import ARCHITECTURE as FACE_ARCHITECTURE
from unif2ace_training.encoders.published_face import copy_antelope, is_antelope
from unif2ace_training.encoders.settings import TextTowerConfig, TowerConfig
from unif2ace_training.encoders.text_tower import ClipPair
from unif2ace_training.portraits.dataset import AnyPictures

CLIP_FILE, CLIP_TEXT_FILE, FACE_FILE = "clip.safetensors", "clip_text.safetensors", "face.safetensors"
CONFIG_FILE, EMBEDDINGS_FILE = "config.json", "embeddings.npz"
_BATCH = 128

_Module = TypeVar("_Module", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Of n pictures, and at index 1 of their mirror images: float16 [n, 2, C] and [n, 2, F]."""

    clip: NDArray[np.float16]
    face: NDArray[np.float16]  # zeros where no face was found


def save_clip(folder: Path, pair: ClipPair) -> None:
    """Write CLIP's towers (the text tower serves evaluation) and their sizes."""
    save_picture_encoder(folder, pair.picture)
    _save(folder / CLIP_TEXT_FILE, nn.ModuleDict({"text": pair.text}))
    _write_section(folder, "clip_text", pair.text.config.to_dict())


def save_picture_encoder(folder: Path, encoder: ClipEncoder) -> None:
    """Write CLIP's tower for pictures alone: all that a served model has of it."""
    _save(folder / CLIP_FILE, encoder)
    _add_to_config(folder, "clip", encoder.config)


def save_clip_vit(folder: Path, encoder: ClipVit) -> None:
    """Write CLIP's published tower, its sizes and its preprocessing."""
    _save(folder / CLIP_FILE, encoder)
    _write_section(folder, "clip", encoder.config.to_dict())
    _add_preprocessing(folder, "clip", encoder.preprocessing)


def save_antelope(folder: Path, published: Path, *, embedding_width: int) -> dict[str, Any]:
    """Take AntelopeV2's files in as they are; what was taken. Raises as `copy_antelope`."""
    taken = copy_antelope(published, folder, embedding_width=embedding_width)
    _write_section(folder, "face", {"architecture": FACE_ARCHITECTURE, "embedding_width": embedding_width, **taken})
    return taken


def save_face(folder: Path, encoder: FaceEncoder) -> None:
    """Write the face encoder and its sizes."""
    _save(folder / FACE_FILE, encoder)
    _add_to_config(folder, "face", encoder.config)


def load_clip(folder: Path) -> ClipEncoder | ClipVit:
    """CLIP's picture encoder of a folder, trained here or published, ready to use.

    Raises:
        ValueError: the folder is incomplete, or its weights do not fit its config.
    """
    sizes = _section(folder, "clip")
    if sizes.get("architecture") == ARCHITECTURE:
        return _loaded(folder / CLIP_FILE, ClipVit(ClipVitConfig.from_dict(sizes)))
    return _loaded(folder / CLIP_FILE, ClipEncoder(TowerConfig.from_dict(sizes)))


def has_face(folder: Path) -> bool:
    """Whether an encoder of faces is there, trained here or published."""
    return (folder / FACE_FILE).exists() or is_antelope(folder)


def load_clip_pair(folder: Path) -> ClipPair:
    """Both of CLIP's towers, to compare texts with pictures; raises as `load_clip` does."""
    if not (folder / CLIP_TEXT_FILE).exists():
        raise ValueError(f"{folder} has no {CLIP_TEXT_FILE}: published encoders come without a tower for texts")
    pair = ClipPair(TowerConfig.from_dict(_section(folder, "clip")), TextTowerConfig(**_section(folder, "clip_text")))
    _loaded(folder / CLIP_FILE, pair.picture)
    _loaded(folder / CLIP_TEXT_FILE, nn.ModuleDict({"text": pair.text}))
    return pair.eval().requires_grad_(False)


def load_face(folder: Path) -> FaceEncoder:
    """The face encoder of a folder that was trained here, ready to use; raises as `load_clip` does."""
    if is_antelope(folder):
        raise ValueError(f"the face encoder of {folder} is AntelopeV2, not one that was trained here")
    return _loaded(folder / FACE_FILE, FaceEncoder(TowerConfig.from_dict(_section(folder, "face"))))


def load_preprocessing(folder: Path) -> dict[str, Preprocessing]:
    """What goes into `clip`, and into `face` where it was trained here: size, mean and standard deviation."""
    config = read_json(folder / CONFIG_FILE)
    return {name: read_preprocessing(values) for name, values in config.get("preprocessing", {}).items()}


def embed(
    clip: ClipEncoder, face: FaceEncoder, preprocessing: Preprocessing, pictures: NDArray[np.uint8]
) -> Embeddings:
    """What the exported graphs say about pictures uint8 [n, w, w, 3] and their mirror images."""
    graphs = (ClipGraph(clip), clip.config.embedding_width), (FaceGraph(face), face.config.embedding_width)
    return Embeddings(*embed_by(graphs, preprocessing, pictures))


@torch.inference_mode()
def embed_by(
    graphs: Sequence[tuple[nn.Module, int]], preprocessing: Preprocessing, pictures: NDArray[np.uint8]
) -> list[NDArray[np.float16]]:
    """What exported graphs, each with its width, say about pictures uint8 [n, w, w, 3] and their mirror images: of each
    graph [n, 2, width]."""
    count = len(pictures)
    modules = [graph.eval() for graph, _ in graphs]
    vectors = [np.empty((count, 2, width), np.float16) for _, width in graphs]
    with Progress("embedded", count) as progress:
        for start in range(0, count, _BATCH):
            rows = slice(start, start + _BATCH)
            pixels = preprocessing.apply(pictures[rows])
            for index, side in enumerate((pixels, pixels.flip(-1))):
                for module, found in zip(modules, vectors, strict=True):
                    said = module(side)
                    found[rows, index] = (said[0] if isinstance(said, tuple) else said).numpy()
            progress.advance(len(pixels))
    return vectors


def write_embeddings(folder: Path, data: AnyPictures, embeddings: Embeddings) -> None:
    """Write the file that training reads."""
    with atomic_path(folder / EMBEDDINGS_FILE) as partial:
        np.savez(partial, keys=np.array(data.keys), clip=embeddings.clip, face=embeddings.face)


def _save(path: Path, module: nn.Module) -> None:
    weights = {name: tensor.detach().contiguous() for name, tensor in module.state_dict().items()}
    with atomic_path(path) as partial:
        save_file(weights, partial)


def _loaded(path: Path, module: _Module) -> _Module:
    if not path.exists():
        raise ValueError(f"{path} does not exist; `encoders` writes it")
    try:
        module.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError) as error:
        raise ValueError(f"{path} does not fit {path.with_name(CONFIG_FILE)}: {error}") from error
    return module.eval().requires_grad_(False)


def _section(folder: Path, name: str) -> dict[str, Any]:
    config = read_json(folder / CONFIG_FILE)
    if name not in config:
        raise ValueError(f"{folder / CONFIG_FILE} has no {name!r}: `encoders` did not finish; run it again")
    return config[name]


def _add_to_config(folder: Path, name: str, tower: TowerConfig) -> None:
    _write_section(folder, name, tower.to_dict())
    _add_preprocessing(folder, name, Preprocessing(size=tower.image_size))


def _add_preprocessing(folder: Path, name: str, preprocessing: Preprocessing) -> None:
    others = read_json(folder / CONFIG_FILE).get("preprocessing", {})
    _write_section(folder, "preprocessing", {**others, name: preprocessing.to_dict()})


def _write_section(folder: Path, name: str, value: dict[str, Any]) -> None:
    path = folder / CONFIG_FILE
    write_json(path, {**(read_json(path) if path.exists() else {}), name: value})
