"""Write what the server's tests read: `python scripts/make_fixtures.py ../test/fixtures`.

`models/debug` (float32) and `models/debug-int8` are complete model folders with random weights, `golden/*.json` is what
PyTorch computes with them. `encoders` has small graphs in the layouts of published encoders, and
`models/debug-published` what differs from `models/debug` in a folder that was exported with them. Nothing here is
edited by hand; the same code writes the same files.
"""

import json
import sys
from pathlib import Path

import torch

from unif2ace_training.common.artifacts import write_text
from unif2ace_training.export.debug_parts import debug_parts, with_published_encoders, write_debug_folder
from unif2ace_training.export.golden import golden_files
from unif2ace_training.export.published_layouts import write_published_layouts
from unif2ace_training.export.trained_parts import TrainedParts

PREPARED = Path(__file__).parents[1] / "tests" / "assets" / "tiny" / "prepared"


def main(fixtures: Path) -> None:
    """Write models/ and golden/ below `fixtures`."""
    torch.set_num_threads(1)
    parts = debug_parts(PREPARED)
    write_debug_folder(fixtures / "models" / "debug", parts, "fp32")
    write_debug_folder(fixtures / "models" / "debug-int8", parts, "int8")
    write_published_layouts(fixtures / "encoders", parts.model.config.clip_width, parts.model.config.face_width)
    write_published_folder(fixtures / "models" / "debug-published", parts, fixtures)
    for name, content in golden_files(parts).items():
        write_text(fixtures / "golden" / name, json.dumps(content) + "\n")


def write_published_folder(out: Path, parts: TrainedParts, fixtures: Path) -> None:
    """A folder of format 3 without the files that are those of `models/debug`."""
    write_debug_folder(out, with_published_encoders(parts, fixtures / "encoders"), "fp32")
    debug = fixtures / "models" / "debug"
    for file in out.iterdir():
        if (debug / file.name).exists() and (debug / file.name).read_bytes() == file.read_bytes():
            file.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
