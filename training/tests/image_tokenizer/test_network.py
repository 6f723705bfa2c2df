import numpy as np
import onnxruntime as ort
import pytest
import torch

from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.image_tokenizer.network import ImageTokenizer, PictureDecoder, PictureEncoder
from unif2ace_training.image_tokenizer.settings import ImageTokenizerConfig, image_tokenizer_config


@pytest.fixture
def tokenizer() -> ImageTokenizer:
    torch.manual_seed(0)
    return ImageTokenizer(image_tokenizer_config(preset("debug"))).eval()


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_makes_the_codes_of_its_model(name: str):
    model = preset(name)
    config = image_tokenizer_config(model)
    assert (config.codebook_size, config.image_tokens) == (model.codebook_size, model.image_tokens)
    with torch.device("meta"):
        reconstructed, _ = ImageTokenizer(config)(torch.empty(1, 3, config.image_size, config.image_size))
    assert reconstructed.shape[-1] == config.image_size


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="is a grid of 8, not of 10"):
        ImageTokenizerConfig(
            image_size=128,
            image_grid=10,
            bits=4,
            patch=4,
            widths=(8, 8, 8),
            encoder_blocks=(1, 1, 1),
            decoder_blocks=(1, 1, 1),
        )


def test_the_config_survives_json_values(tokenizer: ImageTokenizer):
    assert ImageTokenizerConfig.from_dict(tokenizer.config.to_dict()) == tokenizer.config


def test_decoding_codes_is_what_the_forward_pass_reconstructs(tokenizer: ImageTokenizer):
    pixels = torch.rand(2, 3, 32, 32) * 2 - 1
    ids = tokenizer.encode(pixels)
    assert ids.shape == (2, 16)
    torch.testing.assert_close(tokenizer.decode(ids), tokenizer(pixels)[0].clamp(-1, 1))


def test_the_decoder_graph_has_the_pixels_of_decode(tokenizer: ImageTokenizer):
    ids = torch.randint(64, (3, 16))
    pixels = PictureDecoder(tokenizer)(ids)
    assert (pixels.shape, pixels.dtype) == ((3, 32, 32, 3), torch.uint8)
    expected = ((tokenizer.decode(ids) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1)
    assert torch.equal(pixels, expected)


@pytest.mark.parametrize("entry", ["encoder", "decoder"])
def test_a_row_does_not_depend_on_its_neighbours_in_onnx_runtime(tokenizer: ImageTokenizer, tmp_path, entry: str):
    if entry == "encoder":
        module, name, example = PictureEncoder(tokenizer), "pixels", torch.rand(5, 3, 32, 32) * 2 - 1
    else:
        module, name, example = PictureDecoder(tokenizer), "code_ids", torch.randint(64, (5, 16))
    path = tmp_path / "graph.onnx"
    torch.onnx.export(
        module.eval(),
        (example,),
        path,
        input_names=[name],
        dynamic_shapes=[{0: torch.export.Dim("B")}],
        dynamo=True,
        verbose=False,
    )
    session = ort.InferenceSession(path)
    together = session.run(None, {name: example.numpy()})[0]
    for row in range(5):
        alone = session.run(None, {name: example[row : row + 1].numpy()})[0]
        np.testing.assert_array_equal(alone[0], together[row])
    np.testing.assert_array_equal(together, module(example).numpy())
