"""The forty portraits of the assets, and `annotate` over them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from unif2ace_training.__main__ import main

# The endpoint is beside these files; modules of tests are imported by their path.
sys.path.insert(0, str(Path(__file__).parent))

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits"


@pytest.fixture
def annotate(tmp_path: Path) -> Callable[..., int]:
    """Runs `annotate` into `tmp_path / "out"`; waits are short."""

    def run(*options: str, prompts: str = "paper") -> int:
        return main(
            ["annotate", "--pictures", str(PORTRAITS), "--out", str(tmp_path / "out"), "--model", "m",
             "--prompts", prompts, "--first-wait", "0.01", *options]
        )  # fmt: skip

    return run
