from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from unif2ace_training.common.artifacts import write_json
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import CONFIG_FILE, WEIGHTS_FILE, load_model, save_config, save_weights


@pytest.fixture
def saved(model: FaceModel, config: ModelConfig, tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    save_config(folder, config)
    save_weights(folder, model.state_dict())
    return folder


def test_a_model_comes_back_as_it_was_saved(model: FaceModel, saved: Path):
    loaded = load_model(saved)
    assert loaded.config == model.config
    assert not loaded.training
    original = model.state_dict()
    assert all(torch.equal(tensor, original[name]) for name, tensor in loaded.state_dict().items())


def test_saving_again_replaces_whole_files_and_leaves_nothing_behind(fresh_model: Callable[[], FaceModel], saved: Path):
    fresh = fresh_model()
    save_weights(saved, fresh.state_dict())
    assert torch.equal(load_model(saved).head.weight, fresh.head.weight)
    assert sorted(path.name for path in saved.iterdir()) == [WEIGHTS_FILE, CONFIG_FILE]


def test_a_folder_without_a_config_is_named(tmp_path: Path):
    with pytest.raises(ValueError, match=r"model_config\.json does not exist; run the command that writes"):
        load_model(tmp_path)


def test_a_run_that_has_not_saved_yet_is_named(saved: Path):
    (saved / WEIGHTS_FILE).unlink()
    with pytest.raises(ValueError, match=r"ema\.safetensors does not exist; `train --out .* writes it"):
        load_model(saved)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"num_layers": 3}, r"it has no layers\.2\.norm\.weight$"),
        ({"num_layers": 1}, r"the config has no place for its layers\.1\.attention\.k_norm\.bias$"),
        ({"routed_width": 8}, r"experts\.gate_up\.weight is \[256, 64\] where the config says \[128, 64\]$"),
    ],
)
def test_weights_of_another_size_are_refused_by_the_first_difference(
    saved: Path, config: ModelConfig, change: dict[str, int], difference: str
):
    save_config(saved, replace(config, **change))
    with pytest.raises(ValueError, match=r"ema\.safetensors does not fit .*model_config\.json: .*" + difference):
        load_model(saved)


def test_a_cut_off_file_is_refused(saved: Path):
    weights = saved / WEIGHTS_FILE
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"ema\.safetensors is damaged .*; let the run save its checkpoint again"):
        load_model(saved)


def test_a_config_of_another_version_is_refused(saved: Path, config: ModelConfig):
    write_json(saved / CONFIG_FILE, {**config.to_dict(), "num_wings": 2})
    with pytest.raises(ValueError, match="unknown fields num_wings"):
        load_model(saved)
