import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from unif2ace_training.config.presets import debug
from unif2ace_training.data.prepared import PreparedData, open_prepared

# The models of the tests are tiny: a second thread would only wait for the first.
torch.set_num_threads(1)

ASSETS = Path(__file__).parent / "assets"
TINY = ASSETS / "tiny"


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


@pytest.fixture(scope="session")
def rendered_portraits() -> Path:
    """Forty portraits as `render` writes them."""
    return ASSETS / "portraits"


@pytest.fixture(scope="session")
def write_portraits(rendered_portraits: Path) -> Callable[[Path, Callable[[dict[str, Any]], dict[str, Any]]], Path]:
    """Writes the forty portraits with other things said of them: `described` makes them of a portrait's labels."""

    def write(out: Path, described: Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
        out.mkdir()
        name = "portraits-00000.tar"
        with tarfile.open(rendered_portraits / name) as source, tarfile.open(out / name, "w") as target:
            for member in source:
                content = source.extractfile(member).read()
                if member.name.endswith(".json"):
                    content = json.dumps(described(json.loads(content))).encode()
                member.size = len(content)
                target.addfile(member, io.BytesIO(content))
        return out

    return write


@pytest.fixture(scope="session")
def write_photographs(write_portraits: Callable[..., Path]) -> Callable[..., Path]:
    """Writes them as `gather` would: with a person and two boxes, and nothing of their labels.

    `person_of` and `attributes_of` make a number and attributes of a portrait's labels.
    """

    def write(
        out: Path,
        person_of: Callable[[dict[str, Any]], int] = lambda labels: labels["identity"],
        attributes_of: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {},
    ) -> Path:
        def described(labels: dict[str, Any]) -> dict[str, Any]:
            known = {name: labels[name] for name in ("eye_box", "mouth_box")}
            known |= {"identity": person_of(labels), "licence": "CC0", "source": "folder", "captions": []}
            return known | {"attributes": attributes_of(labels)}

        return write_portraits(out, described)

    return write
