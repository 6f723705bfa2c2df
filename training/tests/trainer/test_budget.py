import pytest

from unif2ace_training.trainer.budget import Budget, lr_factor
from unif2ace_training.trainer.settings import BudgetSettings, ScheduleSettings


def test_stages_change_after_their_steps():
    budget = Budget(BudgetSettings(stage_1_steps=3, stage_2_steps=2))
    assert [budget.stage(step, seconds=0.0) for step in range(5)] == [1, 1, 1, 2, 2]
    assert budget.progress(5, seconds=0.0) == 1


def test_minutes_decide_where_they_are_given():
    budget = Budget(BudgetSettings(minutes=2, stage_1_fraction=0.5))
    assert budget.progress(10**6, seconds=30.0) == 0.25
    assert [budget.stage(0, seconds) for seconds in (0.0, 59.0, 61.0)] == [1, 1, 2]
    assert budget.total_steps is None


@pytest.mark.parametrize("settings", [BudgetSettings(stage_1_steps=0, stage_2_steps=0), BudgetSettings(minutes=0)])
def test_an_empty_budget_is_refused(settings: BudgetSettings):
    with pytest.raises(ValueError, match=r"at least one step|must be above 0"):
        Budget(settings)


def test_the_rate_warms_up_stays_and_falls_in_a_line_to_zero():
    schedule = ScheduleSettings(name="linear", warmup_steps=4, decay_fraction=0.5)
    assert lr_factor(schedule, 0, 0.0) == 0.25
    assert lr_factor(schedule, 10, 0.4) == 1.0
    assert lr_factor(schedule, 10, 0.75) == pytest.approx(0.5)
    assert lr_factor(schedule, 10, 1.0) == 0.0


def test_the_paper_s_rate_falls_by_a_cosine():
    schedule = ScheduleSettings(name="cosine", warmup_steps=0)
    assert [lr_factor(schedule, 0, progress) for progress in (0.0, 0.5, 1.0)] == pytest.approx([1.0, 0.5, 0.0])
