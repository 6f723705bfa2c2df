import json
import math
from pathlib import Path

import pytest

from unif2ace_training.ablation.summary import as_table, compared, mean_and_half_interval
from unif2ace_training.ablation.variants import TABLES, WHOLE, variants_of
from unif2ace_training.commands import ablate
from unif2ace_training.model.moe import RoutedGroup
from unif2ace_training.model.weights import load_model


def options(chain, out: Path, *tables: str) -> list[str]:
    """Two steps of every variant over two seeds."""
    counts = ["--steps", "2", "--seeds", "2", "--rows", "8", "--drawn", "4", "--unmasking-steps", "2"]
    return ["--preset", "debug", *chain.options()[2:], "--out", str(out), "--tables", *tables, *counts]


@pytest.fixture(scope="module")
def finished(chain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a queue that has been run."""
    out = tmp_path_factory.mktemp("queue")
    assert ablate.main(options(chain, out, "mixtures")) == 0
    return out


def test_the_queue_runs_every_variant_once_and_goes_on_where_it_was(chain, finished: Path, capsys):
    results = sorted(finished.glob("*/result.json"))
    assert len(results) == 2 * len(TABLES["mixtures"])
    tables = (finished / "tables.md").read_text()
    assert all(f"| {variant.name} | 2 |" in tables for variant in TABLES["mixtures"])
    assert (finished / "experts.png").exists()
    figures = json.loads(results[0].read_text())
    assert figures["masked_token"] == pytest.approx(math.log(64), rel=0.2)
    written = {path: path.stat().st_mtime_ns for path in results}
    removed = finished / "no-mixture-seed1" / "result.json"
    before = json.loads(removed.read_text())
    removed.unlink()
    capsys.readouterr()
    assert ablate.main(options(chain, finished, "mixtures")) == 0
    assert json.loads(removed.read_text()) == before, "the finished run is measured again, not trained"
    again = {path for path in results if path.stat().st_mtime_ns != written[path]}
    assert again == {removed}
    assert "run 6 of 8: no-mixture, seed 1" in capsys.readouterr().out


def test_a_mixture_that_is_left_out_stays_silent_and_the_others_learn(finished: Path):
    silent = {name: is_silent(finished / f"{name}-seed0") for name in ("whole", "no-mixture", "only-sequence-level")}
    assert silent == {"whole": False, "no-mixture": True, "only-sequence-level": True}


def is_silent(run: Path) -> bool:
    """Whether the routed experts of a run add nothing."""
    groups = [module for module in load_model(run).modules() if isinstance(module, RoutedGroup)]
    return all(bool((group.experts.down.weight == 0).all()) for group in groups)


def test_each_loss_is_left_out_by_its_row():
    rows = {variant.name: (variant.masked_token, variant.alpha) for variant in variants_of(["losses"])}
    assert rows["whole"] == (1.0, 0.01)
    assert rows["only-mask"] == (1.0, 0.0)
    assert rows["only-score"] == (0.0, 0.01)
    assert variants_of(["losses", "mixtures"]).count(WHOLE) == 1


def test_an_unknown_table_is_refused(chain, tmp_path: Path):
    with pytest.raises(ValueError, match="losses, mixtures"):
        ablate.main(options(chain, tmp_path, "table-9"))


def test_intervals_are_students():
    mean, half = mean_and_half_interval([1.0, 2.0, 3.0])
    assert (mean, half) == (2.0, pytest.approx(4.303 / math.sqrt(3)))
    assert mean_and_half_interval([1.0]) == (1.0, math.inf)


def test_differences_are_of_the_same_seeds_and_marked_when_they_are_clear():
    whole = {0: {"loss": 1.0}, 1: {"loss": 2.0}, 2: {"loss": 3.0}}
    shifted = {seed: {"loss": figures["loss"] + 0.5 + 0.01 * seed} for seed, figures in whole.items()}
    noisy = {0: {"loss": 3.0}, 1: {"loss": 1.0}, 2: {"loss": 2.5}}
    summary = compared({"whole": whole, "shifted": shifted, "noisy": noisy, "waiting": {}}, "whole")
    assert summary["shifted"]["loss"]["difference"] == pytest.approx(0.51)
    table = as_table(["whole", "shifted", "noisy", "waiting"], summary)
    rows = {line.split("|")[1].strip(): line for line in table.splitlines()[2:]}
    assert set(rows) == {"whole", "shifted", "noisy"}
    assert "*" in rows["shifted"]
    assert "*" not in rows["noisy"]
