"""Causal over text, full among the codes of one picture, padding never seen (Show-o, section 3.2)."""

# B rows, T text positions, S positions of a whole sequence, D width

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.model.conftest import GenerateInputs, UnderstandInputs
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.attention import Attention, KeyValues
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.omni_mask import generate_mask, understand_mask

TOLERANCE = {"rtol": 1e-4, "atol": 2e-5}


@contextmanager
def captured_key_values(model: FaceModel) -> Iterator[list[KeyValues]]:
    """Keys and values of every layer of the passes inside, in order."""
    captured: list[KeyValues] = []

    def capture(_: nn.Module, __: object, output: tuple[Tensor, KeyValues]) -> None:
        captured.append(output[1])

    handles = [module.register_forward_hook(capture) for module in model.modules() if isinstance(module, Attention)]
    try:
        yield captured
    finally:
        for handle in handles:
            handle.remove()


def drawn(text: str) -> list[list[bool]]:
    """A mask from a drawing: x may be looked at, . may not."""
    return [[cell == "x" for cell in line.split()[-1]] for line in text.strip().splitlines()]


def test_the_mask_of_generation():
    """A text of two, padded to three, then `[soi] code code [eoi]`; a padding row is looked at by nobody."""
    mask = generate_mask(torch.tensor([2]), text_capacity=3, block_length=4)
    assert mask.shape == (1, 1, 7, 7)
    assert mask[0, 0].tolist() == drawn("""
        t2i x......
        sot xx.....
        pad xxx....
        soi xx.xxxx
        c_0 xx.xxxx
        c_1 xx.xxxx
        eoi xx.xxxx
    """)


def test_the_mask_of_understanding():
    """`[mmu] [soi] code [eoi]` then three text tokens."""
    mask = understand_mask(4, text_capacity=3, device=torch.device("cpu"))
    assert mask[0, 0].tolist() == drawn("""
        mmu x......
        soi xxxx...
        c_0 xxxx...
        eoi xxxx...
        sot xxxxx..
        w_1 xxxxxx.
        w_2 xxxxxxx
    """)


def test_text_never_sees_the_picture_that_is_being_drawn(
    model: FaceModel, config: ModelConfig, generate_inputs: GenerateInputs
):
    """Keys and values of the text are the same bits for any picture, any noise level, at every step."""
    steps = [
        generate_inputs,
        generate_inputs._replace(noise_level_B=torch.tensor([0.9, 0.1, 0.4])),
        generate_inputs._replace(code_ids_BN=torch.full_like(generate_inputs.code_ids_BN, config.mask_code)),
        generate_inputs._replace(code_ids_BN=generate_inputs.code_ids_BN.flip(1) // 2),
    ]
    with captured_key_values(model) as captured:
        for inputs in steps:
            model.forward_generate(*inputs)
    text_capacity, layers = generate_inputs.text_ids_BT.shape[1], config.num_layers
    for step in range(1, len(steps)):
        for layer in range(layers):
            first, other = captured[layer], captured[step * layers + layer]
            for before, now in zip(first, other, strict=True):
                assert torch.equal(before[:, :, :text_capacity], now[:, :, :text_capacity])
    first, other = captured[layers - 1], captured[-1]
    assert not torch.allclose(first.value[:, :, text_capacity:], other.value[:, :, text_capacity:])


def test_the_prompt_pass_has_the_keys_and_values_of_the_whole_pass(
    model: FaceModel, config: ModelConfig, generate_inputs: GenerateInputs
):
    with captured_key_values(model) as captured:
        model.forward_generate(*generate_inputs)
    prefix = model.prompt(generate_inputs.text_ids_BT, generate_inputs.text_lengths_B)
    for whole, cached in zip(captured, prefix.key_values, strict=True):
        for row, length in enumerate(generate_inputs.text_lengths_B.tolist()):
            for before, now in zip(whole, cached, strict=True):
                torch.testing.assert_close(before[row, :, :length], now[row, :, :length], **TOLERANCE)
    assert len(captured) == config.num_layers


def test_a_pictures_keys_and_values_serve_every_question(
    model: FaceModel, config: ModelConfig, understand_inputs: UnderstandInputs
):
    """The same bits whatever is asked, and those of the pass over the picture alone."""
    other = understand_inputs._replace(text_ids_BT=understand_inputs.text_ids_BT.flip(1))
    first, second = model.forward_understand(*understand_inputs), model.forward_understand(*other)
    picture = model.picture(*understand_inputs[:3])
    length = config.picture_prefix_length
    for one, two, alone in zip(first.key_values, second.key_values, picture.key_values, strict=True):
        for before, now, cached in zip(one, two, alone, strict=True):
            assert torch.equal(before[:, :, :length], now[:, :, :length])
            torch.testing.assert_close(before[:, :, :length], cached, **TOLERANCE)


def test_text_is_causal_and_sees_the_picture(model: FaceModel, understand_inputs: UnderstandInputs):
    logits = model.forward_understand(*understand_inputs).logits_BTV
    later = understand_inputs.text_ids_BT.clone()
    later[:, 4] = (later[:, 4] + 1) % 512
    after_change = model.forward_understand(*understand_inputs._replace(text_ids_BT=later)).logits_BTV
    assert torch.equal(logits[:, :4], after_change[:, :4])
    assert not torch.allclose(logits[:, 4], after_change[:, 4])
    another_picture = understand_inputs._replace(code_ids_BN=understand_inputs.code_ids_BN.flip(0))
    about_another = model.forward_understand(*another_picture).logits_BTV
    assert not torch.allclose(logits[0, 0], about_another[0, 0], atol=1e-3)


@pytest.mark.parametrize("changed", [0, 7, 15])
def test_every_code_sees_every_other(model: FaceModel, generate_inputs: GenerateInputs, changed: int):
    codes = generate_inputs.code_ids_BN.clone()
    codes[:, changed] = (codes[:, changed] + 1) % 64
    before = model.forward_generate(*generate_inputs).logits_BNK
    after = model.forward_generate(*generate_inputs._replace(code_ids_BN=codes)).logits_BNK
    assert ((before - after).abs().amax(dim=-1) > 1e-5).all()


@pytest.mark.parametrize("more", [1, 30])
def test_padding_changes_nothing(
    model: FaceModel,
    config: ModelConfig,
    generate_inputs: GenerateInputs,
    understand_inputs: UnderstandInputs,
    more: int,
):
    pad = config.special_id("<|pad|>")
    longer = generate_inputs._replace(text_ids_BT=F.pad(generate_inputs.text_ids_BT, (0, more), value=pad))
    short, long = model.forward_generate(*generate_inputs), model.forward_generate(*longer)
    torch.testing.assert_close(short.logits_BNK, long.logits_BNK, **TOLERANCE)
    assert torch.equal(short.routing.token_counts_BLE, long.routing.token_counts_BLE)
    torch.testing.assert_close(short.routing.token_probability_sums_BLE, long.routing.token_probability_sums_BLE)
    longer = understand_inputs._replace(text_ids_BT=F.pad(understand_inputs.text_ids_BT, (0, more), value=pad))
    short, long = model.forward_understand(*understand_inputs), model.forward_understand(*longer)
    torch.testing.assert_close(short.logits_BTV, long.logits_BTV[:, :-more], **TOLERANCE)
    assert torch.equal(short.routing.token_counts_BLE, long.routing.token_counts_BLE)


def test_what_padding_holds_does_not_matter(model: FaceModel, generate_inputs: GenerateInputs):
    is_padding = torch.arange(9) >= generate_inputs.text_lengths_B[:, None]
    other = generate_inputs._replace(text_ids_BT=generate_inputs.text_ids_BT.masked_fill(is_padding, 77))
    assert torch.equal(model.forward_generate(*generate_inputs).logits_BNK, model.forward_generate(*other).logits_BNK)


def test_positions_count_real_tokens(
    busy_model: Callable[[], FaceModel], config: ModelConfig, generate_inputs: GenerateInputs
):
    """A padded row is rotated as the same text alone: its picture starts right after its last real token."""
    model, seen = busy_model(), []
    rotary_of = model._rotary

    def watched(positions: Tensor):
        seen.append(positions)
        return rotary_of(positions)

    model._rotary = watched
    model.forward_generate(*generate_inputs)
    text_capacity = generate_inputs.text_ids_BT.shape[1]
    for row, length in enumerate(generate_inputs.text_lengths_B.tolist()):
        block = range(length, length + config.image_block_length)
        assert seen[0][row].tolist() == [*range(text_capacity), *block]
