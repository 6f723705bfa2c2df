"""From a model folder to a model card, with the debug model."""

import json
import math
import shutil
from pathlib import Path

import pytest
from PIL import Image

from unif2ace_training.commands import card, evaluate
from unif2ace_training.export.debug_parts import debug_parts, write_debug_folder
from unif2ace_training.scorecard.sheets import SHEETS

ASSETS = Path(__file__).parents[1] / "assets"
TEMPLATE = Path(__file__).parents[3] / "docs" / "model-card.template.md"


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("evaluated")
    write_debug_folder(folder / "debug", debug_parts(ASSETS / "tiny" / "prepared"), "fp32")
    counts = {"drawn": 8, "captions": 2, "questioned": 2, "questions": 2, "compared": 2, "steps": 2}
    judge = ["--judge-preset", "debug", "--judge-samples", "320"]
    places = {"--model": folder / "debug", "--pictures": ASSETS / "portraits", "--out": folder / "report"}
    return [
        *(str(word) for pair in places.items() for word in pair),
        *(f"--{name}={count}" for name, count in counts.items()),
        *judge,
    ]


def _value(options: list[str], name: str) -> Path:
    return Path(options[options.index(name) + 1])


def _numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for inner in value.values() for number in _numbers(inner)]
    return [value] if isinstance(value, int | float) else []


def test_a_folder_gets_a_report_and_a_card_and_nothing_is_measured_twice(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert evaluate.main(options) == 0
    out = _value(options, "--out")
    report = json.loads((out / "report.json").read_text())
    assert all(math.isfinite(number) for number in _numbers(report))
    assert report["pictures"] == {"train": 32, "held_out": 8}
    assert report["prompts"]["all"]["prompts"] == 8
    assert report["by_hand"]["questions"]["questions"] == 100
    assert report["by_hand"]["prompts"]["prompts"] == 50
    assert report["codec"]["codebook"] == 64
    assert "FaceMesh" not in capsys.readouterr().out  # not measured is not written as a figure
    for name in SHEETS:
        assert Image.open(out / "sheets" / name).width > 200

    again = out / "measured" / "prompts.json"
    kept = json.loads(again.read_text())
    kept["figures"]["all"]["drawn"] = 0.125
    again.write_text(json.dumps(kept))
    assert evaluate.main(options) == 0
    assert json.loads((out / "report.json").read_text())["prompts"]["all"]["drawn"] == 0.125
    assert evaluate.main([*options, "--guidance-scale", "1"]) == 0  # other options: measured anew
    assert json.loads((out / "report.json").read_text())["prompts"]["all"]["drawn"] != 0.125

    written = ["--report", str(out), "--out", str(tmp_path / "card.md"), "--images", str(tmp_path / "images")]
    assert card.main([*written, "--template", str(TEMPLATE)]) == 0
    text = (tmp_path / "card.md").read_text()
    assert "<!--" not in text
    assert "| prompt agreement |" in text
    assert "Use and limits" in text
    for name in SHEETS:
        assert f"images/card-{name}" in text
        assert (tmp_path / "images" / f"card-{name}").exists()


def test_a_mark_that_nothing_fills_is_refused(options: list[str], tmp_path: Path):
    report = tmp_path / "report"
    report.mkdir()
    shutil.copy(ASSETS / "losses" / "debug.json", report / "report.json")
    (tmp_path / "template.md").write_text("<!-- mesures -->")
    with pytest.raises(ValueError, match="mesures; there are measures"):
        card.main(["--report", str(report), "--template", str(tmp_path / "template.md"), "--out", str(tmp_path / "c")])


def test_pictures_without_held_out_persons_are_refused(options: list[str], tmp_path: Path):
    with pytest.raises(ValueError, match="holds no portraits"):
        evaluate.main([*options, "--pictures", str(tmp_path)])


@pytest.mark.parametrize("name", ["drawn", "captions"])
def test_counts_that_measure_nothing_are_refused(options: list[str], name: str):
    with pytest.raises(ValueError, match=f"--{name} is 0"):
        evaluate.main([*options, f"--{name}", "0"])
