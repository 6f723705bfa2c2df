"""What the tests of all clients share: where the server is, and a picture."""

import io
import os

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def address() -> str:
    """Where the server listens."""
    return os.environ["UNIF2ACE_ADDRESS"]


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture whose middle is transparent, which is what a mask repaints."""
    picture = Image.new("RGBA", (32, 32), (0, 128, 128, 255))
    picture.paste((0, 0, 0, 0), (8, 8, 24, 24))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
