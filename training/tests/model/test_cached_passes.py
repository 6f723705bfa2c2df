"""The pieces that the exported graphs compute are the whole sequences that training computes."""

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.model.conftest import GenerateInputs, UnderstandInputs
from unif2ace_training.model.attention import KeyValues
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.routing import Routing

# Sums of the same numbers in another order; logits are of the order of 1.
TOLERANCE = {"rtol": 1e-4, "atol": 2e-5}


def test_prompt_then_unmask_is_the_whole_generation_pass(model: FaceModel, generate_inputs: GenerateInputs):
    text_ids, lengths, codes, noise_levels = generate_inputs
    whole = model.forward_generate(*generate_inputs)
    prefix = model.prompt(text_ids, lengths)
    step = model.unmask(prefix, codes, noise_levels)
    torch.testing.assert_close(step.logits_BNK, whole.logits_BNK, **TOLERANCE)
    assert whole.logits_BNK.std() > 0.05
    assert_counts_add_up(whole.routing, prefix.routing, step.routing)
    assert torch.equal(whole.routing.sequence_chosen_BL4, step.routing.sequence_chosen_BL4)


def test_a_prompt_may_lie_in_a_longer_slot(model: FaceModel, generate_inputs: GenerateInputs):
    text_ids, lengths, codes, noise_levels = generate_inputs
    prefix = model.prompt(text_ids, lengths)
    # What another prompt left behind the real length is never read.
    slots = [KeyValues(*(F.pad(part, (0, 0, 0, 20), value=7.0) for part in layer)) for layer in prefix.key_values]
    in_slots = model.unmask(replace(prefix, key_values=slots), codes, noise_levels).logits_BNK
    torch.testing.assert_close(in_slots, model.unmask(prefix, codes, noise_levels).logits_BNK, **TOLERANCE)


def test_picture_then_language_is_the_whole_understanding_pass(model: FaceModel, understand_inputs: UnderstandInputs):
    codes, clip, face, text_ids, lengths = understand_inputs
    whole = model.forward_understand(*understand_inputs)
    picture = model.picture(codes, clip, face)
    for row in range(3):
        length = int(lengths[row])
        text = model.language(row_of(picture.key_values, row), text_ids[row : row + 1, :length])
        torch.testing.assert_close(text.logits_BTV[0], whole.logits_BTV[row, :length], **TOLERANCE)
        token_counts = picture.routing.token_counts_BLE[row] + text.routing.token_counts_BLE[0]
        assert torch.equal(token_counts, whole.routing.token_counts_BLE[row])
    assert torch.equal(whole.routing.sequence_chosen_BL4, picture.routing.sequence_chosen_BL4)


def test_token_by_token_is_the_whole_understanding_pass(model: FaceModel, understand_inputs: UnderstandInputs):
    codes, clip, face, text_ids, lengths = understand_inputs
    whole = model.forward_understand(*understand_inputs).logits_BTV
    key_values = model.picture(codes, clip, face).key_values
    for position in range(int(lengths.min())):
        step = model.language(key_values, text_ids[:, position : position + 1])
        key_values = step.key_values
        torch.testing.assert_close(step.logits_BTV[:, 0], whole[:, position], **TOLERANCE)
        assert step.routing.sequence_chosen_BL4 is None


def test_a_conversation_goes_on_from_where_the_last_answer_ended(model: FaceModel, understand_inputs: UnderstandInputs):
    codes, clip, face, text_ids, _ = understand_inputs
    picture = model.picture(codes, clip, face)
    in_one = model.language(picture.key_values, text_ids).logits_BTV
    first = model.language(picture.key_values, text_ids[:, :3])
    second = model.language(first.key_values, text_ids[:, 3:]).logits_BTV
    torch.testing.assert_close(torch.cat([first.logits_BTV, second], dim=1), in_one, **TOLERANCE)


def test_forward_is_the_pass_of_its_task(
    model: FaceModel, generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    drawn = model("generate", **generate_inputs._asdict())
    assert torch.equal(drawn.logits_BNK, model.forward_generate(*generate_inputs).logits_BNK)
    said = model("understand", **understand_inputs._asdict())
    assert torch.equal(said.logits_BTV, model.forward_understand(*understand_inputs).logits_BTV)


def test_rows_do_not_depend_on_their_neighbours(
    model: FaceModel, generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    for forward, inputs in (
        (lambda *rows: model.forward_generate(*rows).logits_BNK, generate_inputs),
        (lambda *rows: model.forward_understand(*rows).logits_BTV, understand_inputs),
    ):
        together: Tensor = forward(*inputs)
        alone = torch.cat([forward(*(part[row : row + 1] for part in inputs)) for row in range(3)])
        torch.testing.assert_close(together, alone, **TOLERANCE)


def row_of(key_values: list[KeyValues], row: int) -> list[KeyValues]:
    return [KeyValues(key[row : row + 1], value[row : row + 1]) for key, value in key_values]


def assert_counts_add_up(whole: Routing, *parts: Routing) -> None:
    assert torch.equal(whole.token_counts_BLE, sum(part.token_counts_BLE for part in parts))
    assert torch.equal(whole.tokens_B, sum(part.tokens_B for part in parts))
