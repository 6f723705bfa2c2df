"""A chain at debug size over twenty rendered persons (scripts/make_tiny_portraits.py), with an untrained model."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from unif2ace_training.commands import encoders, prepare
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import preset
from unif2ace_training.data.prepared import PreparedData, open_prepared
from unif2ace_training.evaluation.held_out import Portrait, portraits_of
from unif2ace_training.image_tokenizer.folder import save_image_tokenizer, write_codes
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.settings import image_tokenizer_config
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import new_model
from unif2ace_training.model.weights import save_config, save_weights
from unif2ace_training.portraits.dataset import load_portraits
from unif2ace_training.portraits.shard_labels import read_labels

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits"


@dataclass(frozen=True, slots=True)
class Chain:
    """Folders as the commands write them."""

    pictures: Path
    prepared: Path
    tokenizer: Path
    encoders: Path
    run: Path

    def options(self) -> list[str]:
        """What `evaluate` is given."""
        named = ("run", "prepared", "tokenizer", "encoders", "pictures")
        return [word for name in named for word in (f"--{name}", str(getattr(self, name)))]


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("chain")
    chain = Chain(PORTRAITS, *(folder / name for name in ("prepared", "tokenizer", "encoders", "run")))
    given = ["--pictures", str(PORTRAITS), "--preset", "debug"]
    assert prepare.main([*given, "--out", str(chain.prepared), "--vocabulary", "400"]) == 0
    config = image_tokenizer_config(preset("debug"))
    tokenizer = ImageTokenizer(config)
    save_image_tokenizer(chain.tokenizer, tokenizer)
    write_codes(chain.tokenizer, tokenizer.eval(), load_portraits(PORTRAITS, config.image_size))
    words = ["--prepared", str(chain.prepared), "--out", str(chain.encoders), "--samples", "640"]
    assert encoders.main([*given, *words]) == 0
    model = new_model(open_chain(chain).config, torch_generator(0, "init"))
    save_config(chain.run, model.config)
    save_weights(chain.run, model.state_dict())
    return chain


def open_chain(chain: Chain) -> PreparedData:
    """The data of the chain."""
    folders = {"prepared": chain.prepared, "tokenizer": chain.tokenizer, "encoders": chain.encoders}
    return open_prepared(preset("debug"), **folders, cache=chain.run / "texts")


@pytest.fixture(scope="session")
def prepared(chain: Chain) -> PreparedData:
    return open_chain(chain)


@pytest.fixture(scope="session")
def model(prepared: PreparedData) -> FaceModel:
    """An untrained model."""
    return new_model(prepared.config, torch_generator(0, "init")).eval().requires_grad_(False)


@pytest.fixture(scope="session")
def portraits(prepared: PreparedData) -> list[Portrait]:
    """All portraits, training and held out."""
    train, held_out = portraits_of(read_labels(PORTRAITS), prepared.pictures)
    return train + held_out


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
