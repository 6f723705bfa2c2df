"""The judge itself runs where UNIF2ACE_FACE_MESH_PYTHON names an interpreter with mediapipe."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from unif2ace_training.evaluation.face_mesh_call import face_mesh_report

PYTHON = os.environ.get("UNIF2ACE_FACE_MESH_PYTHON")


def test_an_interpreter_without_mediapipe_is_an_error_that_says_what_to_do(tmp_path: Path):
    with pytest.raises(ValueError, match="pip install mediapipe"):
        face_mesh_report(Path(sys.executable), tmp_path, np.zeros((1, 8, 8, 3), np.uint8))


def test_an_interpreter_that_is_not_there_is_an_error_too(tmp_path: Path):
    with pytest.raises(ValueError, match="could not run"):
        face_mesh_report(tmp_path / "python", tmp_path, np.zeros((1, 8, 8, 3), np.uint8))


@pytest.mark.skipif(PYTHON is None, reason="UNIF2ACE_FACE_MESH_PYTHON names no interpreter with mediapipe")
def test_noise_is_no_face(tmp_path: Path, rng: np.random.Generator):
    assert PYTHON is not None
    noise = rng.integers(0, 256, (3, 64, 64, 3), np.uint8)
    assert face_mesh_report(Path(PYTHON), tmp_path, noise) == {"pictures": 3, "found": 0, "share": 0.0, "score": 0.0}
