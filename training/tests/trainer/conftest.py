from pathlib import Path

import pytest

from unif2ace_training.config.presets import debug
from unif2ace_training.data.prepared import PreparedData, open_prepared

TINY = Path(__file__).parents[1] / "assets" / "tiny"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedData:
    """The tiny folders of scripts/make_tiny_folders.py."""
    return open_prepared(
        debug(),
        prepared=TINY / "prepared",
        tokenizer=TINY / "tokenizer",
        encoders=TINY / "encoders",
        cache=tmp_path_factory.mktemp("texts"),
    )
