from pathlib import Path

import numpy as np
import pytest
import torch

from unif2ace_training.commands.unpack import main
from unif2ace_training.encoders.folder import load_clip, load_face
from unif2ace_training.encoders.network import ClipGraph, FaceGraph
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.read_modules import read_clip
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer


def test_what_is_unpacked_computes_what_the_folder_computes(
    debug: TrainedParts, folders: dict[str, Path], tmp_path: Path
):
    # A norm's scale and shift have lost their names in a graph: were two of them exchanged, ones and zeros hid it.
    assert main(["--model", str(folders["fp32"]), "--out", str(tmp_path)]) == 0
    sessions = FolderSessions(folders["fp32"])
    generator = torch.Generator().manual_seed(0)
    size = debug.model.config.image_size
    pixels = torch.rand((3, 3, size, size), generator=generator) * 2 - 1
    tokenizer = load_image_tokenizer(tmp_path / "tokenizer")
    codes = sessions.run("picture_encoder", {"pixels": pixels.numpy()})["code_ids"]
    np.testing.assert_array_equal(tokenizer.encode(pixels).numpy(), codes)
    for name, module in tokenizer.state_dict().items():
        torch.testing.assert_close(module, debug.image_tokenizer.state_dict()[name], rtol=0, atol=0)
    small = torch.rand((3, 3, *[debug.clip_preprocessing.size] * 2), generator=generator) * 2 - 1
    clip = ClipGraph(load_clip(tmp_path / "encoders"))(small).numpy()
    np.testing.assert_allclose(clip, sessions.run("clip", {"pixels": small.numpy()})["embedding"], atol=1e-5)
    face = FaceGraph(load_face(tmp_path / "encoders"))(small)[0].numpy()
    np.testing.assert_allclose(face, sessions.run("face", {"pixels": small.numpy()})["embedding"], atol=1e-5)
    assert (tmp_path / "tokenizer.json").read_bytes() == (folders["fp32"] / "tokenizer.json").read_bytes()


def test_norms_find_their_own_scales(debug: TrainedParts, folders: dict[str, Path]):
    for name, value in debug.clip.state_dict().items():
        torch.testing.assert_close(read_clip(folders["fp32"]).state_dict()[name], value, rtol=0, atol=0)


def test_a_graph_of_other_sizes_is_refused(folders: dict[str, Path], tmp_path: Path):
    for file in ("model_config.json", "manifest.json"):
        (tmp_path / file).write_bytes((folders["fp32"] / file).read_bytes())
    with pytest.raises(ValueError, match="does not exist"):
        read_clip(tmp_path)
    (tmp_path / "clip.onnx").write_bytes((folders["fp32"] / "face.onnx").read_bytes())
    (tmp_path / "clip.onnx").write_bytes((folders["fp32"] / "picture_decoder.onnx").read_bytes())
    with pytest.raises(ValueError, match="is not a graph"):
        read_clip(tmp_path)
