"""`sample_image` and `sample_text` draw what their references draw."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from unif2ace_training.diffusion.unmask import guided_logits, unmask_step
from unif2ace_training.export.folder_sessions import Arrays, FolderSessions
from unif2ace_training.export.sample_image_graph import block_width
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.model.generate_text import TextSampling, choose_tokens

_PICTURES, _TEXTS = 6, 64


@pytest.fixture
def mask(debug: TrainedParts) -> int:
    """The code id that means masked."""
    return debug.model.config.mask_code


def _reference(given: Arrays, row: int) -> tuple[np.ndarray, np.ndarray]:
    """One picture, alone, by PyTorch."""
    logits = torch.from_numpy(given["logits"])
    conditional, unconditional = (logits[given[f"{kind}_rows"][row]] for kind in ("conditional", "unconditional"))
    step = unmask_step(
        guided_logits(conditional, unconditional, float(given["guidance_scales"][row]))[None],
        torch.from_numpy(given["code_ids"][row : row + 1]),
        temperature=float(given["temperatures"][row]),
        confidence_temperature=float(given["confidence_temperatures"][row]),
        keep_masked_R=torch.from_numpy(given["keep_masked"][row : row + 1]),
        token_uniforms_RN=torch.from_numpy(given["token_uniforms"][row : row + 1]),
        confidence_uniforms_RN=torch.from_numpy(given["confidence_uniforms"][row : row + 1]),
    )
    return step.next_code_ids_RN[0].numpy(), step.proposed_code_ids_RN[0].numpy()


@pytest.mark.parametrize("temperature", [0.0, 0.5, 0.9, 2.0])
def test_sample_image_follows_its_reference(
    sessions: dict[str, FolderSessions], inputs: Any, temperature: float
) -> None:
    given = inputs.image_sampling(_PICTURES, temperature)
    found = sessions["fp32"].run("sample_image", given)
    for row in range(_PICTURES):
        following, proposed = _reference(given, row)
        assert np.array_equal(found["next_code_ids"][row], following)
        assert np.array_equal(found["proposed_code_ids"][row], proposed)


def test_sample_image_keeps_what_is_given_and_as_many_masks_as_it_is_told(
    sessions: dict[str, FolderSessions], inputs: Any, mask: int
) -> None:
    given = inputs.image_sampling(_PICTURES)
    found = sessions["fp32"].run("sample_image", given)
    is_given = given["code_ids"] < mask
    assert np.array_equal(found["next_code_ids"][is_given], given["code_ids"][is_given])
    assert np.array_equal((found["next_code_ids"] == mask).sum(axis=1), given["keep_masked"])
    assert (found["proposed_code_ids"] < mask).all()


def test_sample_image_takes_the_first_of_equally_likely_codes(
    sessions: dict[str, FolderSessions], inputs: Any, mask: int
) -> None:
    given = inputs.image_sampling(_PICTURES, temperature=0.0)
    given["logits"][..., [17, 40, 63]] = 500
    given["token_uniforms"][:] = 0.999
    found = sessions["fp32"].run("sample_image", given)["proposed_code_ids"]
    assert (found[given["code_ids"] == mask] == 17).all()


def test_sample_image_reveals_the_earlier_of_equally_confident_positions(
    sessions: dict[str, FolderSessions], inputs: Any, mask: int
) -> None:
    given = inputs.image_sampling(1)
    given["logits"][:] = 0
    given["confidence_temperatures"][:] = 0
    given["code_ids"][:] = mask
    given["keep_masked"][:] = 10
    is_masked = sessions["fp32"].run("sample_image", given)["next_code_ids"][0] == mask
    assert is_masked.tolist() == [False] * (16 - 10) + [True] * 10


@pytest.mark.parametrize(("temperature", "top_p"), [(0.0, 1.0), (1.0, 1.0), (0.7, 0.8), (1.3, 0.01)])
def test_sample_text_follows_its_reference(
    sessions: dict[str, FolderSessions], inputs: Any, temperature: float, top_p: float
) -> None:
    given = inputs.text_sampling(_TEXTS, temperature, top_p)
    sampling = TextSampling(max_tokens=1, temperature=temperature, top_p=top_p)
    logits = torch.from_numpy(given["logits"])
    expected = choose_tokens(logits, torch.from_numpy(given["uniforms"]), sampling)
    found = sessions["fp32"].run("sample_text", given)
    assert np.array_equal(found["token_ids"], expected.numpy())
    log_probabilities = logits.log_softmax(dim=-1)
    chosen = log_probabilities.gather(1, expected[:, None])[:, 0]
    assert np.abs(found["logprobs"] - chosen.numpy()).max() < 1e-5
    likeliest = log_probabilities.topk(20)
    assert np.array_equal(found["top_token_ids"], likeliest.indices.numpy())
    assert np.abs(found["top_logprobs"] - likeliest.values.numpy()).max() < 1e-5


@pytest.mark.parametrize("uniform", [1e-7, 0.5, 1 - 2**-24])
def test_sample_text_never_draws_a_token_that_is_not_allowed(
    sessions: dict[str, FolderSessions], inputs: Any, uniform: float
) -> None:
    given = inputs.text_sampling(_TEXTS, temperature=5.0)
    given["uniforms"][:] = uniform
    allowed = np.random.default_rng(9).random(given["allowed"].shape) < 0.01
    allowed[:, 7] = True
    given["allowed"] = allowed
    found = sessions["fp32"].run("sample_text", given)
    assert allowed[np.arange(_TEXTS), found["token_ids"]].all()
    only_one = allowed.sum(axis=1) == 1
    assert only_one.any()
    assert (found["logprobs"][only_one] == 0).all()
    assert (found["top_logprobs"][only_one, 1:] == -math.inf).all()


@pytest.mark.parametrize(("codebook", "width"), [(64, 8), (4096, 64), (8192, 64), (30, 5), (7, 1)])
def test_a_codebook_is_cut_into_blocks_of_about_its_root(codebook: int, width: int) -> None:
    assert codebook % width == 0
    assert block_width(codebook) == width


def test_pick_text_gives_what_sample_text_gives_at_temperature_0(
    sessions: dict[str, FolderSessions], inputs: Any
) -> None:
    given = inputs.text_sampling(_TEXTS, temperature=0.0)
    # Equals, and vocabularies of one to many allowed tokens.
    given["logits"] = np.round(given["logits"] * 4) / 4
    allowed = given["allowed"]
    for row in range(0, _TEXTS, 2):
        allowed[row] = False
        allowed[row, 5 : 6 + row] = True
    expected = sessions["fp32"].run("sample_text", given)
    found = sessions["fp32"].run("pick_text", {name: given[name] for name in ("logits", "allowed")})
    assert len(np.unique(found["token_ids"])) > 1
    assert np.array_equal(found["token_ids"], expected["token_ids"])
    assert np.array_equal(found["logprobs"], expected["logprobs"])
    possible = np.isfinite(expected["top_logprobs"])
    assert np.array_equal(found["top_logprobs"], expected["top_logprobs"])
    assert np.array_equal(found["top_token_ids"][possible], expected["top_token_ids"][possible])
