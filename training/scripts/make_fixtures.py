"""Write what the server's tests read: `python scripts/make_fixtures.py ../test/fixtures`.

`models/debug` (float32) and `models/debug-int8` are complete model folders with random weights, `golden/*.json` is what
PyTorch computes with them. Nothing here is edited by hand; the same code writes the same files.
"""

import json
import sys
from pathlib import Path

import torch

from unif2ace_training.common.artifacts import write_text
from unif2ace_training.export.debug_parts import debug_parts, write_debug_folder
from unif2ace_training.export.golden import golden_files

PREPARED = Path(__file__).parents[1] / "tests" / "assets" / "tiny" / "prepared"


def main(fixtures: Path) -> None:
    """Write models/ and golden/ below `fixtures`."""
    torch.set_num_threads(1)
    parts = debug_parts(PREPARED)
    write_debug_folder(fixtures / "models" / "debug", parts, "fp32")
    write_debug_folder(fixtures / "models" / "debug-int8", parts, "int8")
    for name, content in golden_files(parts).items():
        write_text(fixtures / "golden" / name, json.dumps(content) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
