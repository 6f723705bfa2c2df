"""Encoders of a folder that has no tower for texts: those that were read back from a model folder."""

import json
import shutil
from pathlib import Path

import numpy as np

from unif2ace_training.evaluation.features import Encoders


def test_pictures_have_the_same_features_without_a_tower_for_texts(chain, tmp_path: Path, rng: np.random.Generator):
    bare = Path(shutil.copytree(chain.encoders, tmp_path / "bare"))
    (bare / "clip_text.safetensors").unlink()
    config = json.loads((bare / "config.json").read_text())
    del config["clip_text"]
    (bare / "config.json").write_text(json.dumps(config))
    pictures = rng.integers(0, 256, (3, 32, 32, 3), np.uint8)
    whole, without = Encoders(chain.encoders), Encoders(bare)
    assert whole.text is not None
    assert without.text is None
    np.testing.assert_array_equal(whole.of(pictures).clip_nC, without.of(pictures).clip_nC)
