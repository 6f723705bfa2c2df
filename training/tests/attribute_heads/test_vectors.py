"""The encoders of a model folder, as the server runs them."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from unif2ace_training.annotation.pictures import read_pictures
from unif2ace_training.attribute_heads.vector_store import VECTORS_FILE, VectorStore, opened
from unif2ace_training.attribute_heads.vectors import open_encoders

MODEL = Path(__file__).parents[3] / "models" / "unif2ace-small"


def test_a_model_folder_embeds_and_what_was_embedded_is_kept(rendered_portraits, tmp_path, monkeypatch):
    encoders, pictures = open_encoders(MODEL), list(islice(read_pictures(rendered_portraits), 6))
    vectors, found = encoders.vectors([opened(picture.jpeg) for picture in pictures])
    assert vectors.shape == (6, 256)
    assert found.all()
    alone, _ = encoders.vectors([opened(pictures[3].jpeg)])
    np.testing.assert_allclose(alone[0], vectors[3], atol=1e-4)
    with VectorStore(encoders, tmp_path / VECTORS_FILE) as store:
        kept = store.of(pictures)
    np.testing.assert_allclose([one[0] for one in kept], vectors, atol=0.01)
    monkeypatch.setattr(encoders, "vectors", lambda _: pytest.fail("embedded again"))
    with VectorStore(encoders, tmp_path / VECTORS_FILE) as store:
        np.testing.assert_array_equal(store.of(pictures), kept)


def test_a_picture_without_a_face_has_no_vectors(rendered_portraits, tmp_path, monkeypatch):
    encoders, pictures = open_encoders(MODEL), list(islice(read_pictures(rendered_portraits), 2))
    embed = encoders.vectors

    def one_is_not_found(pictures):
        vectors, found = embed(pictures)
        found[0] = False
        return vectors, found

    monkeypatch.setattr(encoders, "vectors", one_is_not_found)
    for _ in range(2):
        with VectorStore(encoders, tmp_path / VECTORS_FILE) as store:
            first, second = store.of(pictures)
        assert first is None
        assert second.shape == (2, 256)
