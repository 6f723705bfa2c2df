"""Encoders in the published layouts: what a folder with them says and computes, and what is refused."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tests.golden_scene import golden_scene
from unif2ace_training.__main__ import main
from unif2ace_training.adaptation.base_folder import BaseFolder, OpenedPicture
from unif2ace_training.attribute_heads.vectors import open_encoders
from unif2ace_training.encoders.published_onnx import read_arcface, read_clip, read_scrfd
from unif2ace_training.export.debug_parts import with_published_encoders, write_debug_folder
from unif2ace_training.export.manifest import read_manifest
from unif2ace_training.export.trained_parts import EncoderFiles, TrainedParts, load_parts

_FIXTURES = Path(__file__).parents[3] / "test" / "fixtures"
_LAYOUTS = _FIXTURES / "encoders"


@pytest.fixture(scope="module")
def folder(debug: TrainedParts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "debug-published"
    write_debug_folder(out, with_published_encoders(debug, _LAYOUTS), "fp32")
    return out


def test_the_folder_is_of_format_3_and_is_the_committed_one(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest["format_version"] == 3
    fits = {name: entry["fit"] for name, entry in manifest["preprocessing"].items()}
    assert fits == {"picture_encoder": "cover", "clip": "clip", "face": "aligned_face", "face_detector": "letterbox"}
    committed = json.loads((_FIXTURES / "models" / "debug-published" / "manifest.json").read_text())
    for section in ("preprocessing", "graphs", "parameters", "sizes"):
        assert manifest[section] == committed[section], section


def test_a_folder_without_them_stays_of_format_2(folders: dict[str, Path]) -> None:
    assert read_manifest(folders["fp32"])["format_version"] == 2


def test_training_reads_faces_as_insightface_does(folder: Path) -> None:
    base = BaseFolder(folder)
    for case in json.loads((_FIXTURES / "golden" / "faces.json").read_text())["embeddings"]:
        path = folder.parent / "scene.png"
        golden_scene(case).save(path)
        encoded = base.encode([base.opened(path.read_bytes())])
        assert encoded.found_n.tolist() == [case["count"] > 0], case["name"]
        expected = np.array(case.get("normed_embedding", [0] * 32)) * np.sqrt(32)
        np.testing.assert_allclose(encoded.face_nF[0], expected, atol=4e-3)  # float16 holds it


def test_heads_look_through_the_folder_s_encoders_as_the_server_does(folder: Path) -> None:
    cases = json.loads((_FIXTURES / "golden" / "faces.json").read_text())["embeddings"]
    scenes = [golden_scene(case) for case in cases]
    base, encoders = BaseFolder(folder), open_encoders(folder)
    expected = base.encode([OpenedPicture(scene, scene.resize((32, 32))) for scene in scenes])
    vectors, found = encoders.vectors(scenes)
    assert found.tolist() == expected.found_n.tolist()
    assert vectors.shape[1] == expected.face_nF.shape[1] + expected.clip_nC.shape[1]
    np.testing.assert_array_equal(vectors.astype(np.float16), np.concatenate([expected.face_nF, expected.clip_nC], axis=1))  # fmt: skip # noqa: E501
    assert encoders.digests.keys() == {"face", "face_detector", "clip"}


def test_published_encoders_are_not_unpacked(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unpack", "--model", str(folder), "--out", str(tmp_path / "parts")]) == 1
    assert "has published encoders: make a folder of them by `encoders --published-clip`" in capsys.readouterr().err
    assert not (tmp_path / "parts" / "encoders" / "face.safetensors").exists()


def test_files_of_other_layouts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot read a picture of 640 pixels"):
        read_scrfd(_LAYOUTS / "arcface.onnx")
    with pytest.raises(ValueError, match="SCRFD with points gives"):
        read_scrfd(_without_points(tmp_path / "points.onnx"))
    with pytest.raises(ValueError, match="ArcFace takes 112 and has one"):
        read_arcface(_LAYOUTS / "clip_vision.onnx")
    with pytest.raises(ValueError, match="of several one must be image_embeds"):
        read_clip(_LAYOUTS / "scrfd.onnx")
    (tmp_path / "no.onnx").write_text("no graph")
    with pytest.raises(ValueError, match="cannot be read as an ONNX file|has the inputs"):
        read_clip(tmp_path / "no.onnx")


def _without_points(path: Path) -> Path:
    model = onnx.load(str(_LAYOUTS / "scrfd.onnx"))
    del model.graph.output[6:]
    onnx.save(model, str(path))
    return path


def test_rows_with_a_dimension_of_pictures_are_accepted_as_well(tmp_path: Path) -> None:
    """Newer exports of SCRFD give [1, n, values]."""
    model = onnx.load(str(_LAYOUTS / "scrfd.onnx"))
    for output in model.graph.output:
        name, dims = output.name, [dim.dim_value for dim in output.type.tensor_type.shape.dim]
        for node in model.graph.node:
            if name in node.output:
                node.output[list(node.output).index(name)] = f"{name}.rows_of_one"
        axes = helper.make_node("Unsqueeze", [f"{name}.rows_of_one"], [name], axes=[0])
        model.graph.node.append(axes)
        output.CopyFrom(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, *dims]))
    onnx.save(model, str(tmp_path / "batched.onnx"))
    assert read_scrfd(tmp_path / "batched.onnx").graph.outputs == read_scrfd(_LAYOUTS / "scrfd.onnx").graph.outputs


def test_a_face_encoder_needs_its_detector_and_without_clip_the_folder(debug: TrainedParts, tmp_path: Path) -> None:
    parts = with_published_encoders(debug, _LAYOUTS)
    with pytest.raises(ValueError, match="belong together"):
        TrainedParts(
            **{name: getattr(parts, name) for name in parts.__dataclass_fields__ if name != "face_detector"},
            face_detector=None,
        )
    with pytest.raises(ValueError, match="does not exist|--encoders is missing|No such file"):
        load_parts(run=tmp_path, tokenizer=tmp_path, prepared=tmp_path, encoders=EncoderFiles(folder=None))
