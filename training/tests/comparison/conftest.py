"""A test set of the assets' held-out portraits, and `compare` over it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from unif2ace_training.__main__ import main
from unif2ace_training.comparison.test_set import TestPicture, read_test_set
from unif2ace_training.config.presets import preset
from unif2ace_training.encoders.folder import save_clip, save_face
from unif2ace_training.encoders.network import FaceEncoder
from unif2ace_training.encoders.settings import clip_tower_config, face_tower_config, text_tower_config
from unif2ace_training.encoders.text_tower import ClipPair

# The scripted endpoint of `annotate` serves here as well; modules of tests are imported by their path.
sys.path.insert(0, str(Path(__file__).parents[1] / "annotation"))

ASSETS = Path(__file__).parents[1] / "assets"
KEYS = ["000000-00", "000000-01", "000020-00"]


def record(key: str, kind: str, *texts: str, mirrored: bool = False) -> str:
    speakers = ["human", "gpt"] * (len(texts) // 2)
    turns = [{"from": speaker, "value": text} for speaker, text in zip(speakers, texts, strict=True)]
    image = f"portraits-00000.tar#{key}.jpg"
    return json.dumps({"id": key, "image": image, "kind": kind, "mirrored": mirrored, "conversations": turns})


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Three portraits: one with everything, one with a caption alone, one with a prompt alone; and a mirror image."""
    path = tmp_path / "records.jsonl"
    lines = [
        record(KEYS[0], "caption", "<image>\nDescribe.", "A man with black hair."),
        record(KEYS[0], "prompt", "black hair", "<image>"),
        record(KEYS[0], "conversation", "<image>\nHair?", "Black.", "And the eyes?", "Brown."),
        record(KEYS[0], "reasoning", "<image>\nIs he happy?", "He smiles."),
        record(KEYS[0], "caption", "<image>\nDescribe.", "The mirror image.", mirrored=True),
        record(KEYS[1], "caption", "<image>\nDescribe.", "A woman."),
        record(KEYS[2], "prompt", "an old man", "<image>"),
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def test_set(records: Path, tmp_path: Path) -> list[TestPicture]:
    options = ["--records", str(records), "--pictures", str(ASSETS / "portraits"), "--out", str(tmp_path / "test")]
    assert main(["testset", *options]) == 0
    return read_test_set(tmp_path / "test")


@pytest.fixture
def compare(tmp_path: Path, test_set: list[TestPicture]) -> Callable[..., int]:
    """Runs `compare` of a comparison over the test set into `tmp_path / "out"`."""

    def run(comparison: dict[str, Any], *options: str) -> int:
        path = tmp_path / "comparison.json"
        path.write_text(json.dumps(comparison))
        where = ["--test", str(tmp_path / "test"), "--comparison", str(path), "--out", str(tmp_path / "out")]
        return main(["compare", *where, "--resamples", "200", *options])

    return run


@pytest.fixture
def encoders(tmp_path: Path) -> Path:
    """A folder as `encoders` writes it, with first weights at debug size."""
    torch.manual_seed(0)
    sizes = preset("debug")
    save_clip(tmp_path / "encoders", ClipPair(clip_tower_config(sizes), text_tower_config(sizes, vocabulary=400)))
    save_face(tmp_path / "encoders", FaceEncoder(face_tower_config(sizes)))
    return tmp_path / "encoders"
