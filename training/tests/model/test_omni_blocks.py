"""FlexAttention's blocks are the table: pair by pair, and in what the model computes."""

import pytest
import torch

from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import debug
from unif2ace_training.model import omni_blocks, omni_mask
from unif2ace_training.model.init import new_model
from unif2ace_training.trainer.settings import train_preset, with_overrides


@pytest.mark.parametrize(("lengths", "capacity", "block"), [([3, 7, 1], 7, 18), ([130, 4], 130, 20)])
def test_a_drawn_picture_s_blocks_are_its_table(lengths: list[int], capacity: int, block: int):
    given = (torch.tensor(lengths), capacity, block)
    assert torch.equal(pairs(omni_blocks.generate_mask(*given), len(lengths)), omni_mask.generate_mask(*given))


@pytest.mark.parametrize(("prefix", "capacity"), [(19, 40), (130, 9)])
def test_a_described_picture_s_blocks_are_its_table(prefix: int, capacity: int):
    given = (prefix, capacity, torch.device("cpu"))
    assert torch.equal(pairs(omni_blocks.understand_mask(*given), 1), omni_mask.understand_mask(*given))


def pairs(mask: omni_blocks.BlockMask, rows: int) -> torch.Tensor:
    """Asks for every pair of positions whether it may look."""
    queries, keys = mask.seq_lengths
    at = [torch.arange(size) for size in (rows, 1, queries, keys)]
    grid = torch.meshgrid(*at, indexing="ij")
    return mask.mask_mod(*grid)


@torch.no_grad()
def test_the_model_computes_the_same_by_blocks():
    model = new_model(debug(), torch_generator(0, "init")).eval()
    config, generator = model.config, torch_generator(1, "test")
    codes = torch.randint(config.codebook_size, (3, config.image_tokens), generator=generator)
    text = torch.randint(config.text_vocabulary, (3, 30), generator=generator)
    lengths, noise = torch.tensor([5, 30, 17]), torch.tensor([0.1, 0.5, 0.9])
    shown = (torch.randn(3, config.clip_width, generator=generator), torch.randn(3, config.face_width))
    outputs = []
    for kind in ("dense", "flex"):
        model.attention = kind
        drawn = model.forward_generate(text, lengths, codes, noise).logits_BNK
        outputs.append((drawn, model.forward_understand(codes, *shown, text, lengths).logits_BTV))
    for dense, flex in zip(*outputs, strict=True):
        torch.testing.assert_close(flex, dense, rtol=1e-4, atol=1e-5)


def test_blocks_are_refused_where_they_have_no_gradient():
    with pytest.raises(ValueError, match="attention=flex has no gradient on a CPU"):
        with_overrides(train_preset("debug"), ["attention=flex"])
