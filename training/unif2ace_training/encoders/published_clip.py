"""Takes CLIP's published vision tower into a folder of encoders, and embeds pictures by it, a shard at a time."""

# n pictures, B pictures of a batch, C CLIP width

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.common.load_report import LoadReport, load_by_name
from unif2ace_training.common.progress import track
from unif2ace_training.common.published_files import read_published
from unif2ace_training.encoders.clip_vit import ClipVit, clip_vit_config
from unif2ace_training.encoders.folder import embed_by, save_clip_vit
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.portraits.dataset import shard_paths

_LAYOUT = "CLIP in transformers (openai/clip-vit-large-patch14-336)"
_BATCH = 32


def take_clip(published: Path, folder: Path, *, embedding_width: int) -> LoadReport:
    """Write the published tower into a folder of encoders.

    Args:
        published: folder with config.json and the weights, as the hub has it.
        embedding_width: what the model reads.

    Raises:
        ValueError: it is of another layout or width; the message says which.
    """
    config = clip_vit_config(read_json(published / "config.json"))
    if config.embedding_width != embedding_width:
        raise ValueError(
            f"{published} has embeddings of {config.embedding_width}, the preset's model reads {embedding_width}"
        )
    model = ClipVit(config)
    report = load_by_name(model, read_published(published), _LAYOUT)
    save_clip_vit(folder, model)
    return report


def embed_shards(model: ClipVit, preprocessing: Preprocessing, pictures: Path) -> NDArray[np.float16]:
    """Embeddings [n, 2, C] of all pictures of a folder and, at index 1, of their mirror images."""
    width = model.config.embedding_width
    batches = _batches(pictures, preprocessing.size)
    return np.concatenate([embed_by([(model, width)], preprocessing, batch)[0] for batch in batches])


def fitted(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    """A picture of a shard, which is square, as CLIP's processor resizes it."""
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(picture)


def _batches(folder: Path, size: int) -> Iterator[NDArray[np.uint8]]:
    """Pictures uint8 [B, size, size, 3] in the order of the shards."""
    batch: list[NDArray[np.uint8]] = []
    for path in track(shard_paths(folder), "shards"):
        with tarfile.open(path) as archive:
            for member in archive:
                if member.name.endswith(".json"):
                    continue
                content = archive.extractfile(member)
                assert content is not None
                batch.append(fitted(Image.open(io.BytesIO(content.read())).convert("RGB"), size))
                if len(batch) == _BATCH:
                    yield np.stack(batch)
                    batch = []
    if batch:
        yield np.stack(batch)
