from pathlib import Path

import pytest
import torch

from unif2ace_training.config.presets import debug
from unif2ace_training.data.prepared import PreparedData, open_prepared

# The models of the tests are tiny: a second thread would only wait for the first.
torch.set_num_threads(1)

TINY = Path(__file__).parent / "assets" / "tiny"


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
