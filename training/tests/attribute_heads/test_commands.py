"""`heads` and `attributes` as a person runs them, on rendered portraits and on what `gather` leaves of CelebV-HQ."""

import json
from pathlib import Path

import pytest
from PIL import Image

from unif2ace_training.__main__ import main
from unif2ace_training.annotation.pictures import read_attributes
from unif2ace_training.attribute_heads.folder import load_heads
from unif2ace_training.portraits.shard_labels import read_labels


def report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text())


def say(pictures: Path, heads: Path, encoders: Path, out: Path, *options: str) -> int:
    where = ["--pictures", str(pictures), "--heads", str(heads), "--encoders", str(encoders), "--out", str(out)]
    return main(["attributes", *where, *options])


def as_celebv_hq(labels: dict) -> dict:
    """Attributes in CelebV-HQ's form: yes or no, and a word for the emotion."""
    light = labels["background_colour"] in ("white", "pink", "grey")
    return {"wearing_hat": labels["hat"] != "none", "pale_background": light, "talk": labels["view"] % 2 == 1,
            "emotion": "happy" if labels["emotion"] == "happy" else "neutral"}  # fmt: skip


@pytest.fixture(scope="module")
def described(write_photographs, person_of, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `gather` leaves of CelebV-HQ."""
    return write_photographs(tmp_path_factory.mktemp("celebv-hq") / "gathered", person_of, as_celebv_hq)


def test_a_report_says_what_heads_are_worth(heads):
    counts = report(heads)
    pictures = counts["pictures"]
    assert sum(pictures[part] for part in ("fit", "calibrate", "held-out", "without_face")) == 40
    assert all(12 <= pictures[part] <= 16 for part in ("fit", "calibrate"))
    assert 4 <= pictures["held-out"] <= 8
    for head in counts["heads"].values():
        if head["pictures"]:
            assert sum(map(sum, head["confusion"])) == head["pictures"]
            right = sum(row[number] for number, row in enumerate(head["confusion"]))
            assert head["accuracy"] == pytest.approx(right / head["pictures"], abs=1e-4)
            assert sum(head["reliability"]["after"]["counts"]) == head["pictures"]
    assert any(verdict == "selected" for head in counts["heads"].values() for verdict in head["verdicts"].values())
    for name in ("confusion.png", "reliability.png"):
        assert Image.open(heads / name).width > 400


def test_the_same_command_brings_the_same_heads_and_embeds_nothing_twice(described, train_heads, tmp_path, monkeypatch):
    assert train_heads(described, tmp_path / "once") == 0
    once, weights = report(tmp_path / "once"), (tmp_path / "once" / "heads.safetensors").read_bytes()
    with monkeypatch.context() as without:
        without.setattr(
            "unif2ace_training.attribute_heads.vector_store.opened", lambda _: pytest.fail("embedded again")
        )
        assert train_heads(described, tmp_path / "once") == 0
    assert report(tmp_path / "once") == once
    assert (tmp_path / "once" / "heads.safetensors").read_bytes() == weights
    assert train_heads(described, tmp_path / "once", "--seed", "1", "--least-appearance", "1") == 0
    assert (tmp_path / "once" / "heads.safetensors").read_bytes() != weights
    selected = [one["selected"]["appearance"].get("selected", 0) for one in (report(tmp_path / "once"), once)]
    assert selected[0] < selected[1]


def test_photographs_get_attributes_that_annotate_reads(
    heads, encoders, write_photographs, rendered_portraits, tmp_path
):
    photographs = write_photographs(tmp_path / "photographs")
    assert say(photographs, heads, encoders, tmp_path / "said", "--least-probability", "0.6") == 0
    said = read_attributes(tmp_path / "said" / "attributes.jsonl")
    truth = {one.key: one.labels for one in read_labels(rendered_portraits)}
    values = [(getattr(truth[key], name), value) for key, one in said.items() for name, value in one.items()]
    assert report(tmp_path / "said")["pictures"] == 40
    assert len(values) > 40
    assert sum(true == value for true, value in values) / len(values) > 0.6
    assert "against_truth" not in report(tmp_path / "said")

    assert say(rendered_portraits, heads, encoders, tmp_path / "known", "--least-probability", "0.6") == 0
    counts = report(tmp_path / "known")
    assert counts["said"] == report(tmp_path / "said")["said"]
    right = sum(true == value for true, value in values) / len(values)
    assert counts["against_truth"]["all"] == pytest.approx(right, abs=1e-4)
    assert say(photographs, heads, encoders, tmp_path / "sure", "--least-probability", "0.95") == 0
    assert sum(report(tmp_path / "sure")["said"].values()) < len(values)


def test_celebv_hq_teaches_and_its_own_attributes_are_not_said_again(
    described, encoders, train_heads, write_photographs, tmp_path
):
    assert train_heads(described, tmp_path / "heads", "--least-emotion", "0.1") == 0
    groups = {head.name: (head.group, head.values) for head in load_heads(tmp_path / "heads").heads}
    assert groups["talk"] == ("action", (False, True))
    assert groups["emotion"] == ("emotion", ("happy", "neutral"))
    assert groups["pale_background"][0] == "appearance"
    bare = write_photographs(tmp_path / "bare")
    for pictures, out in ((described, tmp_path / "known"), (bare, tmp_path / "new")):
        assert say(pictures, tmp_path / "heads", encoders, out, "--least-probability", "0") == 0
    assert report(tmp_path / "known")["said"] == {}
    assert "pale_background" in report(tmp_path / "new")["said"]


def test_labels_from_a_file_teach(train_heads, write_photographs, rendered_portraits, tmp_path, capsys):
    photographs = write_photographs(tmp_path / "photographs")
    assert train_heads(photographs, tmp_path / "none") == 1
    assert "no picture has both a face and attributes" in capsys.readouterr().err
    lines = [
        json.dumps({"key": one.key, "attributes": {"lady": one.labels.gender == "woman"}}) + "\n"
        for one in read_labels(rendered_portraits)
    ]
    (tmp_path / "labels.jsonl").write_text("".join(lines))
    assert train_heads(photographs, tmp_path / "given", "--labels", str(tmp_path / "labels.jsonl")) == 0
    assert list(report(tmp_path / "given")["heads"]) == ["lady"]


def test_heads_read_vectors_of_their_own_encoders_alone(heads, encoders, rendered_portraits, tmp_path, capsys):
    config = json.loads((heads / "heads.json").read_text())
    moved = tmp_path / "heads"
    moved.mkdir()
    (moved / "heads.json").write_text(json.dumps(config | {"encoders": {"face": "0", "clip": "0"}}))
    (moved / "heads.safetensors").write_bytes((heads / "heads.safetensors").read_bytes())
    assert say(rendered_portraits, moved, encoders, tmp_path / "said") == 1
    assert "read vectors of other encoders" in capsys.readouterr().err
    assert say(rendered_portraits, heads, tmp_path, tmp_path / "said") == 1
    assert "has neither clip.safetensors" in capsys.readouterr().err
    (moved / "heads.safetensors").unlink()
    assert say(rendered_portraits, moved, encoders, tmp_path / "said") == 1
    assert "`heads` writes it" in capsys.readouterr().err
