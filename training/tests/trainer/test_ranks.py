"""What several processes are refused, and how rows and batch sizes are shared out; no second process is needed."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from unif2ace_training.common.ranks import ALONE, Ranks, ranks_of_environment
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.trainer.settings import LoraSettings, TrainSettings, train_preset, with_overrides
from unif2ace_training.trainer.split_run import mixture_of
from unif2ace_training.trainer.trainer import Trainer


def test_every_row_is_one_rank_s_and_who_has_more_of_one_task_has_less_of_the_other():
    rows = torch.arange(30)
    ranks = [Ranks(rank, 8) for rank in range(8)]
    for backwards in (False, True):
        shares = [rows[rank.rows(backwards=backwards)] for rank in ranks]
        assert sorted(torch.cat(shares).tolist()) == rows.tolist()
    both = [len(rows[rank.rows()]) + len(rows[rank.rows(backwards=True)]) for rank in ranks]
    assert set(both) == {7, 8}
    assert torch.equal(rows[ALONE.rows()], rows)


def test_weighted_means_of_ranks_are_the_mean_of_all():
    values = torch.tensor([3.0, 1.0, 4.0, 1.0, 5.0])
    ranks = [Ranks(rank, 2) for rank in range(2)]
    shares = [values[rank.rows()] for rank in ranks]
    weighted = [rank.weight(len(share), 5) * share.mean() for rank, share in zip(ranks, shares, strict=True)]
    assert torch.stack(weighted).mean() == pytest.approx(values.mean().item())
    assert ALONE.weight(3, 5) == 1.0


def test_an_incomplete_environment_is_named(monkeypatch: pytest.MonkeyPatch):
    for name in ("WORLD_SIZE", "RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    with ranks_of_environment() as ranks:
        assert ranks == ALONE
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("RANK", "1")
    with (
        pytest.raises(ValueError, match="not MASTER_ADDR, MASTER_PORT; start the run with torchrun"),
        ranks_of_environment(),
    ):
        pass


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (replace(train_preset("debug"), lora=LoraSettings(rank=4)), "adapters are trained by one process"),
        (replace(train_preset("debug"), accumulation=4), "2 rows of task understand .* fewer than the 4 processes"),
    ],
)
def test_settings_for_one_process_are_refused_by_several(
    prepared: PreparedData, tmp_path: Path, settings: TrainSettings, said: str
):
    with pytest.raises(ValueError, match=said):
        Trainer(settings, prepared, tmp_path, ranks=Ranks(0, 4))


def test_a_run_of_one_process_is_not_gone_on_with_by_several(prepared: PreparedData, tmp_path: Path):
    Trainer(train_preset("debug"), prepared, tmp_path).save()
    with pytest.raises(ValueError, match="holds a run of one process; go on without torchrun"):
        Trainer(train_preset("debug"), prepared, tmp_path, ranks=Ranks(0, 4))


def test_stages_have_batch_sizes_of_their_own(prepared: PreparedData):
    settings = with_overrides(train_preset("debug"), ["stage_2_batch_size=24"])
    mixture = mixture_of(settings, prepared)
    sizes = [
        (len(mixture.next_generate(0, 0, stage).text_ids_BT), len(mixture.next_understand(stage).text_ids_BT))
        for stage in (1, 2)
    ]
    assert sizes == [(8, 8), (12, 12)]
    again = mixture_of(settings, prepared)
    again.load_state(mixture.state())
    for stage in (1, 2):
        left, right = (one.next_generate(1, 0, stage).text_ids_BT for one in (mixture, again))
        assert torch.equal(left, right)
    with pytest.raises(ValueError, match="batch_size 25 must be a multiple of accumulation 2"):
        with_overrides(train_preset("debug"), ["accumulation=2", "stage_2_batch_size=25"])


def test_layers_that_are_computed_again_give_the_same_losses(prepared: PreparedData, tmp_path: Path):
    kept, again = (
        Trainer(
            with_overrides(train_preset("debug"), [f"activation_checkpointing={value}"]), prepared, tmp_path / value
        )
        for value in ("false", "true")
    )
    for _ in range(2):
        assert kept.train_step() == again.train_step()
    with pytest.raises(ValueError, match="'yes' is neither true nor false"):
        with_overrides(train_preset("debug"), ["activation_checkpointing=yes"])
