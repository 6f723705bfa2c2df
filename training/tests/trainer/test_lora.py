"""Adapters: silent at first, alone in learning, and the same model when they are merged."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import new_model
from unif2ace_training.model.weights import load_model, save_config, save_weights
from unif2ace_training.trainer.lora import attach_lora, merged_state
from unif2ace_training.trainer.settings import BudgetSettings, LoraSettings, TrainSettings, train_preset
from unif2ace_training.trainer.trainer import Trainer

_LORA = LoraSettings(rank=4, alpha=8.0)


@pytest.fixture
def base(prepared: PreparedData) -> FaceModel:
    return new_model(prepared.config, torch_generator(1, "base")).eval()


def _logits(model: FaceModel, prepared: PreparedData) -> list[Tensor]:
    """Of some training texts, both tasks."""
    pictures = prepared.pictures.gather(torch.arange(4))
    text = torch.tensor([prepared.sequences.question("Who is this?")] * 4)
    lengths = torch.full((4,), text.shape[1])
    with torch.no_grad():
        drawn = model.forward_generate(text, lengths, pictures.code_ids_BN, torch.full((4,), 0.5)).logits_BNK
        told = model.forward_understand(pictures.code_ids_BN, pictures.clip_BC, pictures.face_BF, text, lengths)
    return [drawn, told.logits_BTV]


def test_new_adapters_change_nothing(base: FaceModel, prepared: PreparedData) -> None:
    before, weights = _logits(base, prepared), {name: tensor.clone() for name, tensor in base.state_dict().items()}
    attach_lora(base, _LORA, seed=0)
    for one, other in zip(before, _logits(base, prepared), strict=True):
        assert torch.equal(one, other)
    merged = merged_state(base)
    assert merged.keys() == weights.keys()
    assert all(torch.equal(merged[name], tensor) for name, tensor in weights.items())


@torch.no_grad()
def test_the_merged_model_is_the_base_plus_the_product_and_computes_the_same(
    base: FaceModel, prepared: PreparedData
) -> None:
    weights = {name: tensor.clone() for name, tensor in base.state_dict().items()}
    before = _logits(base, prepared)
    attach_lora(base, _LORA, seed=0)
    adapters = {name: parameter for name, parameter in base.named_parameters() if parameter.requires_grad}
    for name, parameter in adapters.items():
        parameter.normal_(std=0.1, generator=torch_generator(2, name))
    merged = FaceModel(prepared.config).eval()
    merged.load_state_dict(merged_state(base))
    for one, other, old in zip(_logits(merged, prepared), _logits(base, prepared), before, strict=True):
        assert torch.equal(one, other)
        assert not torch.allclose(one, old, atol=1e-2)
    changed = set()
    for name, tensor in merged.state_dict().items():
        adapter = name.removesuffix(".weight") + ".parametrizations.weight.0"
        if f"{adapter}.up" in adapters:
            product = adapters[f"{adapter}.up"] @ adapters[f"{adapter}.down"]
            torch.testing.assert_close(tensor, weights[name] + 8 / 4 * product)
            changed.add(name.removeprefix("layers.0."))
        else:
            assert torch.equal(tensor, weights[name]), name
    routed = {f"moe.groups.{task}.experts.{part}.weight" for task in ("generate", "understand")
              for part in ("gate_up", "down")}  # fmt: skip
    dense = {"attention.qkv.weight", "attention.out.weight", "moe.shared.up.weight", "moe.shared.down.weight"}
    assert {name for name in changed if not name.startswith("layers.")} == routed | dense | {"head.weight"}


def _settings(folder: Path, lora: LoraSettings, **changes: object) -> TrainSettings:
    budget = BudgetSettings(stage_1_steps=0, stage_2_steps=6)
    return replace(train_preset("debug"), budget=budget, init_from=str(folder), lora=lora, **changes)


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_run_changes_adapters_only_goes_on_bit_by_bit_and_saves_them_merged(
    base: FaceModel, prepared: PreparedData, tmp_path: Path, optimizer: str
) -> None:
    save_config(tmp_path / "base", prepared.config)
    save_weights(tmp_path / "base", base.state_dict())
    changes = {"optimizer": replace(train_preset("debug").optimizer, name=optimizer, lr=1e-2)}
    settings = _settings(tmp_path / "base", _LORA, **changes)
    whole = Trainer(settings, prepared, tmp_path / "whole")
    losses = [whole.train_step() for _ in range(6)]
    half = Trainer(settings, prepared, tmp_path / "run")
    for _ in range(3):
        half.train_step()
    half.save()
    rest = Trainer(settings, prepared, tmp_path / "run")
    assert [rest.train_step() for _ in range(3)] == losses[3:]
    rest.save()
    saved, before = load_model(tmp_path / "run"), base.state_dict()
    for name, tensor in saved.state_dict().items():
        is_adapted = f"{name.removesuffix('.weight')}.parametrizations.weight.0.up" in dict(
            whole.model.named_parameters()
        )
        assert torch.equal(tensor, before[name]) != is_adapted, name
    for one, other in zip(_logits(saved, prepared), _logits(rest.ema.model, prepared), strict=True):
        assert torch.equal(one, other)


def test_rank_and_alpha_are_part_of_the_run(base: FaceModel, prepared: PreparedData, tmp_path: Path) -> None:
    save_config(tmp_path / "base", prepared.config)
    save_weights(tmp_path / "base", base.state_dict())
    sizes, weights = {}, {}
    for name, lora in {
        "4": _LORA,
        "8": LoraSettings(rank=8),
        "none": LoraSettings(),
        "weak": LoraSettings(rank=4, alpha=1),
    }.items():
        run = Trainer(_settings(tmp_path / "base", lora), prepared, tmp_path / name)
        run.train_step()
        sizes[name] = sum(parameter.numel() for parameter in run.model.parameters() if parameter.requires_grad)
        weights[name] = merged_state(run.model)["head.weight"]
    assert sizes["8"] == 2 * sizes["4"] < sizes["none"] / 2
    assert not torch.equal(weights["weak"], weights["4"])
    Trainer(_settings(tmp_path / "base", _LORA), prepared, tmp_path / "4").save()
    with pytest.raises(ValueError, match="other lora; give the same settings"):
        Trainer(_settings(tmp_path / "base", LoraSettings(rank=8)), prepared, tmp_path / "4")
    with pytest.raises(ValueError, match="lora.rank is -1"):
        LoraSettings(rank=-1)
