"""Calls the FaceMesh judge in its own Python environment."""

import json
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

from unif2ace_training.evaluation import face_mesh
from unif2ace_training.evaluation.distributions import Pictures

_TIMEOUT_SECONDS = 3600


def face_mesh_report(python: Path, folder: Path, pictures: Pictures) -> dict[str, Any]:
    """Write pictures uint8 [n, W, W, 3] as PNG files into `folder` and count those in which a mesh is found.

    Raises:
        ValueError: the interpreter cannot run the script; the message holds what it said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob("*.png"):
        left_over.unlink()
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{index:05d}.png")
    command = [str(python), str(Path(face_mesh.__file__)), str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise ValueError(
            f"{python} could not run {face_mesh.__name__}: {said[-1] if said else error}; "
            "make its environment with `python -m venv` and `pip install mediapipe==0.10.21`"
        ) from error
    counted = json.loads(done.stdout.strip().splitlines()[-1])
    share = counted["found"] / counted["pictures"]
    return {"pictures": counted["pictures"], "found": counted["found"], "share": share, "score": counted["mean_score"]}
