"""Each graph computes what PyTorch's method of its name computes."""

# B rows, T tokens

from typing import Any

import numpy as np
import pytest
import torch

from unif2ace_training.encoders.network import ClipGraph, FaceGraph
from unif2ace_training.export.folder_sessions import Arrays, DecodeSlots, FolderSessions
from unif2ace_training.export.parity import same_routing
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.image_tokenizer.network import PictureDecoder, PictureEncoder
from unif2ace_training.model.attention import KeyValues
from unif2ace_training.model.face_model import Prefix

_ROWS = 4
# Sums in another order: the largest seen is 4e-6.
_TOLERANCE = 3e-5


@pytest.fixture
def fp32(sessions: dict[str, FolderSessions]) -> FolderSessions:
    return sessions["fp32"]


def _prefix(debug: TrainedParts, given: Arrays) -> Prefix:
    with torch.no_grad():
        return debug.model.prompt(torch.from_numpy(given["token_ids"]), torch.from_numpy(given["lengths"]))


def test_prompt_has_the_keys_values_and_routing_of_real_tokens(
    fp32: FolderSessions, inputs: Any, debug: TrainedParts
) -> None:
    given = inputs.prompts(_ROWS)
    found, expected = fp32.run("prompt", given), _prefix(debug, given)
    is_real = np.arange(debug.model.config.prompt_capacity) < given["lengths"][:, None]
    for layer, pair in enumerate(expected.key_values):
        for name, tensor in zip(("key", "value"), pair, strict=True):
            difference = np.abs(found[f"{name}_{layer}"] - tensor.numpy()).max(axis=(1, 3))
            assert difference[is_real].max() < _TOLERANCE
    assert same_routing(expected.routing, found).all()


def test_unmask_predicts_over_the_slot_that_each_row_names(
    fp32: FolderSessions, inputs: Any, debug: TrainedParts
) -> None:
    given = inputs.unmasking(fp32, _ROWS)
    slots = torch.from_numpy(given["prompt_slots"])
    whole = _prefix(debug, inputs.prompts(_ROWS))
    pairs = [KeyValues(pair.key[slots], pair.value[slots]) for pair in whole.key_values]
    prefix = Prefix(key_values=pairs, lengths_B=whole.lengths_B[slots], routing=whole.routing)
    with torch.no_grad():
        expected = debug.model.unmask(
            prefix, torch.from_numpy(given["code_ids"]), torch.from_numpy(inputs.noise_levels(_ROWS))
        )
    found = fp32.run("unmask", given)
    assert np.abs(found["logits"] - expected.logits_BNK.numpy()).max() < _TOLERANCE
    assert same_routing(expected.routing, found).all()


def test_unmask_never_reads_a_slot_past_its_length(fp32: FolderSessions, inputs: Any, debug: TrainedParts) -> None:
    given = inputs.unmasking(fp32, _ROWS)
    spoilt = dict(given)
    past_length = np.arange(debug.model.config.prompt_capacity) >= inputs.prompts(_ROWS)["lengths"][:, None]
    for name, value in given.items():
        if name.startswith(("prompt_key", "prompt_value")):
            spoilt[name] = np.where(past_length[:, None, :, None], np.float32(1e6), value)
    for name, value in fp32.run("unmask", given).items():
        assert np.array_equal(value, fp32.run("unmask", spoilt)[name]), name


def test_picture_has_the_keys_values_and_routing(fp32: FolderSessions, inputs: Any, debug: TrainedParts) -> None:
    given = inputs.pictures(_ROWS)
    found = fp32.run("picture", given)
    with torch.no_grad():
        expected = debug.model.picture(*(torch.from_numpy(given[name]) for name in ("code_ids", "clip", "face")))
    for layer, pair in enumerate(expected.key_values):
        for name, tensor in zip(("key", "value"), pair, strict=True):
            assert np.abs(found[f"{name}_{layer}"] - tensor.numpy()).max() < _TOLERANCE
    assert same_routing(expected.routing, found).all()


def test_language_continues_a_picture_in_pieces_of_any_length(
    fp32: FolderSessions, inputs: Any, debug: TrainedParts
) -> None:
    config = debug.model.config
    given = inputs.pictures(_ROWS)
    slots = DecodeSlots(fp32, fp32.run("picture", given), config.slot_capacity)
    token_ids = np.random.default_rng(8).integers(config.text_vocabulary, size=(_ROWS, 9))
    found = [slots.append(piece) for piece in np.split(token_ids, [5, 6, 8], axis=1)]
    with torch.no_grad():
        prefix = debug.model.picture(*(torch.from_numpy(given[name]) for name in ("code_ids", "clip", "face")))
        expected = debug.model.language(prefix.key_values, torch.from_numpy(token_ids))
    logits = np.concatenate([piece["logits"] for piece in found], axis=1)
    assert np.abs(logits - expected.logits_BTV.numpy()).max() < _TOLERANCE
    counts = np.sum([piece["token_experts"] for piece in found], axis=0)
    assert np.array_equal(counts, expected.routing.token_counts_BLE.numpy())


def test_picture_codec_and_encoders(fp32: FolderSessions, inputs: Any, debug: TrainedParts) -> None:
    given = inputs.pixels(debug.model.config.image_size, _ROWS)
    codes = PictureEncoder(debug.image_tokenizer)(torch.from_numpy(given["pixels"]))
    assert np.array_equal(fp32.run("picture_encoder", given)["code_ids"], codes.numpy())
    drawn = fp32.run("picture_decoder", {"code_ids": codes.numpy()})["pixels"]
    expected = PictureDecoder(debug.image_tokenizer)(codes).numpy()
    assert drawn.dtype == np.uint8
    assert np.abs(drawn.astype(int) - expected).max() <= 1
    small = inputs.pixels(debug.clip_preprocessing.size, _ROWS)
    tensor = torch.from_numpy(small["pixels"])
    assert np.abs(fp32.run("clip", small)["embedding"] - ClipGraph(debug.clip)(tensor).numpy()).max() < _TOLERANCE
    found = fp32.run("face", small)
    for name, value in zip(("embedding", "score", "found"), FaceGraph(debug.face)(tensor), strict=True):
        assert np.abs(found[name].astype(float) - value.numpy()).max() < _TOLERANCE, name
