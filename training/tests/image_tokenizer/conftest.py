"""Two-coloured squares that stand for portraits: enough for a codec of the debug preset."""

import numpy as np
import pytest

from unif2ace_training.portraits.dataset import PortraitSet
from unif2ace_training.portraits.labels import Labels, values_of


@pytest.fixture(scope="module")
def data() -> PortraitSet:
    """24 pictures of 24 persons; persons 0 and 20 are held out."""
    rng = np.random.default_rng(0)
    pictures = np.repeat(np.repeat(rng.integers(0, 256, (24, 2, 2, 3), np.uint8), 16, axis=1), 16, axis=2)
    firsts = {name: values_of(name)[0] for name in Labels.__dataclass_fields__ if values_of(name)}
    flags = dict.fromkeys(
        ("hair_visible", "bangs", "receding_hairline", "necklace", "freckles", "rosy_cheeks", "eye_bags",
         "teeth_visible", "striped"),
        False,
    )  # fmt: skip
    labels = [
        Labels(**firsts, **flags, identity=i, view=0, fractions={}, eye_box=(0, 0, 1, 0.5), mouth_box=(0, 0.5, 1, 1))
        for i in range(24)
    ]
    return PortraitSet([f"{i:06d}-00" for i in range(24)], pictures, labels)
