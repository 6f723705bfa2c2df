"""MAGVIT-v2 in Show-o's layout: every name has its place, and the module computes what the published source does."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import save_file

from tests.image_tokenizer import show_o_layout
from tests.image_tokenizer.show_o_layout import PUBLISHED, SMALL
from unif2ace_training.__main__ import main
from unif2ace_training.common.artifacts import read_json
from unif2ace_training.common.load_report import load_by_name
from unif2ace_training.config.presets import preset
from unif2ace_training.export.module_graphs import trace
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer
from unif2ace_training.image_tokenizer.magvit2 import Magvit2
from unif2ace_training.image_tokenizer.magvit2_settings import Magvit2Config, magvit2_config
from unif2ace_training.image_tokenizer.network import PictureDecoder, PictureEncoder


@pytest.fixture
def loaded() -> tuple[Magvit2, dict[str, torch.Tensor]]:
    weights = show_o_layout.random_weights(SMALL)
    model = Magvit2(magvit2_config(weights, 32)).eval()
    load_by_name(model, weights, "showlab/magvitv2")
    return model, weights


def test_the_published_size_has_every_published_name_and_the_paper_s_codes():
    with torch.device("meta"):
        weights = {name: torch.empty(shape) for name, shape in show_o_layout.shapes(PUBLISHED).items()}
        config = magvit2_config(weights, 256)
        model = Magvit2(config)
    assert {name: tuple(one.shape) for name, one in model.named_parameters()} == show_o_layout.shapes(PUBLISHED)
    paper = preset("paper")
    assert (config.image_grid, config.codebook_size) == (paper.image_grid, paper.codebook_size) == (16, 8192)
    # 4 + 3 + 4 + 3 + 4 blocks of each side, two in the middle: as VQGANEncoder.Config says.
    assert config.encoder_blocks == (4, 3, 4, 3, 4)
    assert config.decoder_widths == (128, 128, 256, 256, 512)


def test_codes_and_pictures_are_those_of_the_published_source(loaded):
    model, weights = loaded
    pixels = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    codes = model.encode(pixels)
    torch.testing.assert_close(codes, show_o_layout.encode(weights, SMALL, pixels), rtol=0, atol=0)
    assert len(codes.unique()) > 4  # not one code for everything
    expected = show_o_layout.decode(weights, SMALL, codes)
    signs = model.codebook()[codes].unflatten(1, (4, 4)).permute(0, 3, 1, 2)
    # GroupNorm by two ways of adding up: 32 bits apart in the last places.
    torch.testing.assert_close(model.decoder(signs), expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(model.decode(codes), expected.clamp(-1, 1), rtol=1e-3, atol=1e-4)
    assert PictureDecoder(model)(codes).shape == (3, 32, 32, 3)


def test_the_exported_graphs_have_its_codes_and_pictures(loaded):
    model, _ = loaded
    pixels = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(2)) * 2 - 1
    codes = model.encode(pixels)
    for module, example, given, expected in (
        (PictureEncoder(model), torch.zeros(3, 32, 32), pixels, codes),
        (PictureDecoder(model), codes[0], codes, PictureDecoder(model)(codes)),
    ):
        graph = trace(module, example, "given", ["result"])
        session = onnxruntime.InferenceSession(graph.model.SerializeToString(), providers=["CPUExecutionProvider"])
        (found,) = session.run(None, {"given": given.numpy()})
        assert np.abs(found.astype(int) - expected.numpy().astype(int)).max() <= (0 if expected is codes else 1)


def test_the_report_leaves_over_the_buffers_alone(loaded):
    weights = show_o_layout.random_weights(SMALL)
    report = load_by_name(Magvit2(magvit2_config(weights, 32)), weights, "showlab/magvitv2")
    assert report.left_over == ["quantize.embedding", "quantize.power_vals"]
    assert report.new == []
    assert set(report.mapped) == set(show_o_layout.shapes(SMALL))


def test_the_config_survives_json_values(loaded):
    config = loaded[0].config
    assert (
        Magvit2Config.from_dict({name: list(v) if isinstance(v, tuple) else v for name, v in config.to_dict().items()})
        == config
    )


@pytest.mark.parametrize(
    "name", ["encoder.conv_in.weight", "decoder.up.0.block.0.conv1.weight", "decoder.norm_out.bias"]
)
def test_a_missing_tensor_is_named(name: str):
    weights = show_o_layout.random_weights(SMALL)
    del weights[name]
    with pytest.raises(ValueError, match=f"have no {name}; they are not in the layout of showlab/magvitv2"):
        load_by_name(Magvit2(magvit2_config(weights, 32)), weights, "showlab/magvitv2")


def test_the_command_writes_codes_of_the_published_codec(rendered_portraits: Path, tmp_path: Path, capsys):
    weights = show_o_layout.random_weights(SMALL)
    save_file(weights, tmp_path / "pytorch_model.safetensors")
    out = tmp_path / "tokenizer"
    arguments = ["tokenizer", "--pictures", str(rendered_portraits), "--published", str(tmp_path), "--preset", "debug"]
    assert main([*arguments, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "left over: 2: quantize.embedding, quantize.power_vals" in said
    assert read_json(out / "initialisation.json")["new"] == []
    model = load_image_tokenizer(out)
    assert isinstance(model, Magvit2)
    with np.load(out / "codes.npz") as arrays:
        assert arrays["codes"].shape[1:] == (2, 16)
    assert main([*arguments, "--out", str(tmp_path / "other"), "--preset", "small"]) == 1
    assert "preset small reads 10² of 4096" in capsys.readouterr().err
