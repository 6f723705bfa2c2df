"""The plan against what real tensors of a small model take, and against arithmetic by hand."""

from dataclasses import replace

import pytest
import torch

from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import debug, paper
from unif2ace_training.config.schema import TASKS, Task
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import new_model
from unif2ace_training.trainer.machine import GPU_KINDS, GpuKind, Machine
from unif2ace_training.trainer.pass_cost import PassCost, pass_cost
from unif2ace_training.trainer.plan import activation_bytes, plan_lines, stage_plan, state_bytes
from unif2ace_training.trainer.settings import TrainSettings, train_preset, with_overrides

COSTS: dict[Task, PassCost] = {
    "generate": PassCost(positions=10, flops=1e9, kept_bytes=100, layer_bytes=10),
    "understand": PassCost(positions=20, flops=3e9, kept_bytes=300, layer_bytes=30),
}


def really_kept(model: FaceModel, task: Task, rows: int, text_tokens: int) -> int:
    """Bytes of real tensors that a pass keeps for its gradient, weights apart."""
    config, generator = model.config, torch_generator(0, "test")
    weights = {parameter.data_ptr() for parameter in model.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.untyped_storage().data_ptr() not in weights:
            kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    codes = torch.randint(config.codebook_size, (rows, config.image_tokens), generator=generator)
    text = torch.randint(config.text_vocabulary, (rows, text_tokens), generator=generator)
    lengths = torch.full((rows,), text_tokens)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        if task == "generate":
            model.forward_generate(text, lengths, codes, torch.rand(rows, generator=generator))
        else:
            shown = torch.randn(rows, config.clip_width), torch.randn(rows, config.face_width)
            model.forward_understand(codes, *shown, text, lengths)
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())


@pytest.mark.parametrize("task", TASKS)
def test_a_row_keeps_what_real_tensors_keep(task: Task):
    config = replace(debug(), num_layers=3)
    model = new_model(config, torch_generator(0, "init"))
    real = really_kept(model, task, 2, 24) - really_kept(model, task, 1, 24)
    planned = pass_cost(config, task, 24, torch.float32, activation_checkpointing=False)
    scored = 12 * 16 * 64 if task == "generate" else 8 * 24 * 512
    assert planned.kept_bytes - scored == pytest.approx(real, rel=0.01)
    again = pass_cost(config, task, 24, torch.float32, activation_checkpointing=True)
    assert again.recomputed_bytes < planned.kept_bytes
    assert again.flops == planned.flops


def test_operations_are_two_for_each_weight_that_a_position_meets():
    """At the paper's size: counts of docs/parameters.md, by hand."""
    cost = pass_cost(paper(), "understand", 160, torch.bfloat16, activation_checkpointing=False)
    positions, layers, width = 259 + 160, 24, 2048
    dense = 1_448_760_546 - 119_803_904 - 58_498 * (width + 1)  # without the table, which is looked up, and the head
    routed = layers * 8 * 294_912
    resampled = layers * 257 * (3_948_288 + 3_882_752)  # latents and the vector they attend to
    attention = layers * 2 * positions**2 * width
    head = 160 * 50_295 * width  # texts alone
    assert cost.flops == pytest.approx(2 * (positions * (dense + routed) + resampled + attention + head), rel=0.02)


def test_the_papers_recipe_is_the_papers():
    settings = train_preset("paper")
    first, second = (stage_plan(settings, stage, COSTS) for stage in (1, 2))
    assert (first.steps, first.accumulation * sum(first.rows.values())) == (20_000, 600)
    assert (second.steps, second.accumulation * sum(second.rows.values())) == (40_000, 480)
    optimizer, schedule = settings.optimizer, settings.schedule
    assert (optimizer.name, optimizer.lr, optimizer.weight_decay) == ("adamw", 5e-5, 0.01)
    assert (schedule.name, schedule.warmup_steps) == ("cosine", 5000)


def test_time_and_memory_follow_from_rows_and_machine():
    settings = with_overrides(TrainSettings(), ["batch_size=40", "accumulation=2", "understand_fraction=0.5"])
    stage = stage_plan(settings, 1, COSTS)
    # 20 rows a task in all: forward and twice that backward
    assert stage.flops == 20 * 3 * (1e9 + 3e9)
    assert stage.tokens == 20 * (10 + 20)
    machine = Machine(GpuKind(memory_gib=80, teraflops=100, watts=500), gpus=4, mfu=0.5)
    assert stage.seconds(machine) == pytest.approx(20_000 * stage.flops / (4 * 100e12 * 0.5))
    # 10 rows a task in a part: three of them on the fullest of four GPUs
    assert activation_bytes([stage], COSTS, 4, recomputed=False) == 3 * 300
    assert activation_bytes([stage], COSTS, 4, recomputed=True) == 3 * 330


def test_what_is_split_shrinks_with_the_gpus():
    settings = train_preset("paper")
    one, eight = (state_bytes(paper(), settings, gpus) for gpus in (1, 8))
    assert one["optimizer"] == 2 * one["weights"] == 8 * 1_842_154_818
    for name in ("weights", "averaged weights", "gradients", "optimizer"):
        assert eight[name] == one[name] / 8
    muon = state_bytes(paper(), with_overrides(settings, ["optimizer.name=muon"]), 8)
    assert eight["weights"] < muon["optimizer"] < eight["optimizer"]


def test_the_plan_says_whether_it_fits_and_what_a_deadline_needs():
    text: dict[Task, int] = {"generate": 24, "understand": 24}
    small = Machine(replace(GPU_KINDS["rtx4090-24gb"], memory_gib=0.001), gpus=2, mfu=0.4)
    lines = "\n".join(plan_lines(debug(), train_preset("debug"), small, text, hours=1))
    assert "does NOT fit" in lines
    assert "raise accumulation or set activation_checkpointing=true" in lines
    assert "tokens/s needed" in lines
    big = replace(small, kind=GPU_KINDS["rtx4090-24gb"])
    assert "  fits: " in "\n".join(plan_lines(debug(), train_preset("debug"), big, text))


@pytest.mark.parametrize("wrong", [{"gpus": 0}, {"mfu": 0.0}, {"mfu": 40.0}])
def test_a_machine_that_cannot_be_is_refused(wrong: dict[str, float]):
    with pytest.raises(ValueError, match="--"):
        Machine(**{"kind": GPU_KINDS["a100-80gb"], "gpus": 8, "mfu": 0.4, **wrong})  # pyright: ignore
