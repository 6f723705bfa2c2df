"""The script for the paper's size, at debug size: what it exports is a whole folder whose graphs run."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ASSETS
from unif2ace_training.config.presets import debug
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.manifest import read_manifest

SCRIPT = Path(__file__).parents[2] / "scripts" / "paper_size.py"
SERVER = Path(__file__).parents[3] / "dist" / "main.js"
TOKENIZER = ASSETS / "tiny" / "prepared" / "tokenizer.json"


def run(work: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--work", str(work), "--tokenizer", str(TOKENIZER), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_folder_draws_and_keeps_the_preset_s_vocabulary(tmp_path: Path):
    done = run(tmp_path, "--part", "export", "--preset", "debug")
    assert done.returncode == 0, done.stderr
    manifest = read_manifest(tmp_path / "model")
    assert manifest["precision"] == "int8"
    assert manifest["sizes"]["text_vocabulary"] == debug().text_vocabulary
    pixels = FolderSessions(tmp_path / "model").run("picture_decoder", {"code_ids": np.zeros((1, 16), np.int64)})[
        "pixels"
    ]
    assert pixels.shape == (1, 32, 32, 3)


@pytest.mark.slow
def test_it_refuses_what_does_not_fit(tmp_path: Path):
    """Run where the system says that next to nothing is free."""
    code = (
        "import runpy, shutil, sys; from collections import namedtuple;"
        "shutil.disk_usage = lambda _: namedtuple('Usage', 'free')(2**30);"
        f"sys.argv = ['paper_size.py', '--work', {str(tmp_path)!r}, '--tokenizer', {str(TOKENIZER)!r}];"
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "1,842,154,818 parameters" in done.stdout
    assert "6.3 GiB of disk are needed and 1.0 are free" in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.skipif(
    not SERVER.exists() or shutil.which("node") is None, reason="the server is not built (`npm run build`)"
)
def test_a_picture_and_a_caption_are_served_and_measured(tmp_path: Path):
    done = run(tmp_path, "--preset", "debug")
    assert done.returncode == 0, done.stderr
    measured = json.loads((tmp_path / "measured.json").read_text(encoding="utf-8"))
    served = measured["serve"]
    assert (tmp_path / "face.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "face.png").stat().st_size == served["picture_bytes"]
    assert 1 <= served["usage"]["completion_tokens"] <= 8
    assert served["peaks_gib"].keys() == {"front", "engine"}
    assert min(served["peaks_gib"].values()) > 0.02
    assert measured["export"]["peak_gib"] > 0.1


def test_published_sizes_belong_to_the_paper_s(tmp_path: Path):
    done = run(tmp_path, "--published", "--preset", "debug")
    assert done.returncode == 1
    assert "leave out --preset" in done.stderr


def test_an_export_without_a_tokenizer_says_what_is_missing(tmp_path: Path):
    command = [sys.executable, str(SCRIPT), "--work", str(tmp_path), "--part", "export"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--tokenizer is missing" in done.stderr
