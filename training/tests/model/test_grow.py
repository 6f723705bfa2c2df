from dataclasses import replace

import pytest
import torch

from unif2ace_training.config.presets import preset
from unif2ace_training.model.grow import grow_vocabulary
from unif2ace_training.model.init import new_model


@pytest.fixture(scope="module")
def model():
    return new_model(preset("debug"), torch.Generator().manual_seed(0)).eval()


def passes(model, vocabulary=None):
    """Logits of both tasks, over the first tokens of the vocabulary."""
    config = model.config
    generator = torch.Generator().manual_seed(1)
    codes = torch.randint(config.codebook_size, (2, config.image_tokens), generator=generator)
    texts = torch.randint(500, (2, 7), generator=generator)
    clip, face = torch.randn(2, config.clip_width, generator=generator), torch.zeros(2, config.face_width)
    with torch.no_grad():
        about = model.forward_understand(codes, clip, face, texts, torch.tensor([7, 5])).logits_BTV
        drawn = model.forward_generate(texts, torch.tensor([7, 5]), codes, torch.tensor([0.2, 0.9])).logits_BNK
    return about[..., :vocabulary], drawn


def test_pictures_and_known_texts_stay_what_they_were(model):
    known = model.config.text_vocabulary
    grown = grow_vocabulary(model, known + 11, torch.Generator().manual_seed(2)).eval()
    assert grown.config == replace(model.config, text_vocabulary=known + 11)
    for before, after in zip(passes(model), passes(grown, known), strict=True):
        assert torch.equal(before, after)


def test_new_tokens_are_no_likelier_than_the_least_likely_at_rest(model):
    known = model.config.text_vocabulary
    grown = grow_vocabulary(model, known + 3, torch.Generator().manual_seed(2))
    assert torch.equal(grown.head.bias[known : known + 3], model.head.bias[:known].min().expand(3))
    assert torch.equal(grown.head.bias[known + 3 :], model.head.bias[known:])


def test_a_vocabulary_does_not_shrink(model):
    with pytest.raises(ValueError, match="cannot be given"):
        grow_vocabulary(model, model.config.text_vocabulary - 1, torch.Generator())
