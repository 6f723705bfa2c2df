import pytest

from unif2ace_training.config.presets import PRESETS
from unif2ace_training.trainer.settings import TrainSettings, train_preset, with_overrides


def test_every_model_preset_has_training_settings():
    assert {train_preset(name).optimizer.name for name in PRESETS} == {"adamw", "muon"}


def test_the_paper_preset_trains_as_the_paper_says():
    paper = train_preset("paper")
    assert (paper.optimizer.name, paper.optimizer.lr, paper.optimizer.weight_decay) == ("adamw", 5e-5, 0.01)
    assert (paper.schedule.name, paper.schedule.warmup_steps) == ("cosine", 5000)
    assert (paper.budget.stage_1_steps, paper.budget.stage_2_steps, paper.loss.alpha) == (20_000, 40_000, 0.01)


def test_overrides_reach_nested_settings_with_the_type_of_the_field():
    settings = with_overrides(
        TrainSettings(),
        ["optimizer.lr=0.5", "optimizer.betas=0.8,0.9", "budget.minutes=3", "num_threads=none", "seed=7"],
    )
    assert settings.optimizer.lr == 0.5
    assert settings.optimizer.betas == (0.8, 0.9)
    assert settings.budget.minutes == 3.0
    assert settings.num_threads is None
    assert settings.seed == 7


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("optimizer.lr", "is not NAME=VALUE"),
        ("optimiser.lr=1", "there is no setting 'optimiser'"),
        ("optimizer.name=sgd", "'sgd' is not one of adamw, muon"),
        ("optimizer=adamw", "has settings of its own"),
        ("seed.x=1", "'seed' has none"),
        ("seed=many", "invalid literal"),
        ("understand_fraction=0", "at least one row for each task"),
        ("accumulation=7", "must be a multiple of accumulation 7"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(assignment: str, message: str):
    with pytest.raises(ValueError, match=message):
        with_overrides(TrainSettings(), [assignment])


def test_both_tasks_share_the_batch():
    small = train_preset("small")
    assert (small.generate_rows, small.understand_rows) == (24, 8)
