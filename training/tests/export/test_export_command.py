"""`export` from the folders of the other commands to a model folder."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from unif2ace_training.__main__ import main
from unif2ace_training.encoders.folder import save_clip, save_face
from unif2ace_training.encoders.settings import TextTowerConfig
from unif2ace_training.encoders.text_tower import ClipPair
from unif2ace_training.export.provenance import flat_figures
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.image_tokenizer.folder import save_image_tokenizer
from unif2ace_training.model.weights import WEIGHTS_FILE, save_config, save_weights

_TEXT_TOWER = TextTowerConfig(vocabulary=300, width=32, num_layers=1, num_heads=2, embedding_width=32)


@pytest.fixture
def trained(tmp_path: Path, debug: TrainedParts) -> dict[str, Path]:
    """Folders as `train`, `tokenizer`, `encoders` and `prepare` leave them, by option."""
    folders = {name: tmp_path / name for name in ("run", "tokenizer", "encoders", "prepared")}
    for folder in folders.values():
        folder.mkdir()
    save_config(folders["run"], debug.model.config)
    save_weights(folders["run"], debug.model.state_dict())
    (folders["run"] / "losses.jsonl").write_text(
        '{"step": 10, "total": 3.0}\n{"step": 20, "validation/masked_token": 2.5}\n{"step": 30, "total": 1.0}\n'
    )
    save_image_tokenizer(folders["tokenizer"], debug.image_tokenizer)
    pair = ClipPair(debug.clip.config, _TEXT_TOWER)
    pair.picture.load_state_dict(debug.clip.state_dict())
    save_clip(folders["encoders"], pair)
    save_face(folders["encoders"], debug.face)
    (folders["prepared"] / "tokenizer.json").write_bytes(debug.text_tokenizer_path.read_bytes())
    (folders["prepared"] / "records-train.jsonl").write_text("{}\n" * 4)
    return folders


def _arguments(trained: dict[str, Path], out: Path, *more: str) -> list[str]:
    options = [word for name, folder in trained.items() for word in (f"--{name}", str(folder))]
    return ["export", *options, "--out", str(out), *more]


def test_writes_a_folder_that_says_where_it_comes_from(
    trained: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    report.write_text('{"captions": {"hat": {"accuracy": 0.75}}, "rows": [1, 2]}')
    out = tmp_path / "models" / "tiny"
    assert main(_arguments(trained, out, "--quality", str(report), "--steps", "4", "--license", "CC0-1.0")) == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["name"] == "tiny"
    assert manifest["license"] == "CC0-1.0"
    assert manifest["precision"] == "fp32"
    assert manifest["defaults"]["num_inference_steps"] == 4
    provenance = manifest["provenance"]
    assert provenance["run"] == "run, 30 steps"
    assert provenance["data"] == "4 records of prepared"
    assert provenance["quality"]["validation/masked_token"] == 2.5
    assert provenance["quality"]["captions.hat.accuracy"] == 0.75
    assert provenance["quality"]["parity_image_same_token_share"] == 1
    assert "parity_image_same_token_share: 1.0" in capsys.readouterr().out


def test_published_encoders_take_the_place_of_those_trained_here(
    trained: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del trained["encoders"]
    layouts = Path(__file__).parents[3] / "test" / "fixtures" / "encoders"
    face = ["--face-detector", str(layouts / "scrfd.onnx"), "--face-encoder", str(layouts / "arcface.onnx")]
    out = tmp_path / "published"
    assert main(_arguments(trained, out, *face, "--clip", str(layouts / "clip_vision.onnx"))) == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["format_version"] == 3
    assert manifest["parameters"]["face_detector"] > 0
    with pytest.raises(SystemExit):
        main(_arguments(trained, out, *face))
    assert "--encoders must be given" in capsys.readouterr().err


def test_replaces_a_model_folder_by_another_precision(trained: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "tiny"
    assert main(_arguments(trained, out)) == 0
    size = (out / "weights.safetensors").stat().st_size
    assert main(_arguments(trained, out, "--precision", "int8")) == 0
    assert json.loads((out / "manifest.json").read_text())["precision"] == "int8"
    assert (out / "weights.safetensors").stat().st_size < 0.6 * size


def test_a_name_that_cannot_be_one_is_refused(
    trained: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_arguments(trained, tmp_path / "My Model")) == 1
    assert "'My Model' cannot name a model" in capsys.readouterr().err


def test_folders_of_different_runs_are_refused_with_what_differs(
    trained: dict[str, Path], debug: TrainedParts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longer = ("embedding.weight", "head.weight", "head.bias")
    weights = {
        name: torch.cat([tensor, tensor[:1]]) if name in longer else tensor
        for name, tensor in debug.model.state_dict().items()
    }
    save_file(weights, trained["run"] / WEIGHTS_FILE)
    config = json.loads((trained["run"] / "model_config.json").read_text())
    (trained["run"] / "model_config.json").write_text(json.dumps(config | {"text_vocabulary": 301}))
    assert main(_arguments(trained, tmp_path / "tiny")) == 1
    assert "--prepared and --run do not belong together: text tokens are 300 there and 301" in capsys.readouterr().err
    assert not (tmp_path / "tiny").exists()


def test_figures_are_named_by_their_path_and_lists_are_left_out() -> None:
    report = {"a": {"b": 1, "c": {"d": "x"}}, "e": [1], "f": None, "g": True, "h": 0.5}
    assert flat_figures(report) == {"a.b": 1, "a.c.d": "x", "h": 0.5}
