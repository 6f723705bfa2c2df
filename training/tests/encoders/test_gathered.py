"""`tokenizer` and `encoders` over photographs: portraits of which only what `gather` writes is known."""

import json
from pathlib import Path

import numpy as np
import pytest

from unif2ace_training.__main__ import main
from unif2ace_training.portraits.dataset import is_held_out, load_any_pictures, load_portraits


@pytest.fixture(scope="module")
def texts(rendered_portraits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("prepared")
    assert main(["prepare", "--pictures", str(rendered_portraits), "--out", str(out), "--preset", "debug"]) == 0
    return out


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def encoders(pictures: Path, texts: Path, out: Path, *options: str) -> int:
    where = ["--pictures", str(pictures), "--prepared", str(texts), "--out", str(out)]
    return main(["encoders", *where, "--preset", "debug", "--samples", "64", *options])


def test_photographs_are_learned_as_portraits_are(rendered_portraits, write_photographs, texts, tmp_path):
    photographs = write_photographs(tmp_path / "photographs")
    for name, pictures in (("photographed", photographs), ("rendered", rendered_portraits)):
        made = ["--out", str(tmp_path / f"{name}-codes"), "--preset", "debug", "--samples", "64"]
        assert main(["tokenizer", "--pictures", str(pictures), *made]) == 0
        assert encoders(pictures, texts, tmp_path / f"{name}-vectors") == 0
    for kind, file, names in (("codes", "codes.npz", ("codes",)), ("vectors", "embeddings.npz", ("clip", "face"))):
        one, other = (arrays(tmp_path / f"{name}-{kind}" / file) for name in ("photographed", "rendered"))
        assert one["keys"].tolist() == other["keys"].tolist()
        for name in names:
            np.testing.assert_array_equal(one[name], other[name])
    report = json.loads((tmp_path / "photographed-vectors" / "report.json").read_text())
    assert "clip_probes" not in report
    assert report["face_finder"].keys() >= {"portraits", "covered"}


def test_a_face_encoder_can_be_taken(rendered_portraits, write_photographs, texts, tmp_path, capsys):
    alone = write_photographs(tmp_path / "alone", lambda labels: labels["identity"] + 2000 * labels["view"])
    assert encoders(alone, texts, tmp_path / "own") == 1
    assert "take a trained face encoder by --face-from" in capsys.readouterr().err
    assert encoders(rendered_portraits, texts, tmp_path / "teacher") == 0
    assert encoders(alone, texts, tmp_path / "taken", "--face-from", str(tmp_path / "teacher")) == 0
    one, other = (arrays(tmp_path / name / "embeddings.npz")["face"] for name in ("teacher", "taken"))
    np.testing.assert_array_equal(one, other)
    report = json.loads((tmp_path / "taken" / "report.json").read_text())
    assert report["face_verification"] == {"persons": 8, "pictures": 8}
    assert "face_from" in json.loads((tmp_path / "taken" / "meta.json").read_text())


def test_without_held_out_persons_there_is_nothing_to_measure(write_photographs, tmp_path):
    one = write_photographs(tmp_path / "one", lambda labels: 7)
    with pytest.raises(ValueError, match="0 of 40 pictures show held-out persons"):
        load_any_pictures(one, 32)


def test_labels_are_known_of_rendered_pictures_alone(rendered_portraits, write_photographs, tmp_path):
    photographs = load_any_pictures(write_photographs(tmp_path / "photographs"), 32)
    portraits = load_portraits(rendered_portraits, 32)
    np.testing.assert_array_equal(photographs.pictures, portraits.pictures)
    np.testing.assert_array_equal(photographs.is_held_out, [is_held_out(one.identity) for one in portraits.labels])
    with pytest.raises(ValueError, match="were gathered, not rendered"):
        load_portraits(tmp_path / "photographs", 32)
