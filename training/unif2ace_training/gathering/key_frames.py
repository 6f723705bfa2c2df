"""One frame of a clip: the one that is sharp, frontal and has open eyes. Clips are read by PyAV (FFmpeg)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from unif2ace_training.gathering.faces import Face, FaceFinder, Pixels, only_face
from unif2ace_training.gathering.quality import eye_openness, sharpness

# Evenly over the clip: neighbours differ little, and each costs a search for faces.
_LOOKED_AT_FRAMES = 16


def key_frame(path: Path, finder: FaceFinder) -> tuple[Pixels, float] | None:
    """The best frame that shows one person, and its second; None where there is no such frame.

    Sharpness and openness are compared with the best of the clip, and the product of the three decides: a frame that
    is bad in one way is not saved by being good in the others.

    Raises:
        ValueError: the file is no clip, or PyAV is not installed.
    """
    seen: list[tuple[Pixels, float, Face]] = []
    for pixels, second in _frames(path):
        face = only_face(finder.find(pixels))
        if face is not None:
            seen.append((pixels, second, face))
    if not seen:
        return None
    sharp = np.array([sharpness(pixels, face) for pixels, _, face in seen])
    opened = np.array([eye_openness(pixels, face) for pixels, _, face in seen])
    frontal = np.array([face.frontalness for _, _, face in seen])
    best = int((sharp / max(sharp.max(), 1e-9) * opened / max(opened.max(), 1e-9) * frontal).argmax())
    pixels, second, _ = seen[best]
    return pixels, second


def _frames(path: Path) -> Iterator[tuple[Pixels, float]]:
    """Frames evenly over the clip, with their seconds."""
    av = _pyav()
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            every = max(1, (stream.frames or _counted(av, path)) // _LOOKED_AT_FRAMES)
            for number, frame in enumerate(container.decode(stream)):
                if number % every == 0:
                    yield frame.to_ndarray(format="rgb24"), float(frame.time or 0)
    except (av.error.FFmpegError, IndexError) as error:
        raise ValueError(f"{path} cannot be read as a clip: {error}") from error


def _counted(av: Any, path: Path) -> int:
    """Frames of a clip whose header does not say it."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def _pyav() -> Any:
    try:
        import av
    except ImportError as error:
        raise ValueError("clips are read by PyAV; install it with pip install -e '.[gather]'") from error
    return av
