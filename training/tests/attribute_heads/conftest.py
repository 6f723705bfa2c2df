"""Encoders of the forty portraits, and heads on what they say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unif2ace_training.__main__ import main
from unif2ace_training.attribute_heads.examples import part_of

# Few pictures: values are taught from four of them and judged on two, and a share of what the paper asks for is enough.
EASY = ["--least-examples", "4", "--least-appearance", "0.6", "--least-action", "0.6", "--epochs", "120"]


@pytest.fixture(scope="session")
def person_of() -> Callable[[dict], int]:
    """Persons by whom the forty pictures fall into the three parts evenly: of five pictures two, two and one."""
    numbers = iter(range(100_000))
    parts = ["fit", "calibrate", "fit", "calibrate", "held-out"]
    drawn = [next(number for number in numbers if part_of(number) == parts[index % 5]) for index in range(40)]
    places: dict[tuple[int, int], int] = {}

    def person(labels: dict) -> int:
        return drawn[places.setdefault((labels["identity"], labels["view"]), len(places))]

    return person


@pytest.fixture(scope="session")
def encoders(rendered_portraits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that `encoders` wrote: a few seconds of training."""
    folder = tmp_path_factory.mktemp("chain")
    prepared, out = folder / "prepared", folder / "encoders"
    where = ["--pictures", str(rendered_portraits), "--preset", "debug"]
    assert main(["prepare", *where, "--out", str(prepared)]) == 0
    assert main(["encoders", *where, "--prepared", str(prepared), "--out", str(out), "--samples", "1600"]) == 0
    return out


@pytest.fixture(scope="session")
def train_heads(encoders: Path) -> Callable[..., int]:
    """Runs `heads` over pictures."""

    def run(pictures: Path, out: Path, *options: str) -> int:
        return main(
            ["heads", "--pictures", str(pictures), "--encoders", str(encoders), "--out", str(out), *EASY, *options]
        )

    return run


@pytest.fixture(scope="session")
def portraits(write_portraits, person_of, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portraits with their labels, of those persons."""
    out = tmp_path_factory.mktemp("rendered") / "portraits"
    return write_portraits(out, lambda labels: labels | {"identity": person_of(labels)})


@pytest.fixture(scope="session")
def heads(portraits: Path, train_heads, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Heads that were taught what can be seen in rendered portraits."""
    out = tmp_path_factory.mktemp("heads")
    assert train_heads(portraits, out) == 0
    return out
