"""Shards that were embedded once are not embedded again, and their order stays."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.encoders.embed_shards import embed_shards


@pytest.fixture
def two_shards(rendered_portraits: Path, write_portraits: Callable[..., Path], tmp_path: Path) -> Path:
    """The forty portraits, and the same with other labels behind them."""
    folder = write_portraits(tmp_path / "shards", lambda labels: {**labels, "view": labels["view"] + 10})
    (folder / "portraits-00000.tar").rename(folder / "portraits-00001.tar")
    (folder / "portraits-00000.tar").write_bytes((rendered_portraits / "portraits-00000.tar").read_bytes())
    return folder


def _means(pictures: Sequence[Image.Image]) -> NDArray[np.float32]:
    """Of the left and the right half."""
    values = np.stack([np.asarray(picture, np.float32).mean(axis=(0, 2)) for picture in pictures])
    return np.stack([half.mean(axis=1) for half in np.array_split(values, 2, axis=1)], axis=1)


def test_what_was_stopped_goes_on_with_the_next_shard(two_shards: Path, tmp_path: Path) -> None:
    asked: list[int] = []

    def stopped_in_the_second(pictures: Sequence[Image.Image]) -> NDArray[np.float32]:
        asked.append(len(pictures))
        if sum(asked) > 100:
            raise KeyboardInterrupt
        return _means(pictures)

    with pytest.raises(KeyboardInterrupt):
        embed_shards(stopped_in_the_second, two_shards, tmp_path / "kept")
    assert asked == [32, 32, 8, 8, 32]
    again: list[int] = []

    def counted(pictures: Sequence[Image.Image]) -> Any:
        again.append(len(pictures))
        return _means(pictures)

    vectors = embed_shards(counted, two_shards, tmp_path / "kept")
    assert sum(again) == 80
    np.testing.assert_array_equal(vectors, embed_shards(_means, two_shards, tmp_path / "anew"))
    assert vectors.shape == (80, 2, 2)
    # A mirror image has its halves the other way round; both shards show the same.
    np.testing.assert_allclose(vectors[:, 0], vectors[:, 1, ::-1], atol=2.0)
    np.testing.assert_array_equal(vectors[:40], vectors[40:])
