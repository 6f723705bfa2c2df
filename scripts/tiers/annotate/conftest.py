"""Where the server and the portraits are, and one folder for the pipeline that the tests walk through in their order."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def address() -> str:
    """Where the server listens."""
    return os.environ["UNIF2ACE_ADDRESS"]


@pytest.fixture(scope="session")
def portraits() -> Path:
    """Shards that `render` wrote."""
    return Path(os.environ["PORTRAITS"])


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for everything."""
    return tmp_path_factory.mktemp("pipeline")


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command of the package in a process of its own, and prints what it said."""

    def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "unif2ace_training", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(f"\n{arguments[0]}: {done.stdout.strip()}")
        return done

    return run_command
