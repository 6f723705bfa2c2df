import torch

from unif2ace_training.diffusion.corrupt import corrupt, stratified_times
from unif2ace_training.diffusion.mask_schedule import MaskSchedule

MASK = 64


def codes(rows: int, positions: int) -> torch.Tensor:
    return torch.randint(0, MASK, (rows, positions), generator=torch.Generator().manual_seed(0))


def test_codes_are_masked_with_the_probability_of_their_time():
    clean, times = codes(5, 40_000), torch.tensor([0.05, 0.25, 0.5, 0.75, 1.0])
    noised = corrupt(clean, times, MaskSchedule("cosine"), MASK, torch.Generator().manual_seed(1))
    torch.testing.assert_close(noised.mask_ratio_B, torch.sin(torch.pi / 2 * times))
    torch.testing.assert_close(noised.mask_slope_B, torch.pi / 2 * torch.cos(torch.pi / 2 * times))
    # Four standard deviations of the mean of 40,000 coin flips are at most 0.01.
    torch.testing.assert_close(noised.is_masked_BN.float().mean(dim=1), noised.mask_ratio_B, rtol=0, atol=0.01)
    assert torch.equal(noised.noise_level_B, noised.is_masked_BN.float().mean(dim=1))


def test_positions_are_masked_independently():
    noised = corrupt(
        codes(20_000, 2), torch.full((20_000,), 1 / 3), MaskSchedule("cosine"), MASK, torch.Generator().manual_seed(1)
    )
    both = noised.is_masked_BN.all(dim=1).float().mean()
    # 1/4 by chance; the pictures with no mask by chance (another 1/4) got one, never two.
    assert abs(float(both) - 0.25) < 0.015


def test_masked_codes_are_the_mask_and_the_others_are_kept():
    clean = codes(6, 100)
    noised = corrupt(clean, torch.rand(6), MaskSchedule("cosine"), MASK, torch.Generator().manual_seed(1))
    assert (noised.code_ids_BN[noised.is_masked_BN] == MASK).all()
    assert torch.equal(noised.code_ids_BN[~noised.is_masked_BN], clean[~noised.is_masked_BN])


def test_at_least_one_code_is_masked_and_all_at_time_1():
    times = torch.tensor([0.0] * 50 + [1e-6] * 50 + [1.0] * 50)
    noised = corrupt(codes(150, 30), times, MaskSchedule("cosine"), MASK, torch.Generator().manual_seed(1))
    masked = noised.is_masked_BN.sum(dim=1)
    assert masked[:100].tolist() == [1] * 100
    assert masked[100:].tolist() == [30] * 50
    places = noised.is_masked_BN[:100].float().argmax(dim=1)
    assert len(places.unique()) > 15, "the one masked code is anywhere, not always at the same place"


def test_the_generator_decides():
    clean, times = codes(4, 50), torch.full((4,), 0.4)
    one, same, other = (
        corrupt(clean, times, MaskSchedule("cosine"), MASK, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4)
    )
    assert torch.equal(one.code_ids_BN, same.code_ids_BN)
    assert not torch.equal(one.code_ids_BN, other.code_ids_BN)


def test_stratified_times_fall_one_into_each_interval_in_random_order():
    times = stratified_times(16, torch.Generator().manual_seed(0))
    assert sorted((times * 16).long().tolist()) == list(range(16))
    assert not torch.equal(times, times.sort().values)
    assert torch.equal(times, stratified_times(16, torch.Generator().manual_seed(0)))
    assert not torch.equal(times, stratified_times(16, torch.Generator().manual_seed(1)))
