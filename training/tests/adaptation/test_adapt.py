"""`train --init MODEL --data FOLDER` and `export --base MODEL`: the debug model learns what somebody says."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from unif2ace_training.__main__ import main
from unif2ace_training.adaptation.base_folder import BaseFolder
from unif2ace_training.data.records import read_records
from unif2ace_training.data.sequences import Sequences, load_tokenizer
from unif2ace_training.export.debug_parts import debug_parts, write_debug_folder
from unif2ace_training.export.folder_sessions import DecodeSlots, FolderSessions
from unif2ace_training.export.manifest import read_manifest
from unif2ace_training.export.read_folder import read_folder
from unif2ace_training.model.weights import load_model

_ASSETS = Path(__file__).parents[1] / "assets"
_CAPTION = "gray background, blond hair"
_PICTURES, _STEPS = 10, 30
_FAST = ["--stage-2-steps", str(_STEPS), "--set", "optimizer.lr=0.005", "--set", "report.log_every_steps=1"]


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The debug model as a folder, by precision."""
    root, parts = tmp_path_factory.mktemp("bases"), debug_parts(_ASSETS / "tiny" / "prepared")
    for precision in ("fp32", "int8"):
        write_debug_folder(root / precision, parts, precision)
    return {precision: root / precision for precision in ("fp32", "int8")}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten portraits, each with the same caption."""
    folder = tmp_path_factory.mktemp("own")
    with tarfile.open(_ASSETS / "portraits" / "portraits-00000.tar") as archive:
        members = [member for member in archive if member.name.endswith(".jpg")][:_PICTURES]
        for member in members:
            content = archive.extractfile(member)
            assert content is not None
            (folder / member.name).write_bytes(content.read())
            (folder / member.name).with_suffix(".txt").write_text(_CAPTION)
    return folder


def _train(base: Path, own: Path, out: Path, *more: str) -> list[dict[str, float]]:
    assert main(["train", "--init", str(base), "--data", str(own), "--out", str(out), *_FAST, *more]) == 0
    return [json.loads(line) for line in (out / "losses.jsonl").read_text().splitlines()]


def _export(base: Path, run: Path, out: Path, *more: str) -> Path:
    assert main(["export", "--run", str(run), "--base", str(base), "--out", str(out), *more]) == 0
    return out


def _caption(folder: Path, picture: Path) -> str:
    """What the folder's graphs answer to the caption question, greedily, as the server runs them."""
    base, sessions = BaseFolder(folder), FolderSessions(folder)
    encoded = base.encode([base.opened(picture.read_bytes())])
    inputs = {
        "code_ids": encoded.codes_nN.astype(np.int64),
        "clip": encoded.clip_nC.astype(np.float32),
        "face": encoded.face_nF.astype(np.float32),
    }
    sequences = Sequences(load_tokenizer(folder), base.config)
    slots = DecodeSlots(sessions, sessions.run("picture", inputs), base.config.slot_capacity)
    ids, answer = sequences.question(base.caption_question), []
    while len(answer) < 12:
        token = int(slots.append(np.array([ids]))["logits"][0, -1].argmax())
        if token == sequences.end_of_text:
            break
        ids = [token]
        answer.append(token)
    return sequences.decode(answer)


@pytest.mark.parametrize(
    ("how", "precision"), [(["--lora", "8"], "fp32"), (["--full-weights"], "fp32"), (["--lora", "8"], "int8")]
)
def test_an_adapted_model_says_the_caption_that_its_base_does_not(
    bases: dict[str, Path], own: Path, tmp_path: Path, how: list[str], precision: str
) -> None:
    base, picture = bases[precision], sorted(own.glob("*.jpg"))[0]
    losses = _train(base, own, tmp_path / "run", *how)
    assert losses[-1]["validation/next_token"] < 0.2 < 2 < losses[0]["next_token"]
    adapted = _export(base, tmp_path / "run", tmp_path / "mine")
    assert _caption(base, picture) != _CAPTION
    assert _caption(adapted, picture) == _CAPTION
    before, after = read_manifest(base), read_manifest(adapted)
    assert after["precision"] == precision
    assert after["name"] == "mine"
    assert after["provenance"]["run"] == f"run, {_STEPS} steps"
    assert after["provenance"]["data"] == f"9 records of data; begun with {precision}: none: random weights"
    lent = ("picture_encoder.onnx", "picture_decoder.onnx", "clip.onnx", "face.onnx", "tokenizer.json")
    assert all(after["files"][file] == before["files"][file] for file in lent)
    assert after["files"]["weights.safetensors"] != before["files"]["weights.safetensors"]
    assert after.keys() == before.keys()
    assert after["files"].keys() == before["files"].keys()
    assert after["graphs"] == before["graphs"]


def test_a_run_that_learns_nothing_stays_the_base(bases: dict[str, Path], own: Path, tmp_path: Path) -> None:
    losses = _train(bases["fp32"], own, tmp_path / "run", "--set", "optimizer.lr=0")
    assert losses[-1]["validation/next_token"] > 2
    saved, read = load_model(tmp_path / "run").state_dict(), read_folder(bases["fp32"]).state_dict()
    assert all(torch.equal(saved[name], tensor) for name, tensor in read.items())
    same = _export(bases["fp32"], tmp_path / "run", tmp_path / "same", "--precision", "int8")
    files = read_manifest(same)["files"]
    assert files["weights.safetensors"] == read_manifest(bases["int8"])["files"]["weights.safetensors"]


def test_pictures_are_turned_upright_laid_on_white_and_cut_square(bases: dict[str, Path], tmp_path: Path) -> None:
    base = BaseFolder(bases["fp32"])
    wide = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    wide.paste((255, 0, 0, 255), (100, 0, 150, 100))
    path = tmp_path / "wide.png"
    turned = wide.getexif()
    turned[0x0112] = 3  # upside down
    wide.save(path, exif=turned)
    square = base.opened(path.read_bytes()).square
    assert square.size == (base.config.image_size, base.config.image_size)
    transparent, red = (np.array(square.getpixel((x, 2))) for x in (2, square.width - 3))
    assert np.abs(transparent - 255).max() < 3
    assert np.abs(red - (255, 0, 0)).max() < 3
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        base.opened(b"no picture")


def test_a_run_keeps_to_its_pictures_and_its_base(
    bases: dict[str, Path], own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["train", "--init", str(bases["fp32"]), "--data", str(own), "--out", str(tmp_path / "run")]
    assert main([*run, "--stage-2-steps", "2"]) == 0
    records = [record for split in ("train", "held-out")
               for record in read_records(tmp_path / "run" / "data" / f"records-{split}.jsonl")]  # fmt: skip
    assert [record.turns[0].answer for record in records] == [_CAPTION] * _PICTURES
    encoded = (tmp_path / "run" / "data" / "codes.npz").stat().st_mtime_ns
    assert main([*run, "--stage-2-steps", "3"]) == 0
    assert (tmp_path / "run" / "data" / "codes.npz").stat().st_mtime_ns == encoded
    assert "going on after step 2" in capsys.readouterr().out
    changed = Path(tmp_path / "changed")
    changed.mkdir()
    for path in own.iterdir():
        (changed / path.name).write_bytes(path.read_bytes())
    next(changed.glob("*.txt")).write_text("another caption")
    assert main([*(str(changed) if word == str(own) else word for word in run), "--stage-2-steps", "4"]) == 1
    assert "was begun with other pictures, other texts or another model" in capsys.readouterr().err
    export = ["export", "--run", str(tmp_path / "run"), "--out", str(tmp_path / "mine")]
    assert main([*export, "--base", str(bases["int8"])]) == 1
    assert "was begun with another 'fp32'" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--data", "x"], "--data needs --init"),
        (["--data", "x", "--init", "y", "--preset", "small"], "leave out --preset"),
        (["--data", "x", "--init", "y", "--stage-1-steps", "3"], "learned in stage II at once"),
        (["--data", "x", "--init", "y", "--lora", "4", "--full-weights"], "not allowed with"),
        (["--preset", "small"], "without --data, --prepared, --tokenizer, --encoders must be given"),
    ],
)
def test_options_that_do_not_go_together(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--out", "z", *options])
    assert complaint in capsys.readouterr().err


def test_a_folder_of_another_format_is_refused(
    bases: dict[str, Path], own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "manifest.json").write_text('{"format_version": 99}')
    run = ["train", "--data", str(own), "--out", str(tmp_path / "run")]
    assert main([*run, "--init", str(tmp_path / "later")]) == 1
    assert "is of format 99, and this package reads" in capsys.readouterr().err
    assert main([*run, "--init", str(own)]) == 1
    assert "is no model folder: it has no manifest.json" in capsys.readouterr().err
