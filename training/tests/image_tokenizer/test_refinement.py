from dataclasses import replace
from pathlib import Path

import pytest
import torch

from unif2ace_training.commands.tokenizer import main
from unif2ace_training.config.presets import preset
from unif2ace_training.image_tokenizer.critic import PatchCritic
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer, save_image_tokenizer
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.refinement import DecoderRefiner
from unif2ace_training.image_tokenizer.settings import DecoderRefinement, image_tokenizer_config
from unif2ace_training.image_tokenizer.trainer import as_input
from unif2ace_training.portraits.dataset import PortraitSet

CONFIG = image_tokenizer_config(preset("debug"))
TRAINING = DecoderRefinement(samples=8 * 6, batch_size=8, critic_alone=0.0)


def new_tokenizer() -> ImageTokenizer:
    torch.manual_seed(0)
    return ImageTokenizer(CONFIG).eval().requires_grad_(False)


def refiner(data: PortraitSet, folder: Path, training: DecoderRefinement = TRAINING) -> DecoderRefiner:
    folder.mkdir(exist_ok=True)
    return DecoderRefiner(new_tokenizer(), training, data, folder)


def test_the_decoder_changes_and_no_code_does(data: PortraitSet, tmp_path: Path):
    before, run = new_tokenizer(), refiner(data, tmp_path)
    run.run()
    after, pictures = run.refined, as_input(data.pictures)
    assert torch.equal(after.encode(pictures), before.encode(pictures))
    assert not torch.equal(after.decode(before.encode(pictures)), before.decode(before.encode(pictures)))


def test_it_learns_to_reconstruct_without_a_critic(data: PortraitSet, tmp_path: Path):
    # An untrained decoder has everything to learn, and the critic's part of the loss is switched off.
    training = replace(TRAINING, samples=8 * 40, muon_lr=0.02, adamw_lr=2e-3, adversarial_weight=0, matching_weight=0)
    run = refiner(data, tmp_path, training)
    first = run.train_step()["loss"]
    for _ in range(38):
        last = run.train_step()["loss"]
    assert last < 0.9 * first


def test_the_critic_learns_to_tell_them_apart(data: PortraitSet, tmp_path: Path):
    run = refiner(data, tmp_path, replace(TRAINING, samples=8 * 60, adamw_lr=2e-3, critic_alone=1.0))
    first = run.train_step()["critic"]
    for _ in range(50):
        last = run.train_step()["critic"]
    assert last < 0.8 * first


def test_what_the_critic_says_reaches_the_decoder_and_not_the_other_way(data: PortraitSet, tmp_path: Path):
    # Only the adversarial term differs: the critic's own loss must not, the decoder's weights must.
    silent = refiner(data, tmp_path / "silent", replace(TRAINING, adversarial_weight=0.0))
    spoken = refiner(data, tmp_path / "spoken", replace(TRAINING, adversarial_weight=5.0))
    assert silent.train_step() == spoken.train_step()
    apart = zip(silent.refined.decoder.parameters(), spoken.refined.decoder.parameters(), strict=True)
    assert any(not torch.equal(one, other) for one, other in apart)


def test_a_stopped_refinement_ends_like_one_that_was_not(data: PortraitSet, tmp_path: Path):
    whole = refiner(data, tmp_path / "whole")
    whole.run()
    part = refiner(data, tmp_path / "parts")
    for _ in range(3):
        part.train_step()
    part.save()
    rest = refiner(data, tmp_path / "parts")
    rest.run()
    for name, value in whole.refined.state_dict().items():
        assert torch.equal(value, rest.refined.state_dict()[name]), name


def test_a_critic_judges_each_picture_alone():
    torch.manual_seed(0)
    critic = PatchCritic().eval()
    pictures = torch.randn(3, 3, 32, 32)
    together, alone = critic(pictures)[0], critic(pictures[1:2])[0]
    assert together.shape == (3, 1, 4, 4)
    torch.testing.assert_close(together[1:2], alone)


def test_pictures_of_another_size_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: PortraitSet):
    other = ImageTokenizer(replace(CONFIG, image_size=64, image_grid=8))
    (tmp_path / "other").mkdir()
    save_image_tokenizer(tmp_path / "other", other)
    monkeypatch.setattr("unif2ace_training.commands.tokenizer.load_any_pictures", lambda *_: data)
    line = ["--pictures", str(tmp_path), "--preset", "debug", "--out", str(tmp_path / "out")]
    assert load_image_tokenizer(tmp_path / "other").config.image_size == 64
    with pytest.raises(ValueError, match="64 px"):
        main([*line, "--refine", str(tmp_path / "other")])
