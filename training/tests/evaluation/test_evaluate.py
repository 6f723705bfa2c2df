import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from unif2ace_training.commands import evaluate
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.data.records import read_records
from unif2ace_training.evaluation.held_out import portraits_of, texts_by_key
from unif2ace_training.model.init import new_model
from unif2ace_training.model.weights import save_config, save_weights
from unif2ace_training.portraits.shard_labels import read_labels

COUNTS = ["--rows", "20", "--captions", "6", "--questioned", "6", "--questions", "2", "--drawn", "8", "--steps", "3"]


def figures(value) -> list[float]:
    """All numbers of a report."""
    if isinstance(value, dict):
        return [number for inner in value.values() for number in figures(inner)]
    if isinstance(value, list):
        return [number for inner in value for number in figures(inner)]
    return [value] if isinstance(value, int | float) else []


def test_the_command_writes_its_report_and_sheets(chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert evaluate.main([*chain.options(), "--out", str(tmp_path), *COUNTS]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert {"validation", "experts", "captions", "questions", "pictures"} <= report.keys()
    assert all(math.isfinite(number) for number in figures(report))
    assert report["held_out_portraits"] == 8  # persons 0, 20, 40 and 60, two views each
    assert report["captions"]["count"] == 6
    assert report["questions"]["yes_no"]["count"] + report["questions"]["open"]["count"] == 12
    assert report["pictures"]["count"] == 8
    assert "not Inception FID" in report["pictures"]["distance"]["name"]
    # An untrained model predicts every code alike: nats of a uniform guess.
    assert report["validation"]["masked_token"] == pytest.approx(math.log(64), rel=0.1)
    for name in ("sheet.png", "experts.png"):
        assert Image.open(tmp_path / name).width > 200
    assert len(json.loads((tmp_path / "captions.json").read_text())) == 6
    assert len(json.loads((tmp_path / "answers.json").read_text())) == 12
    assert "captions:" in capsys.readouterr().out


def test_without_portraits_losses_and_experts_are_measured(chain, tmp_path: Path):
    options = chain.options()
    at = options.index("--pictures")
    assert evaluate.main([*options[:at], *options[at + 2 :], "--out", str(tmp_path), *COUNTS]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["validation"]["masked_token"] == pytest.approx(math.log(64), rel=0.1)
    assert set(report["experts"]) >= {"generate", "understand"}
    assert not {"captions", "questions", "pictures"} & report.keys()
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".png") == ["experts.png"]


def test_a_run_of_other_data_is_refused(chain, prepared: PreparedData, tmp_path: Path):
    other = new_model(replace(prepared.config, clip_width=16), torch_generator(0, "init"))
    save_config(tmp_path / "run", other.config)
    save_weights(tmp_path / "run", other.state_dict())
    options = ["--run", str(tmp_path / "run"), *chain.options()[2:]]
    with pytest.raises(ValueError, match="other data"):
        evaluate.main([*options, "--out", str(tmp_path / "out"), *COUNTS])


def test_counts_that_measure_nothing_are_refused(chain, tmp_path: Path):
    with pytest.raises(ValueError, match="--drawn is 1; it must be at least 2"):
        evaluate.main([*chain.options(), "--out", str(tmp_path), "--drawn", "1"])


def test_texts_are_those_of_pictures_as_they_are(chain):
    path = chain.prepared / "records-held-out.jsonl"
    details = texts_by_key(path, "detail")
    assert set(details) == {record.picture for record in read_records(path)}
    assert all(not record.mirrored for records in details.values() for record in records)


def test_pictures_without_held_out_persons_cannot_be_evaluated(chain, prepared: PreparedData):
    only_trained = [picture for picture in read_labels(chain.pictures) if picture.labels.identity % 20]
    with pytest.raises(ValueError, match="0 held out"):
        portraits_of(only_trained, prepared.pictures)
