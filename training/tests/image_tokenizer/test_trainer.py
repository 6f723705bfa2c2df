from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from unif2ace_training.common.schedule import schedule
from unif2ace_training.config.presets import preset
from unif2ace_training.image_tokenizer.folder import (
    load_image_tokenizer,
    save_image_tokenizer,
    write_codes,
    write_report,
)
from unif2ace_training.image_tokenizer.settings import ImageTokenizerTraining, image_tokenizer_config
from unif2ace_training.image_tokenizer.trainer import ImageTokenizerTrainer, feature_weights
from unif2ace_training.portraits.dataset import PortraitSet

CONFIG = image_tokenizer_config(preset("debug"))


def test_it_learns(data: PortraitSet, tmp_path: Path):
    trainer = ImageTokenizerTrainer(CONFIG, ImageTokenizerTraining(samples=8 * 40, batch_size=8), data, tmp_path)
    first = trainer.train_step()["loss"]
    trainer.run()
    assert trainer.train_step()["loss"] < 0.7 * first


def test_a_stopped_run_ends_like_one_that_was_not(data: PortraitSet, tmp_path: Path):
    training = ImageTokenizerTraining(samples=8 * 6, batch_size=8)
    whole = ImageTokenizerTrainer(CONFIG, training, data, tmp_path / "whole")
    (tmp_path / "whole").mkdir()
    whole.run()
    (tmp_path / "parts").mkdir()
    part = ImageTokenizerTrainer(CONFIG, training, data, tmp_path / "parts")
    for _ in range(3):
        part.train_step()
    part.save()
    rest = ImageTokenizerTrainer(CONFIG, training, data, tmp_path / "parts")
    assert rest.step == 3
    rest.run()
    for (name, one), other in zip(
        whole.ema.model.state_dict().items(), rest.ema.model.state_dict().values(), strict=True
    ):
        assert torch.equal(one, other), name


def test_other_settings_do_not_go_on(data: PortraitSet, tmp_path: Path):
    training = ImageTokenizerTraining(samples=16, batch_size=8)
    ImageTokenizerTrainer(CONFIG, training, data, tmp_path).save()
    with pytest.raises(ValueError, match="other settings"):
        ImageTokenizerTrainer(CONFIG, replace(training, seed=1), data, tmp_path)


def test_the_folder_holds_codes_of_both_sides_and_a_report(data: PortraitSet, tmp_path: Path):
    trainer = ImageTokenizerTrainer(CONFIG, ImageTokenizerTraining(samples=16, batch_size=8), data, tmp_path)
    save_image_tokenizer(tmp_path, trainer.model)
    model = load_image_tokenizer(tmp_path)
    codes = write_codes(tmp_path, model, data)
    report = write_report(tmp_path, model, data, codes)
    assert codes.shape == (24, 2, 16)
    assert report["held_out_pictures"] == 2  # persons 0 and 20
    with np.load(tmp_path / "codes.npz") as saved:
        assert list(saved["keys"]) == data.keys
        np.testing.assert_array_equal(saved["codes"], codes)


def test_features_weigh_more_and_the_mean_stays_1():
    weights = feature_weights(((0.25, 0.25, 0.5, 0.5),), 8, 4.0)
    assert weights.mean() == pytest.approx(1)
    assert weights[2, 2] == pytest.approx(4 * weights[0, 0])


def test_the_schedule_rises_and_falls():
    values = [schedule(step, 100, 0.1) for step in range(100)]
    assert values[0] == pytest.approx(0.1)
    assert max(values) == 1
    assert values[-1] < 0.001
