import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from unif2ace_training.data.mixture import TaskMixture
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import load_model, save_config, save_weights
from unif2ace_training.trainer.settings import BudgetSettings, ReportSettings, TrainSettings, train_preset
from unif2ace_training.trainer.trainer import Trainer

TRAINING = Path(__file__).parents[2]


def settings(steps: int = 8, **changes: object) -> TrainSettings:
    """A debug run, half of it in stage I."""
    budget = BudgetSettings(stage_1_steps=steps // 2, stage_2_steps=steps - steps // 2)
    report = ReportSettings(validation_rows=8, log_every_steps=2)
    return replace(train_preset("debug"), budget=budget, report=report, **changes)


def decode(code_ids: torch.Tensor) -> np.ndarray:
    """Pictures of 8 x 8 whose gray is the first code."""
    return np.broadcast_to(code_ids[:, :1, None, None].numpy().astype(np.uint8), (len(code_ids), 8, 8, 3)).copy()


@pytest.mark.parametrize("changes", [{}, {"accumulation": 2}])
def test_a_resumed_run_is_the_uninterrupted_one_bit_by_bit(
    prepared: PreparedData, tmp_path: Path, changes: dict[str, object]
):
    uninterrupted = Trainer(settings(**changes), prepared, tmp_path / "whole")
    losses = [uninterrupted.train_step() for _ in range(8)]
    first_half = Trainer(settings(**changes), prepared, tmp_path / "halves")
    for _ in range(5):
        first_half.train_step()
    first_half.save()
    second_half = Trainer(settings(**changes), prepared, tmp_path / "halves")
    assert second_half.step == 5
    assert [second_half.train_step() for _ in range(3)] == losses[5:]
    for model in ("model", "ema.model"):
        left, right = (eval_path(run, model).state_dict() for run in (uninterrupted, second_half))
        assert all(torch.equal(left[name], right[name]) for name in left)


def eval_path(trainer: Trainer, path: str) -> torch.nn.Module:
    return trainer.ema.model if path == "ema.model" else trainer.model


def test_sigterm_saves_and_the_same_command_goes_on(
    prepared: PreparedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole = Trainer(settings(), prepared, tmp_path / "whole")
    assert whole.run()
    trainer = Trainer(settings(), prepared, tmp_path / "stopped")
    train_step = trainer.train_step

    def stopped_in_the_third() -> dict[str, float]:
        if trainer.step == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return train_step()

    monkeypatch.setattr(trainer, "train_step", stopped_in_the_third)
    assert not trainer.run()
    assert trainer.step == 3
    assert Trainer(settings(), prepared, tmp_path / "stopped").run()
    assert (tmp_path / "stopped" / "ema.safetensors").read_bytes() == (
        tmp_path / "whole" / "ema.safetensors"
    ).read_bytes()


def test_a_finished_run_holds_what_evaluation_and_export_read(prepared: PreparedData, tmp_path: Path):
    trainer = Trainer(settings(), prepared, tmp_path, decode)
    assert trainer.run()
    weights = load_file(tmp_path / "ema.safetensors")
    assert all(torch.equal(weights[name], value) for name, value in trainer.ema.model.state_dict().items())
    assert load_model(tmp_path).config == prepared.config
    scalars = [json.loads(line) for line in (tmp_path / "losses.jsonl").read_text().splitlines()]
    assert [line["step"] for line in scalars] == [2, 4, 6, 8, 8]
    assert {"masked_token", "score", "next_token", "gradient_norm", "lr_factor"} <= set(scalars[0])
    assert {"validation/masked_token", "validation/score", "validation/next_token"} <= set(scalars[-1])
    assert (tmp_path / "samples" / "000008.png").exists()
    assert list((tmp_path / "tensorboard").iterdir())


def test_a_run_with_other_settings_is_not_gone_on_with(prepared: PreparedData, tmp_path: Path):
    Trainer(settings(), prepared, tmp_path).save()
    with pytest.raises(ValueError, match="other batch_size, seed; give the same settings"):
        Trainer(settings(seed=1, batch_size=32), prepared, tmp_path)


def test_a_run_may_be_made_longer(prepared: PreparedData, tmp_path: Path):
    Trainer(settings(), prepared, tmp_path).save()
    assert Trainer(settings(steps=20), prepared, tmp_path).step == 0


def test_points_after_the_checkpoint_are_dropped_on_resume(prepared: PreparedData, tmp_path: Path):
    trainer = Trainer(settings(), prepared, tmp_path)
    trainer.run()
    with (tmp_path / "losses.jsonl").open("a") as stream:
        stream.write(json.dumps({"step": 99}) + "\n")
    Trainer(settings(), prepared, tmp_path)
    assert "99" not in [str(json.loads(line)["step"]) for line in (tmp_path / "losses.jsonl").read_text().splitlines()]


def test_the_debug_run_has_the_recorded_losses():
    recorded = json.loads((TRAINING / "tests" / "assets" / "losses" / "debug.json").read_text())
    script = [sys.executable, str(TRAINING / "scripts" / "record_losses.py")]
    now = json.loads(subprocess.run(script, capture_output=True, check=True, text=True, cwd=TRAINING).stdout)
    for name in ("masked_token", "score", "next_token"):
        assert now[name] == pytest.approx(recorded[name], rel=recorded["relative_tolerance"])
        assert now[name][-1] < now[name][0]


def test_a_run_begins_with_the_averaged_weights_of_another(prepared: PreparedData, tmp_path: Path):
    first = Trainer(settings(), prepared, tmp_path / "first")
    first.train_step()
    first.save()
    second = Trainer(settings(init_from=str(tmp_path / "first"), seed=1), prepared, tmp_path / "second")
    averaged = first.ema.model.state_dict()
    assert all(torch.equal(tensor, averaged[name]) for name, tensor in second.model.state_dict().items())
    assert second.step == 0
    second.train_step()
    second.save()
    again = Trainer(settings(init_from=str(tmp_path / "moved away"), seed=1), prepared, tmp_path / "second")
    assert again.step == 1
    trained = second.model.state_dict()
    assert all(torch.equal(tensor, trained[name]) for name, tensor in again.model.state_dict().items())


def test_weights_with_fewer_text_tokens_get_rows_for_the_new_ones(prepared: PreparedData, tmp_path: Path):
    known = prepared.config.text_vocabulary - 5
    fewer = FaceModel(replace(prepared.config, text_vocabulary=known))
    save_config(tmp_path / "fewer", fewer.config)
    save_weights(tmp_path / "fewer", fewer.state_dict())
    begun = Trainer(settings(init_from=str(tmp_path / "fewer")), prepared, tmp_path / "run").model
    assert begun.config == prepared.config
    assert torch.equal(begun.embedding.weight[:known], fewer.embedding.weight[:known])
    assert torch.equal(begun.head.weight[known + 5 :], fewer.head.weight[known:])


def test_weights_of_another_size_cannot_begin_a_run(prepared: PreparedData, tmp_path: Path):
    other = FaceModel(replace(prepared.config, mlp_width=64, routed_width=8))
    save_config(tmp_path / "other", other.config)
    save_weights(tmp_path / "other", other.state_dict())
    with pytest.raises(ValueError, match="another mlp_width, routed_width; .*--tokenizer-file"):
        Trainer(settings(init_from=str(tmp_path / "other")), prepared, tmp_path / "run")


def test_training_what_understands_leaves_pictures_as_they_are(prepared: PreparedData, tmp_path: Path):
    before = Trainer(settings(), prepared, tmp_path / "before")
    for _ in range(4):
        before.train_step()
    before.save()
    save_config(tmp_path / "before", prepared.config)
    optimizer = replace(train_preset("debug").optimizer, weight_decay=0.0)
    changes = {"trained": "understand", "init_from": str(tmp_path / "before"), "optimizer": optimizer}
    talking = Trainer(settings(**changes), prepared, tmp_path / "talking")
    losses = [talking.train_step() for _ in range(4)]
    assert all(loss.keys() >= {"next_token"} and "masked_token" not in loss for loss in losses)
    first, after = load_model(tmp_path / "before"), talking.ema.model
    batch = TaskMixture(
        prepared.train, prepared.pictures, prepared.sequences,
        generate_rows=4, understand_rows=4, cond_drop_prob=0.0, seed=3,
    )  # fmt: skip
    drawn, about = batch.next_generate(0), batch.next_understand(2)
    pictures, noise = drawn.pictures, torch.full((4,), 0.5)
    with torch.no_grad():
        logits = [
            model.forward_generate(drawn.text_ids_BT, drawn.text_lengths_B, pictures.code_ids_BN, noise).logits_BNK
            for model in (first, after)
        ]
        shown = (about.pictures.code_ids_BN, about.pictures.clip_BC, about.pictures.face_BF)
        words = [
            model.forward_understand(*shown, about.text_ids_BT, about.text_lengths_B).logits_BTV
            for model in (first, after)
        ]
    assert torch.equal(*logits)
    assert not torch.allclose(*words)


def test_decay_would_change_pictures(prepared: PreparedData, tmp_path: Path):
    with pytest.raises(ValueError, match="weight_decay=0"):
        Trainer(settings(trained="understand"), prepared, tmp_path)


def test_a_checkpoint_from_before_a_setting_existed_goes_on(prepared: PreparedData, tmp_path: Path):
    trainer = Trainer(settings(), prepared, tmp_path)
    trainer.train_step()
    trainer.save()
    checkpoint = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    del checkpoint["settings"]["mixtures"], checkpoint["settings"]["loss"]["masked_token"]
    torch.save(checkpoint, tmp_path / "checkpoint.pt")
    assert Trainer(settings(), prepared, tmp_path).step == 1
    checkpoint["settings"]["loss"]["alpha"] = 0.5
    torch.save(checkpoint, tmp_path / "checkpoint.pt")
    with pytest.raises(ValueError, match="other loss"):
        Trainer(settings(), prepared, tmp_path)
