import math

import pytest
import torch

from unif2ace_training.diffusion.mask_schedule import SCHEDULES, MaskSchedule, ScheduleName, masked_after_step


def remaining(num_steps: int, positions: int) -> list[int]:
    """Masked codes after each step of a whole picture, as the sampler counts them."""
    counts, masked = [], positions
    for step in range(num_steps):
        if masked == 0:
            break
        masked = masked_after_step(step=step, num_steps=num_steps, initially_masked=positions, masked_now=masked)
        counts.append(masked)
    return counts


def test_cosine_values():
    times = torch.tensor([0.0, 1 / 3, 0.5, 1.0])
    schedule = MaskSchedule("cosine")
    assert schedule.mask_ratio(times).tolist() == pytest.approx([0.0, 0.5, math.sqrt(0.5), 1.0], abs=1e-6)
    assert schedule.slope(times).tolist() == pytest.approx(
        [math.pi / 2, math.pi / 2 * math.sqrt(0.75), math.pi / 2 * math.sqrt(0.5), 0.0], abs=1e-6
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_slope_is_the_derivative_of_the_ratio(name: ScheduleName):
    schedule = MaskSchedule(name)
    times = torch.linspace(0, 1, 11, dtype=torch.float64, requires_grad=True)
    schedule.mask_ratio(times).sum().backward()
    torch.testing.assert_close(times.grad, schedule.slope(times.detach()))


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_ratio_rises_from_0_to_1(name: ScheduleName):
    ratio = MaskSchedule(name).mask_ratio(torch.linspace(0, 1, 101))
    assert ratio[0] == 0
    assert float(ratio[-1]) == pytest.approx(1.0)
    assert (ratio.diff() > 0).all()


def test_an_unknown_schedule_is_refused_by_name():
    with pytest.raises(ValueError, match="no mask schedule 'square'; choose one of cosine, linear"):
        MaskSchedule("square")  # pyright: ignore[reportArgumentType]


def test_counts_follow_the_closed_form():
    """floor(M cos(pi/2 (k + 1) / K)): 16 codes in 8 steps, worked out by hand."""
    assert remaining(8, 16) == [15, 14, 13, 11, 8, 6, 3, 0]
    for step, masked in enumerate(remaining(16, 256)[:-1]):
        assert masked == math.floor(256 * math.cos(math.pi / 2 * (step + 1) / 16))


@pytest.mark.parametrize(("step", "num_steps"), [(1, 3), (25, 39)])
def test_a_product_that_is_whole_keeps_its_last_code(step: int, num_steps: int):
    """Two thirds of the way: half of 100, though the machine's cosine of 60 degrees is a hair above or below 0.5."""
    assert masked_after_step(step=step, num_steps=num_steps, initially_masked=100, masked_now=80) == 50


@pytest.mark.parametrize("positions", [1, 2, 16, 100, 256])
@pytest.mark.parametrize("num_steps", [1, 2, 7, 16, 50, 300])
def test_every_step_reveals_something_and_the_last_leaves_nothing(num_steps: int, positions: int):
    counts = remaining(num_steps, positions)
    assert counts[-1] == 0
    assert all(after < before for before, after in zip([positions, *counts], counts, strict=False))
    assert len(counts) <= min(num_steps, positions)


def test_training_masks_as_the_sampler_leaves_masked():
    """Time 1 - (k + 1) / K of training has the mask ratio that sampling reaches after step k."""
    steps, positions = 12, 10_000
    times = 1 - (torch.arange(steps) + 1) / steps
    ratios = MaskSchedule("cosine").mask_ratio(times)
    reached = torch.tensor(remaining(steps, positions)) / positions
    torch.testing.assert_close(ratios, reached, rtol=0, atol=2e-4)
