"""CLIP's vision tower in transformers' layout: every name has its place, and the module computes what theirs does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from unif2ace_training.common.load_report import load_by_name
from unif2ace_training.encoders.clip_vit import ClipVit, ClipVitConfig, clip_vit_config
from unif2ace_training.encoders.embed_shards import embed_shards
from unif2ace_training.encoders.folder import load_clip, load_preprocessing
from unif2ace_training.encoders.network import ClipGraph
from unif2ace_training.encoders.published_clip import take_clip
from unif2ace_training.encoders.readers import clip_pixels, open_clip_reader
from unif2ace_training.export.module_graphs import trace

transformers = pytest.importorskip("transformers")

_TEXT = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 50}
_VISION = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 2,
    "image_size": 42, "patch_size": 14,
}  # fmt: skip


@pytest.fixture(scope="module")
def published() -> torch.nn.Module:
    """Both towers with random weights: what openai/clip-vit-large-patch14-336 holds, small."""
    torch.manual_seed(0)
    config = transformers.CLIPConfig(text_config=_TEXT, vision_config=_VISION, projection_dim=24)
    model = transformers.CLIPModel(config).eval()
    with torch.no_grad():  # norms and biases too: what starts at 0 or 1 would hide a wrong place
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape))
    return model


@pytest.fixture(scope="module")
def folder(published: torch.nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder, with the one buffer that older files hold."""
    folder = tmp_path_factory.mktemp("clip")
    positions = {"vision_model.embeddings.position_ids": torch.arange(10)[None]}
    state = {name: tensor.contiguous() for name, tensor in published.state_dict().items()}
    save_file(state | positions, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(published.config.to_dict()), encoding="utf-8")
    return folder


def test_embeddings_are_those_of_transformers(published: torch.nn.Module, folder: Path, tmp_path: Path):
    report = take_clip(folder, tmp_path, embedding_width=24)
    model = load_clip(tmp_path)
    pixels = torch.randn(3, 3, 42, 42, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        embeds = published.visual_projection(published.vision_model(pixels).pooler_output)
        expected = embeds / embeds.norm(dim=-1, keepdim=True) * 24**0.5
        torch.testing.assert_close(model(pixels), expected, rtol=1e-4, atol=1e-5)
    assert report.new == []
    assert {name.split(".")[0] for name in report.left_over} == {
        "text_model",
        "text_projection",
        "logit_scale",
        "vision_model",
    }
    assert [name for name in report.left_over if name.startswith("vision_model")] == [
        "vision_model.embeddings.position_ids"
    ]


def test_the_exported_graph_takes_one_picture_and_computes_the_same(folder: Path, tmp_path: Path):
    take_clip(folder, tmp_path, embedding_width=24)
    model = load_clip(tmp_path)
    graph = trace(ClipGraph(model), torch.zeros(3, 42, 42), "pixels", ["embedding"], rows=1)
    assert [spec.dims for spec in (*graph.inputs, *graph.outputs)] == [(1, 3, 42, 42), (1, 24)]
    pixels = torch.randn(1, 3, 42, 42, generator=torch.Generator().manual_seed(2))
    session = onnxruntime.InferenceSession(graph.model.SerializeToString(), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"pixels": pixels.numpy()})
    np.testing.assert_allclose(found, model(pixels).detach().numpy(), atol=1e-5)


def test_pictures_are_fitted_as_the_published_processor_fits_them(tmp_path: Path, folder: Path):
    take_clip(folder, tmp_path, embedding_width=24)
    preprocessing = load_preprocessing(tmp_path)["clip"]
    picture = np.random.default_rng(0).integers(0, 256, (70, 64, 3), np.uint8)
    processor = transformers.CLIPImageProcessorPil(size={"shortest_edge": 42}, crop_size={"height": 42, "width": 42})
    expected = processor(images=Image.fromarray(picture), return_tensors="np")["pixel_values"]
    found = clip_pixels([Image.fromarray(picture)], preprocessing).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_every_published_size_is_named_as_transformers_names_it():
    config = transformers.CLIPConfig(
        vision_config={
            "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
            "image_size": 336, "patch_size": 14,
        },
        projection_dim=768,
    )  # fmt: skip
    with torch.device("meta"):
        ours = ClipVit(clip_vit_config(config.to_dict()))
        theirs = transformers.CLIPVisionModelWithProjection(
            transformers.CLIPVisionConfig(**config.vision_config.to_dict() | {"projection_dim": 768})
        )
    assert {name: one.shape for name, one in ours.named_parameters()} == {
        name: one.shape for name, one in theirs.named_parameters()
    }


def test_shards_are_embedded_with_their_mirror_images(rendered_portraits: Path, folder: Path, tmp_path: Path):
    take_clip(folder, tmp_path, embedding_width=24)
    vectors = embed_shards(open_clip_reader(tmp_path).read, rendered_portraits, tmp_path / "kept")
    assert vectors.shape == (40, 2, 24)
    assert not np.allclose(vectors[:, 0], vectors[:, 1], atol=1e-3)


def test_another_width_than_the_model_reads_is_refused(folder: Path, tmp_path: Path):
    with pytest.raises(ValueError, match="has embeddings of 24, the preset's model reads 768"):
        take_clip(folder, tmp_path, embedding_width=768)


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="hidden_act is 'relu'"):
        clip_vit_config({**_VISION, "projection_dim": 24, "hidden_act": "relu"})


def test_a_missing_tensor_is_named(published: torch.nn.Module):
    state = dict(published.state_dict())
    del state["vision_model.post_layernorm.bias"]
    model = ClipVit(clip_vit_config(published.config.to_dict()))
    with pytest.raises(ValueError, match="have no vision_model.post_layernorm.bias"):
        load_by_name(model, state, "CLIP")


def test_the_config_survives_json_values(published: torch.nn.Module):
    config = clip_vit_config(published.config.to_dict())
    assert ClipVitConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
