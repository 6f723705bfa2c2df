"""The debug model as a folder, with random weights, and forty rendered portraits."""

from pathlib import Path

import pytest

from unif2ace_training.export.debug_parts import debug_parts, write_debug_folder
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.scorecard.served_model import ServedModel

_PREPARED = Path(__file__).parents[1] / "assets" / "tiny" / "prepared"


@pytest.fixture(scope="session")
def parts() -> TrainedParts:
    return debug_parts(_PREPARED)


@pytest.fixture(scope="session")
def folder(parts: TrainedParts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder."""
    out = tmp_path_factory.mktemp("models") / "debug-fp32"
    write_debug_folder(out, parts, "fp32")
    return out


@pytest.fixture(scope="session")
def served(folder: Path) -> ServedModel:
    return ServedModel(folder)
