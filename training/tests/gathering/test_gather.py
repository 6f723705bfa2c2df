"""`gather` as a person runs it, over a folder of portraits with everything in it that a real one has."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unif2ace_training.__main__ import main
from unif2ace_training.gathering import picture_shards
from unif2ace_training.portraits.dataset import is_held_out


@pytest.fixture(scope="module")
def folder(portraits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty portraits of ten persons, and five files that are not to be kept."""
    folder = tmp_path_factory.mktemp("photographs")
    for key, pixels in list(portraits.items())[:20]:
        person = folder / key.partition("-")[0]
        person.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(person / f"{key}.png")
    some = list(portraits.values())
    Image.fromarray(some[0]).resize((170, 170)).save(folder / "twin.jpg", quality=70)
    Image.fromarray(np.concatenate(some[30:32], axis=1)).save(folder / "two.png")
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(folder / "wall.png")
    Image.fromarray(some[33]).resize((80, 80)).save(folder / "small.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def gather(folder: Path, out: Path, *options: str) -> int:
    return main(["gather", "--folder", str(folder), "--licence", "CC0", "--out", str(out), *options])


def entries(out: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(out.glob("portraits-*.tar")):
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member)
                assert content is not None
                found[member.name] = content.read()
    return found


@pytest.fixture(scope="module")
def gathered(folder, center_face, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("gathered")
    assert gather(folder, out, "--face-finder", str(center_face), "--size", "128") == 0
    return out


def test_each_file_comes_to_what_it_should(gathered):
    assert json.loads((gathered / "report.json").read_text())["outcomes"] == {
        "kept": 20, "duplicate": 1, "several faces": 1, "no face": 1, "face too small": 1, "unreadable": 1,
    }  # fmt: skip
    lines = (gathered / "decisions-00000.jsonl").read_text().splitlines()
    reasons = {decision["origin"]: decision for decision in map(json.loads, lines)}
    assert reasons["twin.jpg"]["detail"] == "folder-000000-000000-00"
    assert reasons["two.png"]["reason"] == "several faces"
    assert "cannot be read" in reasons["broken.jpg"]["detail"]


def test_pictures_are_cropped_and_described(gathered):
    kept = entries(gathered)
    assert len(kept) == 40
    for name, content in kept.items():
        if name.endswith(".jpg"):
            assert Image.open(io.BytesIO(content)).size == (128, 128)
            continue
        described = json.loads(content)
        assert (described["licence"], described["source"]) == ("CC0", "folder")
        assert described["held_out"] == is_held_out(described["identity"])
        left, top, right, bottom = described["eye_box"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom < described["mouth_box"][3] <= 1


def test_pictures_of_one_person_are_in_one_split(gathered):
    splits: dict[str, set[bool]] = {}
    for name, content in entries(gathered).items():
        if name.endswith(".json"):
            splits.setdefault(name.split("-")[1], set()).add(json.loads(content)["held_out"])
    assert len(splits) == 10
    assert all(len(split) == 1 for split in splits.values())


def test_a_run_that_was_stopped_ends_like_one_that_was_not(folder, center_face, tmp_path, monkeypatch):
    monkeypatch.setattr(picture_shards, "CANDIDATES_A_SHARD", 7)
    options = ["--face-finder", str(center_face), "--size", "64"]
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    assert gather(folder, whole, *options) == 0
    looked = []

    def until_the_tenth(candidate, *rest):
        looked.append(candidate.key)
        if len(looked) == 10:
            raise KeyboardInterrupt
        return look(candidate, *rest)

    look = picture_shards.look_at
    monkeypatch.setattr(picture_shards, "look_at", until_the_tenth)
    with pytest.raises(KeyboardInterrupt):
        gather(folder, stopped, *options)
    assert [path.name for path in stopped.glob("portraits-*")] == ["portraits-00000.tar"]
    monkeypatch.setattr(picture_shards, "look_at", look)
    assert gather(folder, stopped, *options) == 0
    assert entries(stopped) == entries(whole)
    assert (stopped / "report.json").read_bytes() == (whole / "report.json").read_bytes()


def test_several_processes_bring_the_same(folder, center_face, gathered, tmp_path):
    assert gather(folder, tmp_path / "out", "--face-finder", str(center_face), "--size", "128", "--workers", "2") == 0
    assert entries(tmp_path / "out") == entries(gathered)


@pytest.mark.parametrize(
    ("options", "reason", "more"),
    [(["--least-face", "20"], "face too small", 1), (["--duplicate-bits", "16"], "duplicate", -2)],
)
def test_options_change_what_is_kept(folder, center_face, gathered, tmp_path, options, reason, more):
    assert gather(folder, tmp_path, "--face-finder", str(center_face), "--size", "128", *options) == 0
    before, after = (json.loads((out / "report.json").read_text())["outcomes"] for out in (gathered, tmp_path))
    assert after["kept"] == before["kept"] + more
    assert after.get(reason, 0) == before[reason] - more


def test_a_folder_of_other_pictures_is_refused(folder, center_face, gathered, capsys):
    assert gather(folder, gathered, "--face-finder", str(center_face), "--size", "64") == 1
    assert "gathered from other files or with other settings" in capsys.readouterr().err


def test_mistakes_are_named(folder, tmp_path, capsys):
    assert main(["gather", "--out", str(tmp_path)]) == 1
    assert "say where the pictures are" in capsys.readouterr().err
    assert main(["gather", "--folder", str(folder), "--out", str(tmp_path)]) == 1
    assert "--folder needs --licence" in capsys.readouterr().err


def test_commands_that_read_labels_say_that_photographs_have_none(gathered, tmp_path, capsys):
    assert main(["prepare", "--pictures", str(gathered), "--out", str(tmp_path)]) == 1
    assert "these pictures were gathered, not rendered" in capsys.readouterr().err
