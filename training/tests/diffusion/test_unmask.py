"""The reference sampler: what the server's pictures are held against (docs/sampling.md)."""

# R pictures, N code positions, K codebook

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from unif2ace_training.diffusion.mask_schedule import masked_after_step
from unif2ace_training.diffusion.unmask import (
    Predict,
    UnmaskSettings,
    UnmaskStep,
    annealed,
    guided_logits,
    unmask,
    unmask_step,
)

POSITIONS, CODES = 16, 24
SETTINGS = UnmaskSettings(num_inference_steps=6, guidance_scale=2.5, temperature=1.0, confidence_temperature=2.0)


def toy_predict(code_ids_RN: Tensor, noise_level_R: Tensor) -> tuple[Tensor, Tensor]:
    """Logits that depend on a picture's own codes and noise level, row by row."""
    code_ids, levels = code_ids_RN.double(), noise_level_R.double()[:, None, None]
    places, codes = torch.arange(POSITIONS)[:, None], torch.arange(CODES)
    context = (code_ids * torch.arange(1, POSITIONS + 1)).sum(dim=1)[:, None, None]
    conditional = 2 * torch.sin(places * 1.7 + codes * 2.3 + context * 0.71 + levels)
    unconditional = torch.cos(places * 0.9 + codes * 1.1 + levels).expand_as(conditional)
    return conditional.float(), unconditional.float()


def all_masked(rows: int) -> Tensor:
    return torch.full((rows, POSITIONS), CODES)


def run(
    seeds: Sequence[int],
    settings: UnmaskSettings = SETTINGS,
    *,
    start: Tensor | None = None,
    rows: Sequence[int] | None = None,
    predict: Predict = toy_predict,
) -> Tensor:
    return unmask(predict, all_masked(len(seeds)) if start is None else start, CODES, settings, seeds, rows)


@pytest.fixture
def step() -> Callable[..., UnmaskStep]:
    """`unmask_step` on two half-masked pictures with defaults that a test may change."""
    generator = torch.Generator().manual_seed(0)
    code_ids = torch.randint(0, CODES, (2, POSITIONS), generator=generator)
    code_ids[:, ::2] = CODES
    defaults = {
        "guided_logits_RNK": torch.randn(2, POSITIONS, CODES, generator=generator),
        "code_ids_RN": code_ids,
        "temperature": 1.0,
        "confidence_temperature": 0.0,
        "keep_masked_R": torch.tensor([3, 5]),
        "token_uniforms_RN": torch.rand(2, POSITIONS, generator=generator),
        "confidence_uniforms_RN": torch.rand(2, POSITIONS, generator=generator),
    }
    return lambda **changes: (defaults | changes, unmask_step(**(defaults | changes)))


def test_guidance_is_uncond_plus_s_times_the_difference():
    cond, uncond = torch.tensor([3.0, 1.0]), torch.tensor([1.0, 2.0])
    assert guided_logits(cond, uncond, 2.5).tolist() == [6.0, -0.5]
    assert guided_logits(cond, uncond, 0.0).tolist() == [1.0, 2.0]
    assert torch.equal(guided_logits(cond, None, 2.5), cond)


def test_scale_1_is_no_guidance():
    off = run([1, 2], replace(SETTINGS, guidance_scale=1.0))
    assert torch.equal(off, run([1, 2], predict=lambda codes, level: (toy_predict(codes, level)[0], None)))
    assert not torch.equal(off, run([1, 2]))


def test_a_code_is_drawn_by_inverting_the_cumulative_distribution(step: Callable):
    given, result = step()
    for row in range(2):
        for place in range(POSITIONS):
            if given["code_ids_RN"][row, place] != CODES:
                assert result.proposed_code_ids_RN[row, place] == given["code_ids_RN"][row, place]
                continue
            cumulative = np.cumsum(given["guided_logits_RNK"][row, place].softmax(dim=-1).numpy())
            uniform = float(given["token_uniforms_RN"][row, place])
            first = next(code for code, mass in enumerate(cumulative) if mass > uniform)
            assert result.proposed_code_ids_RN[row, place] == first


def test_a_cumulative_probability_that_equals_the_uniform_does_not_exceed_it():
    drawn = unmask_step(
        torch.zeros(1, 4, 4),
        torch.full((1, 4), 4),
        temperature=1.0,
        confidence_temperature=0.0,
        keep_masked_R=torch.tensor([0]),
        token_uniforms_RN=torch.tensor([[0.0, 0.25, 0.5, 0.75]]),
        confidence_uniforms_RN=torch.full((1, 4), 0.5),
    ).next_code_ids_RN
    assert drawn.tolist() == [[0, 1, 2, 3]]


def test_draws_have_the_distribution_of_the_guided_logits_at_the_temperature():
    logits = torch.tensor([1.0, 0.0, -1.0, 2.0])
    uniforms = (torch.arange(4000) + 0.5) / 4000
    drawn = unmask_step(
        logits.expand(1, 4000, 4),
        torch.full((1, 4000), 4),
        temperature=0.5,
        confidence_temperature=0.0,
        keep_masked_R=torch.tensor([0]),
        token_uniforms_RN=uniforms[None],
        confidence_uniforms_RN=torch.full((1, 4000), 0.5),
    ).next_code_ids_RN
    shares = torch.bincount(drawn[0], minlength=4) / 4000
    torch.testing.assert_close(shares, (logits / 0.5).softmax(dim=-1), rtol=0, atol=1e-3)


def test_temperature_0_takes_the_likeliest_and_the_first_of_equals(step: Callable):
    given, result = step(temperature=0.0)
    is_masked = given["code_ids_RN"] == CODES
    likeliest = given["guided_logits_RNK"].argmax(dim=-1)
    assert torch.equal(result.proposed_code_ids_RN[is_masked], likeliest[is_masked])
    _, tied = step(temperature=0.0, guided_logits_RNK=torch.zeros(2, POSITIONS, CODES))
    assert (tied.proposed_code_ids_RN[is_masked] == 0).all()


def test_uniforms_next_to_0_and_1_stay_in_the_codebook(step: Callable):
    for uniform, code in ((2.0**-24, 0), (1 - 2.0**-24, CODES - 1)):
        given, result = step(
            token_uniforms_RN=torch.full((2, POSITIONS), uniform), guided_logits_RNK=torch.zeros(2, POSITIONS, CODES)
        )
        assert (result.proposed_code_ids_RN[given["code_ids_RN"] == CODES] == code).all()


@pytest.mark.parametrize("confidence_temperature", [0.0, 3.0])
def test_the_most_confident_are_kept(step: Callable, confidence_temperature: float):
    """Confidence: log-probability of the drawn code at temperature 1, plus Gumbel noise."""
    given, result = step(confidence_temperature=confidence_temperature, temperature=3.0)
    log_probability = given["guided_logits_RNK"].log_softmax(dim=-1)
    gumbel = -(-given["confidence_uniforms_RN"].log()).log()
    for row, keep_masked in enumerate([3, 5]):
        masked = (given["code_ids_RN"][row] == CODES).nonzero()[:, 0].tolist()
        confidence = {
            place: float(log_probability[row, place, result.proposed_code_ids_RN[row, place]])
            + confidence_temperature * float(gumbel[row, place])
            for place in masked
        }
        least = sorted(masked, key=confidence.__getitem__)[:keep_masked]
        still_masked = (result.next_code_ids_RN[row] == CODES).nonzero()[:, 0].tolist()
        assert still_masked == sorted(least)


def test_of_equally_confident_positions_the_first_are_revealed():
    """Of a thousand: sorting that is not stable keeps the order of a few by luck."""
    positions = 1000
    result = unmask_step(
        torch.zeros(1, positions, CODES),
        torch.full((1, positions), CODES),
        temperature=0.0,
        confidence_temperature=0.0,
        keep_masked_R=torch.tensor([300]),
        token_uniforms_RN=torch.full((1, positions), 0.5),
        confidence_uniforms_RN=torch.full((1, positions), 0.5),
    )
    still_masked = (result.next_code_ids_RN[0] == CODES).nonzero()[:, 0].tolist()
    assert still_masked == list(range(700, 1000))


def test_the_confidence_noise_is_annealed_from_the_given_temperature_at_each_step():
    settings = replace(SETTINGS, num_inference_steps=4, confidence_temperature=8.0)
    assert [annealed(settings, step) for step in range(4)] == [6.0, 4.0, 2.0, 0.0]


def test_a_picture_has_no_masks_in_the_end_whatever_the_number_of_steps():
    for steps in (1, 2, 5, POSITIONS, 3 * POSITIONS):
        drawn = run([1, 2], replace(SETTINGS, num_inference_steps=steps))
        assert int(drawn.min()) >= 0
        assert int(drawn.max()) < CODES


def test_each_step_sees_the_schedules_number_of_masks_as_its_noise_level():
    seen: list[tuple[int, float]] = []

    def watching(code_ids: Tensor, noise_level: Tensor) -> tuple[Tensor, Tensor]:
        seen.append((int((code_ids == CODES).sum()), float(noise_level[0])))
        return toy_predict(code_ids, noise_level)

    run([1], predict=watching)
    masked, expected = POSITIONS, []
    for step in range(SETTINGS.num_inference_steps):
        expected.append((masked, masked / POSITIONS))
        masked = masked_after_step(step=step, num_steps=6, initially_masked=POSITIONS, masked_now=masked)
    assert seen == expected


def test_in_editing_the_noise_level_is_the_share_of_all_codes_that_are_masked():
    levels: list[float] = []

    def watching(code_ids: Tensor, noise_level: Tensor) -> tuple[Tensor, Tensor]:
        levels.append(float(noise_level[0]))
        return toy_predict(code_ids, noise_level)

    start = torch.zeros(1, POSITIONS, dtype=torch.int64)
    start[0, :4] = CODES
    run([1], replace(SETTINGS, num_inference_steps=2), start=start, predict=watching)
    assert levels == [4 / 16, 2 / 16]


def test_given_codes_are_kept_and_seen():
    """Editing: what is outside the mask stays, and pictures with different masks go through one batch."""
    start = torch.randint(0, CODES, (2, POSITIONS), generator=torch.Generator().manual_seed(0))
    start[0, 4:9] = CODES
    start[1, ::3] = CODES
    given = start != CODES
    edited = run([1, 2], start=start)
    assert torch.equal(edited[given], start[given])
    assert (edited < CODES).all()
    other_context = start.clone()
    other_context[0, 0] = (other_context[0, 0] + 1) % CODES
    assert not torch.equal(run([1, 2], start=other_context)[0, 4:9], edited[0, 4:9])


def test_a_picture_that_is_given_whole_is_returned_untouched():
    start = torch.randint(0, CODES, (1, POSITIONS), generator=torch.Generator().manual_seed(0))

    def never(*_: Tensor) -> tuple[Tensor, None]:
        raise AssertionError("there is nothing to predict")

    assert torch.equal(run([1], start=start, predict=never), start)


def test_a_seed_draws_the_same_alone_and_in_any_company():
    together = run([11, 12, 13])
    for index, seed in enumerate([11, 12, 13]):
        assert torch.equal(run([seed])[0], together[index])
    assert torch.equal(run([13, 11])[1], together[0])
    finished_early = all_masked(2)
    finished_early[0, 1:] = 3
    assert torch.equal(run([7, 12], start=finished_early)[1], together[1])


def test_pictures_of_one_request_differ_by_their_row():
    same_seed = run([11, 11, 11], rows=[0, 1, 2])
    assert len({tuple(row) for row in same_seed.tolist()}) == 3
    assert torch.equal(run([11], rows=[1])[0], same_seed[1])
    assert torch.equal(run([11])[0], same_seed[0])


def test_other_seeds_draw_other_pictures():
    assert len({tuple(row) for row in run(range(20)).tolist()}) == 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_inference_steps": 0}, "num_inference_steps is 0; it must be at least 1"),
        ({"guidance_scale": -1.0}, "guidance_scale is -1.0; it must be 0 or more"),
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"confidence_temperature": -3.0}, "confidence_temperature is -3.0"),
    ],
)
def test_settings_that_draw_nothing_are_refused(change: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        replace(SETTINGS, **change)
