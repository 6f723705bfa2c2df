"""Features of picture files by a network whose weights are given as a file or a folder."""

# n pictures, C features, W pixels of a side

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.progress import Progress
from unif2ace_training.comparison.distances import torch_fidelity
from unif2ace_training.evaluation.distributions import Pictures, Vectors
from unif2ace_training.evaluation.features import Encoders

_BATCH: Final = 32
_INCEPTION_LAYER: Final = "2048"


class FeatureSource(Protocol):
    """Turns pictures into vectors."""

    def of(self, pictures: Pictures) -> Vectors:
        """Features [n, C] of pictures uint8 [n, W, W, 3]."""
        ...


class InceptionFeatures:
    """Inception-v3's pooled features as the paper's FID has them, by torch-fidelity, which scales to 299 pixels."""

    def __init__(self, weights: Path, device: str):
        if not weights.is_file():
            raise ValueError(
                f"{weights} does not exist; it is torch-fidelity's weights-inception-2015-12-05-6726825d.pth"
            )
        extractor = torch_fidelity("feature_extractor_inceptionv3").FeatureExtractorInceptionV3
        try:
            # torch-fidelity unpickles whatever a file holds: only files of mere tensors come so far.
            torch.load(weights, map_location="cpu", weights_only=True)
            network = extractor("inception-v3-compat", [_INCEPTION_LAYER], feature_extractor_weights_path=str(weights))
        except (RuntimeError, OSError, ValueError, KeyError, EOFError, pickle.UnpicklingError) as error:
            raise ValueError(f"{weights} has no weights of Inception-v3 in torch-fidelity's layout: {error}") from error
        self._network, self._device = network.eval().to(device), device

    @torch.inference_mode()
    def of(self, pictures: Pictures) -> Vectors:
        """Features [n, 2048]."""
        (features,) = self._network(torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous().to(self._device))
        return features.cpu().numpy()


class EncoderFeatures:
    """This project's CLIP-style encoder of a folder that `encoders` wrote: no Inception, and not comparable to it."""

    def __init__(self, folder: Path):
        self._encoders = Encoders(folder)

    def of(self, pictures: Pictures) -> Vectors:
        """CLIP embeddings."""
        return self._encoders.of(pictures).clip_nC


def features_of_files(source: FeatureSource, paths: Sequence[Path], name: str) -> Vectors:
    """Features of picture files of any square size, in their order."""
    found: list[Vectors] = [np.empty((0, 0))] * len(paths)
    with Progress(name, len(paths)) as progress:
        for places, pictures in _of_one_size(paths):
            for place, vector in zip(places, source.of(pictures), strict=True):
                found[place] = vector
            progress.advance(len(places))
    return np.stack(found)


def _of_one_size(paths: Sequence[Path]) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    """Pictures of the same size together, with their places."""
    waiting: dict[int, list[tuple[int, NDArray[np.uint8]]]] = {}
    for place, path in enumerate(paths):
        pixels = _pixels(path)
        waiting.setdefault(len(pixels), []).append((place, pixels))
        if len(waiting[len(pixels)]) == _BATCH:
            yield _batch(waiting.pop(len(pixels)))
    yield from map(_batch, waiting.values())


def _batch(some: list[tuple[int, NDArray[np.uint8]]]) -> tuple[list[int], NDArray[np.uint8]]:
    return [place for place, _ in some], np.stack([pixels for _, pixels in some])


def _pixels(path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise ValueError(f"{path} is no picture: {error}") from error
    if pixels.shape[0] != pixels.shape[1]:
        raise ValueError(f"{path} has {pixels.shape[1]} × {pixels.shape[0]} pixels; pictures of faces here are square")
    return pixels
