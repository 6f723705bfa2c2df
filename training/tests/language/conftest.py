"""Portraits to write about. The modules here that are no tests are a checker that the tests share."""

import sys
from pathlib import Path

import pytest

from unif2ace_training.portraits.labels import Labels

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def portraits() -> list[Labels]:
    """Three hundred evenly mixed ones."""
    from drawn_labels import draw_labels

    return [draw_labels(number) for number in range(300)]
