"""What the losses bound, on distributions small enough to know the exact posterior (docs/losses.md, "Bounds").

A picture is five bits. Every masked set and every value is enumerated, time is integrated by Gauss-Legendre.
"""

# X pictures (all 2^N of them), N code positions, S masked sets (all but the empty one)

from collections.abc import Callable
from itertools import product
from math import comb, log, pi

import numpy as np
import pytest
import torch
from torch import Tensor

from unif2ace_training.diffusion.corrupt import Corrupted, corrupt, stratified_times
from unif2ace_training.diffusion.mask_schedule import SCHEDULES, MaskSchedule, ScheduleName
from unif2ace_training.losses.masked_token import masked_token_loss
from unif2ace_training.losses.score_entropy import score_entropy, score_entropy_loss

N = 5
PICTURES = torch.tensor(list(product((0, 1), repeat=N)))
MASKED_SETS = torch.tensor(list(product((False, True), repeat=N))[1:])
SIZES = MASKED_SETS.sum(dim=1)
NODES, WEIGHTS = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(60))
TIMES, TIME_WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2

Distribution = Callable[[], Tensor]


def independent() -> Tensor:
    """Bits that know nothing of each other."""
    chances = torch.tensor([0.5, 0.3, 0.8, 0.6, 0.1], dtype=torch.float64)
    return torch.where(PICTURES == 1, chances, 1 - chances).prod(dim=1)


def copies() -> Tensor:
    """One fair bit, repeated: a single visible code tells everything."""
    return ((PICTURES.sum(dim=1) % N) == 0).double() / 2


def parity() -> Tensor:
    """Fair bits with an even sum: the last masked code is certain, any others know nothing of each other."""
    return (PICTURES.sum(dim=1) % 2 == 0).double() / 2 ** (N - 1)


def arbitrary() -> Tensor:
    """No structure at all."""
    return torch.rand(2**N, generator=torch.Generator().manual_seed(4), dtype=torch.float64).softmax(dim=0)


DISTRIBUTIONS = [independent, copies, parity, arbitrary]


def exact_posterior(probabilities_X: Tensor) -> Tensor:
    """log p(x^i = v | the unmasked codes of x), [X, S, N, 2]."""
    agrees_SXX = ((PICTURES[:, None] == PICTURES[None]) | MASKED_SETS[:, None, None]).all(dim=-1)
    joint_SXNv = torch.stack(
        [(agrees_SXX * probabilities_X).double() @ (value == PICTURES).double() for value in (0, 1)], dim=-1
    )
    return (joint_SXNv / joint_SXNv.sum(dim=-1, keepdim=True)).log().transpose(0, 1)


def cross_entropy(log_posterior: Tensor) -> Tensor:
    """-log p of the true code at each masked position, [X, S, N]; 0 elsewhere."""
    true = log_posterior.gather(-1, PICTURES[:, None, :, None].expand(-1, len(MASKED_SETS), -1, 1))[..., 0]
    return torch.where(MASKED_SETS, -true, 0.0)


def by_size(log_posterior: Tensor) -> Tensor:
    """c_k(x): mean cross-entropy of a masked code when k of the N are masked, [X, k from 1]."""
    mean_XS = cross_entropy(log_posterior).sum(dim=-1) / SIZES
    return torch.stack([mean_XS[:, size == SIZES].mean(dim=1) for size in range(1, N + 1)], dim=1)


def share_of_size(schedule: MaskSchedule) -> Tensor:
    """pi_k: probability over time and masks that k codes are masked, [k from 0]."""
    ratio = schedule.mask_ratio(TIMES)
    return torch.stack([comb(N, k) * (TIME_WEIGHTS * ratio**k * (1 - ratio) ** (N - k)).sum() for k in range(N + 1)])


def integrated_score_loss(log_posterior: Tensor, schedule: MaskSchedule) -> Tensor:
    """The score loss of each picture, without the clamp: losses/score_entropy.py over time and masked sets, [X]."""
    total = torch.zeros(len(PICTURES), dtype=torch.float64)
    picture, masked_set, position = MASKED_SETS.expand(len(PICTURES), -1, -1).nonzero(as_tuple=True)
    log_probabilities, targets = log_posterior[picture, masked_set, position], PICTURES[picture, position]
    for time, time_weight in zip(TIMES, TIME_WEIGHTS, strict=True):
        ratio, slope = schedule.mask_ratio(time), schedule.slope(time)
        odds = ((1 - ratio) / ratio).expand(len(targets))
        noise = slope / (1 - ratio)
        chance_S = ratio**SIZES * (1 - ratio) ** (N - SIZES)
        entropy = noise * score_entropy(log_probabilities, targets, odds) * chance_S[masked_set]
        total.index_add_(0, picture, time_weight * entropy)
    return total


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_with_the_exact_posterior_the_score_loss_is_the_negative_log_likelihood(
    distribution: Distribution, name: ScheduleName
):
    """Of every single picture, under any schedule."""
    probabilities = distribution()
    possible = probabilities > 0
    score = integrated_score_loss(exact_posterior(probabilities), MaskSchedule(name))
    torch.testing.assert_close(score[possible], -probabilities[possible].log(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
def test_of_any_model_it_counts_every_number_of_masks_once_and_is_a_bound(name: ScheduleName):
    """A wrong model: the loss is the sum over k of c_k, and at least -log of what drawing in random order produces."""
    generator = torch.Generator().manual_seed(5)
    visible = torch.where(MASKED_SETS, -1, PICTURES[:, None])
    key = ((visible + 1) * 3 ** torch.arange(N)).sum(dim=-1)  # the model sees the visible codes and nothing else
    log_model = torch.randn(3**N, N, 2, generator=generator, dtype=torch.float64).log_softmax(dim=-1)[key]
    score = integrated_score_loss(log_model, MaskSchedule(name))
    torch.testing.assert_close(score, by_size(log_model).sum(dim=1), rtol=1e-6, atol=1e-6)
    likelihood = likelihood_in_random_order(cross_entropy(log_model))
    assert float(likelihood.sum()) == pytest.approx(1.0)
    assert (score > -likelihood.log()).all()


def likelihood_in_random_order(cross_entropy_XSN: Tensor) -> Tensor:
    """Probability of each picture when codes are drawn one at a time, each next position at random, [X]."""
    index = {tuple(masked.tolist()): place for place, masked in enumerate(MASKED_SETS)}
    reached = {tuple([False] * N): torch.ones(len(PICTURES), dtype=torch.float64)}
    for masked in sorted(index, key=sum):
        terms = []
        for position in range(N):
            if masked[position]:
                rest = tuple(is_masked and place != position for place, is_masked in enumerate(masked))
                terms.append((-cross_entropy_XSN[:, index[masked], position]).exp() * reached[rest])
        reached[masked] = torch.stack(terms).mean(dim=0)
    return reached[tuple([True] * N)]


def mean_by_size(distribution: Distribution) -> tuple[Tensor, float]:
    """c_k averaged over the data [k from 1], and the data's mean negative log-likelihood."""
    probabilities = distribution()
    possible = probabilities > 0
    c = (probabilities[possible, None] * by_size(exact_posterior(probabilities))[possible]).sum(dim=0)
    return c, float(-(probabilities[possible] * probabilities[possible].log()).sum())


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_on_average_more_masks_make_a_code_harder(distribution: Distribution):
    """Conditioning lowers entropy: what every ordering below rests on."""
    c, likelihood = mean_by_size(distribution)
    assert (c.diff() > -1e-12).all()
    assert float(c.sum()) == pytest.approx(likelihood)


def normalised(name: ScheduleName) -> dict[str, Tensor]:
    """Factor of c_k, [k from 1], in each normalisation of the masked loss, in expectation."""
    share = share_of_size(MaskSchedule(name))
    sizes = torch.arange(1, N + 1)
    with_one = share[1:].clone()
    with_one[0] += share[0]  # a picture without a mask gets one
    return {
        "sum": sizes * share[1:],
        "N x mean of a picture, pictures without masks left out": N * share[1:] / share[1:].sum(),
        "N x mean of a picture, pictures without masks count 0": N * share[1:],
        "N x mean of a picture, at least one mask": N * with_one,
        "N x mean over the batch's masked codes": N * sizes * with_one / (sizes * with_one).sum(),
    }


# Of the masked loss minus the negative log-likelihood: the sign for each distribution, as docs/losses.md states it.
SIGNS = {
    #                                                                    independent copies parity
    ("linear", "sum"): "---",
    ("cosine", "sum"): "-+-",
    ("linear", "N x mean of a picture, pictures without masks left out"): "000",
    ("cosine", "N x mean of a picture, pictures without masks left out"): "0++",
    ("linear", "N x mean of a picture, pictures without masks count 0"): "---",
    ("cosine", "N x mean of a picture, pictures without masks count 0"): "-+-",
    ("linear", "N x mean of a picture, at least one mask"): "0--",
    ("cosine", "N x mean of a picture, at least one mask"): "0+-",
    ("linear", "N x mean over the batch's masked codes"): "0++",
    ("cosine", "N x mean over the batch's masked codes"): "0++",
}


@pytest.mark.parametrize(("name", "normalisation"), SIGNS)
def test_the_masked_loss_is_above_or_below_the_likelihood_by_its_normalisation(name: ScheduleName, normalisation: str):
    factors = normalised(name)[normalisation]
    signs = ""
    for distribution in (independent, copies, parity):
        c, likelihood = mean_by_size(distribution)
        excess = float((factors * c).sum()) - likelihood
        signs += "0" if abs(excess) < 1e-9 else "+" if excess > 0 else "-"
    assert signs == SIGNS[name, normalisation]


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_the_loss_as_it_is_computed_here_is_an_upper_bound_looser_than_the_score_loss(
    distribution: Distribution, name: ScheduleName
):
    """Appendix D's order, likelihood = score loss <= N x masked loss, for the mean over a batch's masked codes."""
    c, likelihood = mean_by_size(distribution)
    factors = normalised(name)["N x mean over the batch's masked codes"]
    assert (factors.diff() > -1e-12).all()
    assert float((factors * c).sum()) >= likelihood - 1e-9


def trained_score_factors(positions: int) -> Tensor:
    """Factor of c_k in the score loss as it is trained, [k from 1]: weight at most N m', and at least one mask.

    Over dm instead of dt the weight m'/m is 1/m under any schedule.
    """
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(400))
    edge = 1 / positions
    factors = torch.zeros(positions + 1, dtype=torch.float64)
    for low, high in ((0.0, edge), (edge, 1.0)):
        ratio = low + (high - low) * (nodes + 1) / 2
        weight = weights * (high - low) / 2 / ratio.clamp(min=edge)
        for k in range(positions + 1):
            factors[k] += (
                float(comb(positions, k)) * (weight * ratio**k * (1 - ratio) ** (positions - k)).sum() * max(k, 1)
            )
    factors[1] += factors[0]
    return factors[1:]


def corrupted_batch(distribution: Distribution, name: ScheduleName) -> tuple[Tensor, Tensor, Corrupted]:
    """Logits of the exact posterior, clean codes and masks of many pictures, as training draws them."""
    probabilities, rows = distribution(), 60_000
    generator = torch.Generator().manual_seed(6)
    clean = PICTURES[torch.multinomial(probabilities, rows, replacement=True, generator=generator)]
    noised = corrupt(clean, stratified_times(rows, generator), MaskSchedule(name), 2, generator)
    powers = 2 ** torch.arange(N).flip(0)
    masked_set = (noised.is_masked_BN * powers).sum(dim=1) - 1
    assert torch.equal(MASKED_SETS[masked_set], noised.is_masked_BN)
    logits = exact_posterior(probabilities)[(clean * powers).sum(dim=1), masked_set].clamp(min=-60)
    return logits, clean, noised


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("distribution", [copies, parity, arbitrary])
def test_a_large_batch_of_training_has_those_factors(distribution: Distribution, name: ScheduleName):
    """Within 1.5 %, the noise of 60,000 pictures."""
    logits, clean, noised = corrupted_batch(distribution, name)
    c, _ = mean_by_size(distribution)
    masked = N * masked_token_loss(logits, clean, noised.is_masked_BN)
    expected = (normalised(name)["N x mean over the batch's masked codes"] * c).sum()
    assert float(masked) == pytest.approx(float(expected), rel=0.015)
    score = score_entropy_loss(logits, clean, noised.is_masked_BN, noised.mask_ratio_B, noised.mask_slope_B)
    assert float(score) == pytest.approx(float((trained_score_factors(N) * c).sum()), rel=0.015)


def test_clamp_and_compulsory_mask_touch_the_smallest_sizes_alone():
    """The figures of docs/losses.md, for the 100 codes of the small preset."""
    factors = trained_score_factors(100)
    assert factors[:4].tolist() == pytest.approx([1.478, 0.897, 0.977, 0.996], abs=1e-3)
    torch.testing.assert_close(factors[4:], torch.ones(96).double(), rtol=0, atol=1e-3)


def test_shares_of_sizes_have_closed_forms():
    torch.testing.assert_close(share_of_size(MaskSchedule("linear")), torch.full((N + 1,), 1 / (N + 1)).double())
    cosine = share_of_size(MaskSchedule("cosine"))
    assert float(cosine.sum()) == pytest.approx(1.0)
    # All N masked: the mean of sin^5 over a quarter turn.
    assert float(cosine[N]) == pytest.approx(2 / pi * 8 / 15)
    assert (cosine.diff() > 0).all()
    assert float((torch.arange(N + 1) * cosine).sum()) == pytest.approx(N * 2 / pi)
    assert log(2) == pytest.approx(mean_by_size(copies)[1])
