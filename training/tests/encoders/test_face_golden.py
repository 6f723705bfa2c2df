"""The face's and CLIP's preprocessing is InsightFace's, OpenCV's, scikit-image's, Pillow's and transformers'.

The committed values are theirs; where the packages are installed, they are computed again.
"""

import hashlib
import importlib.util
import json
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.encoders.face_alignment import align_face, similarity, template
from unif2ace_training.encoders.face_detection import (
    DetectorSettings,
    choose_face,
    find_faces,
    letterbox,
    resize_linear,
)
from unif2ace_training.encoders.picture_fit import clip_square, resize_bicubic, within_side
from unif2ace_training.export.published_layouts import write_published_layouts

_ROOT = Path(__file__).parents[3]
_FIXTURES = _ROOT / "test" / "fixtures"
_STEP = 9973
_WIDTH = 32  # of the debug preset's embeddings


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    return json.loads((_FIXTURES / "golden" / "faces.json").read_text())


def _formula(height: int, width: int) -> NDArray[np.uint8]:
    """As in make_face_golden.py, which cannot be imported without its packages."""
    y, x, c = np.ogrid[:height, :width, :3]
    return (((c + 1) * x * x + 3 * y * y + 5 * x * y + 17 * c) >> 3 & 255).astype(np.uint8)


def _sample(pixels: NDArray[np.uint8]) -> list[int]:
    return list(np.ascontiguousarray(pixels).tobytes()[::_STEP])


def _digest(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def _assert_same(pixels: NDArray[np.uint8], case: dict[str, Any]) -> None:
    assert (_sample(pixels), _digest(pixels)) == (case["sample"], case["sha256"]), (case["height"], case["width"])


def test_a_letterbox_has_the_bytes_of_opencv(golden: dict[str, Any]) -> None:
    for case in golden["linear"]:
        picture, (rows, columns) = _formula(case["height"], case["width"]), case["to"]
        _assert_same(resize_linear(picture, rows, columns), case)
        boxed = letterbox(picture, 640)
        assert boxed.scale == rows / case["height"]
        assert np.array_equal(boxed.square[:rows, :columns], resize_linear(picture, rows, columns))
        assert not boxed.square[rows:].any()
        assert not boxed.square[:, columns:].any()


def test_faces_and_the_choice_among_them_are_those_of_insightface(golden: dict[str, Any]) -> None:
    settings = DetectorSettings(size=64)
    for case in golden["detections"]:
        arrays = [np.array(values, np.float32) for values in case["outputs"]]
        outputs = [[array.reshape(-1, width) for array in arrays[3 * kind : 3 * kind + 3]]
                   for kind, width in enumerate((1, 4, 10))]  # fmt: skip
        scale = letterbox(_formula(case["height"], case["width"]), 64).scale
        faces = find_faces(*outputs, scale, settings)
        assert faces.scores_k.tolist() == case["scores"]
        assert faces.boxes_k4.tolist() == case["boxes"]
        assert faces.points_k52.tolist() == case["points"]
        assert choose_face(faces, case["height"], case["width"]) == case["chosen"]


def test_a_face_is_aligned_as_scikit_image_and_opencv_4_do(golden: dict[str, Any]) -> None:
    for case in golden["alignments"]:
        points = np.array(case["points"], np.float32)
        matrix = similarity(points.astype(np.float64), template())
        assert matrix is not None
        np.testing.assert_allclose(matrix, case["matrix"], rtol=0, atol=1e-12 * np.abs(case["matrix"]).max())
        aligned = align_face(_formula(case["height"], case["width"]), points)
        assert aligned is not None
        _assert_same(aligned, case)
    assert align_face(_formula(50, 50), np.full((5, 2), 7, np.float32)) is None


def test_a_square_for_clip_and_a_reduced_picture_have_the_bytes_of_pillow(golden: dict[str, Any]) -> None:
    for case in golden["clip_squares"]:
        _assert_same(clip_square(Image.fromarray(_formula(case["height"], case["width"])), 336), case)
    for case in golden["reductions"]:
        rows, columns = case["to"]
        picture = Image.fromarray(_formula(case["height"], case["width"]))
        _assert_same(np.asarray(resize_bicubic(picture, columns, rows)), case)
    assert within_side(Image.fromarray(_formula(200, 81)), 100).shape == (100, 41, 3)


def test_the_small_graphs_are_what_the_code_writes(tmp_path: Path) -> None:
    write_published_layouts(tmp_path, _WIDTH, _WIDTH)
    for file in sorted(tmp_path.iterdir()):
        assert file.read_bytes() == (_FIXTURES / "encoders" / file.name).read_bytes(), file.name


def test_the_packages_still_compute_the_golden_values(golden: dict[str, Any]) -> None:
    for package in ("cv2", "skimage", "insightface", "transformers"):
        pytest.importorskip(package, reason="the reference packages of scripts/make_face_golden.py are not installed")
    if version("opencv-python-headless") >= "5" or version("pillow") >= "13":
        pytest.skip("OpenCV 5 and Pillow 13 compute other bytes: the golden values are those of the versions before")
    computed = _script().golden_faces(_FIXTURES / "encoders")
    assert json.loads(json.dumps(computed)) == golden


def _script() -> ModuleType:
    path = _ROOT / "training" / "scripts" / "make_face_golden.py"
    spec = importlib.util.spec_from_file_location("make_face_golden", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
