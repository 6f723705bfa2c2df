import math

import pytest
import torch

from unif2ace_training.config.presets import preset
from unif2ace_training.encoders.network import ClipEncoder, ClipGraph, FaceEncoder, FaceGraph
from unif2ace_training.encoders.settings import TowerConfig, clip_tower_config, face_tower_config, text_tower_config
from unif2ace_training.encoders.text_tower import TextTower, padded


@pytest.fixture
def pixels() -> torch.Tensor:
    return torch.randn(5, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def test_an_embedding_has_the_length_of_as_many_ones(pixels: torch.Tensor):
    embedding = ClipGraph(ClipEncoder(clip_tower_config(preset("debug"))))(pixels)
    assert embedding.shape == (5, preset("debug").clip_width)
    torch.testing.assert_close(embedding.norm(dim=1), torch.full((5,), math.sqrt(embedding.shape[1])))


def test_a_picture_without_a_face_has_no_embedding(pixels: torch.Tensor):
    encoder = FaceEncoder(face_tower_config(preset("debug"))).requires_grad_(False)
    logits = encoder(pixels)[1]
    encoder.finder.bias -= logits.median()  # one picture at the threshold, two above and two below it
    embedding, score, found = FaceGraph(encoder)(pixels)
    assert found.tolist() == (score >= 0.5).tolist()
    assert 0 < found.sum() < 5
    assert torch.equal(embedding[~found], torch.zeros_like(embedding[~found]))
    torch.testing.assert_close(embedding[found], encoder(pixels)[0][found])


def test_a_row_does_not_depend_on_the_others(pixels: torch.Tensor):
    clip = ClipGraph(ClipEncoder(clip_tower_config(preset("debug"))))
    face = FaceGraph(FaceEncoder(face_tower_config(preset("debug"))))
    for row in range(len(pixels)):
        alone = pixels[row : row + 1]
        torch.testing.assert_close(clip(alone)[0], clip(pixels)[row], rtol=1e-4, atol=1e-4)
        for one, all_rows in zip(face(alone), face(pixels), strict=True):
            torch.testing.assert_close(one[0], all_rows[row], rtol=1e-4, atol=1e-4)


def test_padding_does_not_change_a_text():
    tower = TextTower(text_tower_config(preset("debug"), 50))
    together = tower(*padded([[3, 4, 5], [6, 7, 8, 9, 10, 11]]))
    torch.testing.assert_close(together[0], tower(*padded([[3, 4, 5]]))[0], rtol=1e-4, atol=1e-5)


def test_the_order_of_words_counts():
    tower = TextTower(text_tower_config(preset("debug"), 50))
    one, other = tower(*padded([[3, 4, 5], [5, 4, 3]]))
    assert not torch.allclose(one, other, atol=1e-3)


def test_sizes_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="cannot be halved"):
        TowerConfig(image_size=30, patch=4, widths=(8, 8), blocks=(1, 1), position_width=8, embedding_width=8)


@pytest.mark.parametrize("name", ["debug", "small", "paper"])
def test_every_preset_has_towers_of_its_embeddings_widths(name: str):
    model = preset(name)
    assert clip_tower_config(model).embedding_width == model.clip_width
    assert face_tower_config(model).embedding_width == model.face_width
