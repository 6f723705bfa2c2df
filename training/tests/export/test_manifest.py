"""The manifest says what is in the folder: every tensor, every file, every parameter."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import pytest
from safetensors import safe_open

from unif2ace_training.common.artifacts import sha256_of
from unif2ace_training.export.debug_parts import write_debug_folder
from unif2ace_training.export.graph_files import GRAPH_NAMES
from unif2ace_training.export.manifest import Defaults, Description, Provenance, build_manifest
from unif2ace_training.export.model_folder import write_model_folder
from unif2ace_training.export.shared_weights import WEIGHTS_FILE
from unif2ace_training.export.trained_parts import TrainedParts

_PRECISIONS = ("fp32", "int8")
_RUNTIME_TYPES = {
    "float32": "tensor(float)",
    "int64": "tensor(int64)",
    "int32": "tensor(int32)",
    "bool": "tensor(bool)",
    "uint8": "tensor(uint8)",
}


@pytest.fixture(params=_PRECISIONS)
def folder(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Path:
    return folders[request.param]


@pytest.fixture
def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text())


def _as_listed(value: onnxruntime.NodeArg) -> tuple[str, str, list[int | str]]:
    return value.name, value.type, list(value.shape)


def test_lists_every_input_and_output_as_the_runtime_sees_it(folder: Path, manifest: dict[str, Any]) -> None:
    assert tuple(manifest["graphs"]) == GRAPH_NAMES
    for name, graph in manifest["graphs"].items():
        session = onnxruntime.InferenceSession(str(folder / graph["file"]))
        for listed, found in ((graph["inputs"], session.get_inputs()), (graph["outputs"], session.get_outputs())):
            expected = [(spec["name"], _RUNTIME_TYPES[spec["dtype"]], spec["dims"]) for spec in listed]
            assert [_as_listed(value) for value in found] == expected, name


def test_lists_the_shared_tensors_that_each_graph_points_to(folder: Path, manifest: dict[str, Any]) -> None:
    with safe_open(folder / WEIGHTS_FILE, framework="numpy") as weights:
        stored = set(weights.keys())
        shapes = {name: weights.get_slice(name).get_shape() for name in stored}
    used: set[str] = set()
    for graph in manifest["graphs"].values():
        model = onnx.load(str(folder / graph["file"]), load_external_data=False)
        external = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer if tensor.external_data}
        assert set(external) == set(graph["weights"])
        assert external == {name: shapes[name] for name in external}
        used |= set(external)
    assert used == stored


def test_lists_every_other_file_with_its_digest(folder: Path, manifest: dict[str, Any]) -> None:
    others = [path for path in folder.iterdir() if path.name != "manifest.json"]
    assert manifest["files"] == {
        path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size} for path in others
    }


def test_anybody_may_read_the_files(folder: Path) -> None:
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in folder.iterdir())


def test_counts_of_parameters_add_up_to_the_modules(manifest: dict[str, Any], debug: TrainedParts) -> None:
    counts, config = manifest["parameters"], debug.model.config
    modules = {
        "total": debug.model,
        "clip_encoder": debug.clip,
        "face_encoder": debug.face,
        "picture_encoder": debug.image_tokenizer.encoder,
        "picture_decoder": debug.image_tokenizer.decoder,
    }
    for name, module in modules.items():
        assert counts[name] == sum(parameter.numel() for parameter in module.parameters()), name
    gates = config.width * (config.num_routed_experts + config.num_sequence_experts) + config.num_sequence_experts
    for task, experts in counts["sequence_expert"].items():
        other = sum(counts["sequence_expert"]["understand" if task == "generate" else "generate"])
        left_out = counts["routed_experts_total"] + config.num_layers * (sum(experts) + other + gates)
        assert counts["dense"][task] == counts["total"] - left_out


def test_special_ids_and_layout_are_those_that_training_uses(manifest: dict[str, Any], debug: TrainedParts) -> None:
    ids, layout, sequences = manifest["special_ids"], manifest["layout"], debug.sequences
    text = debug.text_tokenizer.encode("red hat", add_special_tokens=False).ids
    prefix = [text if piece == "{text}" else [ids[piece]] for piece in layout["generate_prefix"]]
    assert sum(prefix, []) == sequences.generate_prefix("red hat")
    question = layout["question_template"].format(question="Who?")
    asked = debug.text_tokenizer.encode(question, add_special_tokens=False).ids
    turn = [asked if piece == "{question}" else [ids[piece]] for piece in layout["first_turn"]]
    assert sum(turn, []) == sequences.question("Who?")


def test_the_longest_question_and_answer_fit_a_slot(manifest: dict[str, Any], debug: TrainedParts) -> None:
    limits, sizes = manifest["limits"], manifest["sizes"]
    around = len(debug.sequences.question(""))
    longest = sizes["picture_prefix_length"] + around + limits["max_question_tokens"] + limits["max_tokens"]
    assert longest == sizes["slot_capacity"]
    assert len(debug.sequences.generate_prefix("")) + limits["max_prompt_tokens"] == sizes["prompt_capacity"]


@pytest.mark.parametrize("wrong", [{"num_inference_steps": 17}, {"max_tokens": 1000}, {"guidance_scale": -1.0}])
def test_defaults_beyond_the_models_limits_are_refused(
    debug: TrainedParts, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    provenance = Provenance(run="", commit="", created="", data="")
    description = Description(name="x", description="", license="", defaults=Defaults(**wrong))
    with pytest.raises(ValueError, match=f"the default {next(iter(wrong))} is"):
        build_manifest(tmp_path, debug, {}, "fp32", description, provenance)


def test_a_folder_that_is_no_model_is_left_alone(debug: TrainedParts, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear reader")
    with pytest.raises(ValueError, match="is no model folder"):
        write_debug_folder(tmp_path / "letters", debug, "fp32")
    assert (tmp_path / "letters" / "letter.txt").exists()


def test_an_export_that_fails_leaves_the_old_folder_whole(
    debug: TrainedParts, folders: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(folders["fp32"], tmp_path / "model")
    before = {path.name: sha256_of(path) for path in (tmp_path / "model").iterdir()}
    description = Description(name="x", description="", license="", defaults=Defaults(max_tokens=10_000))
    provenance = Provenance(run="", commit="", created="", data="")
    with pytest.raises(ValueError, match="max_tokens"):
        write_model_folder(tmp_path / "model", debug, "fp32", description, provenance)
    assert {path.name: sha256_of(path) for path in (tmp_path / "model").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_parts_that_do_not_belong_together_are_refused(debug: TrainedParts) -> None:
    sizes = replace(debug.model.config, clip_width=48)
    other = type(debug.model)(sizes)
    with pytest.raises(ValueError, match="width of the CLIP embedding are 32 there and 48"):
        replace(debug, model=other)
