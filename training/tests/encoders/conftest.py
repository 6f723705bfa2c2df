"""Portraits of coloured discs with two eyes and a mouth, on a background: enough of a face to be found or missed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from unif2ace_training.portraits.dataset import PortraitSet
from unif2ace_training.portraits.labels import Labels, values_of
from unif2ace_training.portraits.shards import portrait_key

SIZE, PERSONS, VIEWS = 32, 24, 4
EYE_BOX, MOUTH_BOX = (0.3, 0.4, 0.7, 0.5), (0.4, 0.65, 0.6, 0.75)
_FLAGS = (
    "hair_visible", "bangs", "receding_hairline", "necklace", "freckles", "rosy_cheeks", "eye_bags", "teeth_visible",
    "striped",
)  # fmt: skip
_BACKGROUNDS = {"white": (235, 235, 235), "green": (40, 160, 60), "blue": (40, 60, 190), "black": (10, 10, 10)}


def face(skin: NDArray[np.uint8], background: tuple[int, int, int]) -> NDArray[np.uint8]:
    """One picture."""
    rows, columns = np.mgrid[:SIZE, :SIZE] / SIZE
    picture = np.full((SIZE, SIZE, 3), background, np.uint8)
    picture[(rows - 0.55) ** 2 + (columns - 0.5) ** 2 < 0.1] = skin
    for left, top, right, bottom in ((0.3, 0.4, 0.42, 0.5), (0.58, 0.4, 0.7, 0.5), MOUTH_BOX):
        picture[round(top * SIZE) : round(bottom * SIZE), round(left * SIZE) : round(right * SIZE)] = 20
    return picture


@pytest.fixture(scope="session")
def portraits() -> PortraitSet:
    """Persons 0 and 20 are held out; a person is a colour of skin, a view is a background."""
    rng = np.random.default_rng(0)
    firsts = {name: values_of(name)[0] for name in Labels.__dataclass_fields__ if values_of(name)}
    keys, pictures, labels = [], [], []
    for person in range(PERSONS):
        skin = rng.integers(60, 256, 3, np.uint8)
        for view, (name, colour) in enumerate(_BACKGROUNDS.items()):
            keys.append(portrait_key(person, view))
            pictures.append(face(skin, colour))
            values = firsts | dict.fromkeys(_FLAGS, False) | {"background_colour": name}
            labels.append(
                Labels(**values, identity=person, view=view, fractions={}, eye_box=EYE_BOX, mouth_box=MOUTH_BOX)
            )
    return PortraitSet(keys, np.stack(pictures), labels)
