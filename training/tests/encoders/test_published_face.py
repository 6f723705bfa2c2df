"""AntelopeV2 among training's encoders: its faces are those of InsightFace, and all who read it see the same."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from tests.golden_scene import golden_scene
from unif2ace_training.__main__ import main
from unif2ace_training.attribute_heads.vectors import open_encoders
from unif2ace_training.common.artifacts import read_json
from unif2ace_training.encoders.folder import save_antelope
from unif2ace_training.encoders.published_face import AntelopeFaces, copy_antelope
from unif2ace_training.evaluation.features import Encoders
from unif2ace_training.export.published_layouts import SKIN, arcface_layout, scrfd_layout

_FIXTURES = Path(__file__).parents[3] / "test" / "fixtures"
_WIDTH = 32
# float32 all the way, in another order of additions than scikit-image's and numpy's; of vectors of length 1.
_TOLERANCE = 1e-4


@pytest.fixture
def antelope(tmp_path: Path) -> Path:
    """The folder as InsightFace has it, with one of the three files that nobody needs here."""
    folder = tmp_path / "antelopev2"
    folder.mkdir()
    shutil.copyfile(_FIXTURES / "encoders" / "scrfd.onnx", folder / "scrfd_10g_bnkps.onnx")
    shutil.copyfile(_FIXTURES / "encoders" / "arcface.onnx", folder / "glintr100.onnx")
    landmarks = onnx.load(str(_FIXTURES / "encoders" / "clip_vision.onnx"))
    onnx.save(landmarks, str(folder / "2d106det.onnx"))
    return folder


def test_embeddings_are_those_of_insightface(antelope: Path, tmp_path: Path) -> None:
    taken = save_antelope(tmp_path, antelope, embedding_width=_WIDTH)
    assert {name: one["file"] for name, one in taken.items()} == {
        "face_detector": "scrfd_10g_bnkps.onnx",
        "face": "glintr100.onnx",
    }
    reader = AntelopeFaces(tmp_path)
    cases = json.loads((_FIXTURES / "golden" / "faces.json").read_text())["embeddings"]
    vectors, found = reader.read([golden_scene(case) for case in cases])
    assert found.tolist() == [case["count"] > 0 for case in cases]
    assert {True, False} == set(found.tolist())
    for case, vector in zip(cases, vectors, strict=True):
        expected = np.array(case.get("normed_embedding", [0] * _WIDTH))
        np.testing.assert_allclose(vector / np.sqrt(_WIDTH), expected, atol=_TOLERANCE, err_msg=case["name"])


def test_other_folders_and_widths_are_refused(antelope: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has embeddings of 32, the preset's model reads 512"):
        copy_antelope(antelope, tmp_path, embedding_width=512)
    shutil.copyfile(antelope / "glintr100.onnx", antelope / "w600k_r50.onnx")
    with pytest.raises(ValueError, match=r"one file of ArcFace .* has glintr100.onnx, w600k_r50.onnx"):
        copy_antelope(antelope, tmp_path, embedding_width=_WIDTH)
    with pytest.raises(ValueError, match=r"one file of SCRFD .* has none: give AntelopeV2's folder"):
        copy_antelope(tmp_path / "empty", tmp_path, embedding_width=_WIDTH)
    (antelope / "no.onnx").write_bytes(b"no graph")
    with pytest.raises(ValueError, match=r"no.onnx cannot be read"):
        copy_antelope(antelope, tmp_path, embedding_width=_WIDTH)


def test_portraits_are_embedded_once_for_all_that_read_them(
    rendered_portraits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`encoders`, `heads`, `evaluate`: the same faces, whoever asks; trained encoders beside the published one."""
    published, texts, out = tmp_path / "published", tmp_path / "texts", tmp_path / "encoders"
    published.mkdir()
    onnx.save(scrfd_layout(SKIN), str(published / "scrfd.onnx"))
    onnx.save(arcface_layout(_WIDTH), str(published / "arcface.onnx"))
    assert main(["prepare", "--pictures", str(rendered_portraits), "--out", str(texts), "--preset", "debug"]) == 0
    options = ["--preset", "debug", "--samples", "64", "--published-face", str(published)]
    assert main(["encoders", "--pictures", str(rendered_portraits), "--prepared", str(texts), "--out", str(out), *options]) == 0  # fmt: skip # noqa: E501
    assert "face: arcface.onnx, " in capsys.readouterr().out
    with np.load(out / "embeddings.npz") as stored:
        keys, faces = stored["keys"].tolist(), stored["face"].astype(np.float32)
    assert faces.shape == (len(keys), 2, _WIDTH)
    found = np.abs(faces).max(axis=2) > 0
    assert found.mean() > 0.5
    assert not np.array_equal(faces[:, 0], faces[:, 1])
    report, meta = read_json(out / "report.json"), read_json(out / "meta.json")
    assert 0 < report["face_finder"]["portraits"] <= 1
    assert meta["face_from"] == "published"
    assert "clip_training" in meta
    pictures = _pictures(rendered_portraits, keys)
    vectors, seen = open_encoders(out).vectors(pictures)
    assert seen.tolist() == found[:, 0].tolist()
    np.testing.assert_allclose(vectors[:, :_WIDTH], faces[:, 0], atol=4e-3)  # float16 keeps it
    features = Encoders(out).of(np.stack([np.asarray(picture) for picture in pictures]))
    np.testing.assert_array_equal(features.face_nF, vectors[:, :_WIDTH])
    np.testing.assert_array_equal(features.clip_nC, vectors[:, _WIDTH:])
    assert open_encoders(out).digests.keys() == {"face", "face_detector", "clip"}


def test_published_encoders_need_no_texts_and_heads_learn_from_them(
    rendered_portraits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is gathered can be embedded, and attributes said of it, before there is any caption."""
    script = Path(__file__).parents[2] / "scripts" / "make_published_folders.py"
    pytest.importorskip("transformers")
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path)], check=True, capture_output=True)
    out, pictures = tmp_path / "encoders", ["--pictures", str(rendered_portraits)]
    clip, face = str(tmp_path / "clip-vit-large-patch14-336"), str(tmp_path / "antelopev2")
    with pytest.raises(SystemExit):
        main(["encoders", *pictures, "--out", str(out), "--preset", "debug", "--published-face", face])
    assert "--prepared is missing" in capsys.readouterr().err
    options = ["--preset", "debug", "--published-clip", clip, "--published-face", face]
    assert main(["encoders", *pictures, "--out", str(out), *options]) == 0
    assert not (out / "clip_text.safetensors").exists()
    heads = ["--encoders", str(out), "--least-examples", "3", "--epochs", "1", "--out", str(tmp_path / "heads")]
    assert main(["heads", *pictures, *heads]) == 0
    assert read_json(tmp_path / "heads" / "report.json")["pictures"]["without_face"] == 0


def _pictures(shards: Path, keys: list[str]) -> list[Image.Image]:
    with tarfile.open(shards / "portraits-00000.tar") as archive:
        contents = [archive.extractfile(f"{key}.jpg") for key in keys]
        return [Image.open(io.BytesIO(content.read())).convert("RGB") for content in contents if content is not None]
