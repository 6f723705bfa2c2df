"""Copy, zero, noise, CLIP and face experts over a picture's features (UniF2ace section 3.2, appendix B)."""

# B rows, N picture positions, D width

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.model.conftest import GenerateInputs, UnderstandInputs
from unif2ace_training.config.schema import SEQUENCE_EXPERTS, TASKS, ModelConfig, Task
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.noise_embedding import embed_noise_level
from unif2ace_training.model.sequence_moe import SequenceCondition, SequenceMoE

ROWS = 12


@pytest.fixture
def make(config: ModelConfig) -> Callable[[Task], SequenceMoE]:
    def make_moe(task: Task) -> SequenceMoE:
        generator = torch.Generator().manual_seed(0)
        moe = SequenceMoE(config, task)
        with torch.no_grad():
            for parameter in moe.parameters():
                parameter.normal_(std=0.2, generator=generator)
            moe.gate.weight.normal_(std=2.0, generator=generator)
        return moe

    return make_moe


@pytest.fixture
def x_BND(config: ModelConfig) -> Tensor:
    return torch.randn(ROWS, config.image_tokens, config.width, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def conditions(config: ModelConfig) -> dict[Task, SequenceCondition]:
    generator = torch.Generator().manual_seed(2)
    clip, face = (torch.randn(ROWS, width, generator=generator) for width in (config.clip_width, config.face_width))
    return {
        "generate": SequenceCondition(noise_level_B=torch.linspace(0, 1, ROWS)),
        "understand": SequenceCondition(clip_BC=clip, face_BF=face),
    }


def expert_output(moe: SequenceMoE, kind: str, x_ND: Tensor, condition: SequenceCondition, row: int) -> Tensor:
    """What one expert makes of one picture, by its definition."""
    if kind == "copy":
        return x_ND
    if kind == "zero":
        return torch.zeros_like(x_ND)
    if kind == "noise":
        assert condition.noise_level_B is not None
        vector = embed_noise_level(condition.noise_level_B, moe.noise_width)
    else:
        vector = condition.clip_BC if kind == "clip" else condition.face_BF
    assert vector is not None
    return x_ND + moe.resamplers[kind](vector[row : row + 1])[0]


@pytest.mark.parametrize("task", TASKS)
def test_it_is_the_direct_formula_picture_by_picture(
    make: Callable[[Task], SequenceMoE], x_BND: Tensor, conditions: dict[Task, SequenceCondition], task: Task
):
    moe, kinds = make(task), SEQUENCE_EXPERTS[task]
    output, routing = moe(x_BND, conditions[task])
    seen: set[int] = set()
    for row in range(ROWS):
        gates = F.linear(x_BND[row].mean(dim=0), moe.gate.weight, moe.gate.bias).softmax(dim=-1)
        torch.testing.assert_close(routing.probabilities_B4[row], gates)
        best = gates.topk(2).indices.tolist()
        share = gates[best] / gates[best].sum()
        terms = [expert_output(moe, kinds[expert], x_BND[row], conditions[task], row) for expert in best]
        expected = share[0] * terms[0] + share[1] * terms[1]
        torch.testing.assert_close(output[row], expected, rtol=1e-4, atol=1e-4)
        assert routing.chosen_B4[row].nonzero()[:, 0].tolist() == sorted(best)
        seen |= set(best)
    assert seen == {0, 1, 2, 3}, "these inputs must use every expert, or this test shows less than it says"


def test_the_experts_of_each_group_are_the_papers():
    assert SEQUENCE_EXPERTS["generate"] == ("copy", "copy", "zero", "noise")
    assert SEQUENCE_EXPERTS["understand"] == ("copy", "copy", "clip", "face")


@pytest.mark.parametrize("task", TASKS)
def test_at_the_start_pictures_pass_through_unchanged(
    make: Callable[[Task], SequenceMoE], x_BND: Tensor, conditions: dict[Task, SequenceCondition], task: Task
):
    moe = make(task)
    moe.start_as_copy()
    output, routing = moe(x_BND, conditions[task])
    assert torch.equal(output, x_BND)
    assert routing.chosen_B4.tolist() == [[True, True, False, False]] * ROWS
    # An expert that comes into use later begins as a copy as well.
    for kind, resampler in moe.resamplers.items():
        assert not resampler(moe._vector(kind, conditions[task])).any()


def test_the_other_experts_come_into_reach_of_the_balance_loss(
    make: Callable[[Task], SequenceMoE], x_BND: Tensor, conditions: dict[Task, SequenceCondition]
):
    """From the start the balance term's gradient lowers the copies and raises the others."""
    moe = make("generate")
    moe.start_as_copy()
    _, routing = moe(x_BND, conditions["generate"])
    frequency = routing.chosen_B4.float().mean(dim=0) * 2
    (frequency * routing.probabilities_B4.mean(dim=0)).sum().backward()
    assert moe.gate.bias.grad is not None
    assert (moe.gate.bias.grad[:2] > 0).all()
    assert (moe.gate.bias.grad[2:] < 0).all()


def test_only_code_positions_pass_through_them(
    busy_model: Callable[[], FaceModel],
    config: ModelConfig,
    generate_inputs: GenerateInputs,
    understand_inputs: UnderstandInputs,
):
    """Their inputs are the N codes: text, `<|soi|>` and `<|eoi|>` stay outside."""
    model, widths = busy_model(), []
    for layer in model.layers:
        for task in TASKS:
            layer.sequence_moe[task].register_forward_hook(lambda _, inputs, __: widths.append(inputs[0].shape[1]))
    model.forward_generate(*generate_inputs)
    model.forward_understand(*understand_inputs)
    assert widths == [config.image_tokens] * 2 * config.num_layers


def test_zeroing_one_layer_changes_the_codes_rows_of_that_layer_and_no_others(
    busy_model: Callable[[], FaceModel], config: ModelConfig, generate_inputs: GenerateInputs
):
    model, outputs = busy_model(), []
    layer = model.layers[0]
    layer.register_forward_hook(lambda _, __, output: outputs.append(output.x_BSD))
    model.forward_generate(*generate_inputs)
    with torch.no_grad():
        gate = layer.sequence_moe["generate"].gate
        gate.weight.zero_()
        gate.bias.copy_(torch.tensor([1.0, 0.0, 2.0, -5.0]))  # a copy and the zero expert, for every picture
    model.forward_generate(*generate_inputs)
    changed = (outputs[0] != outputs[1]).any(dim=-1)
    first_code = generate_inputs.text_ids_BT.shape[1] + 1
    expected = torch.zeros_like(changed)
    expected[:, first_code : first_code + config.image_tokens] = True
    assert torch.equal(changed, expected)


def test_a_picture_without_a_face_has_a_defined_result(model: FaceModel, understand_inputs: UnderstandInputs):
    no_faces = understand_inputs._replace(face_BF=torch.zeros_like(understand_inputs.face_BF))
    assert model.forward_understand(*no_faces).logits_BTV.isfinite().all()
