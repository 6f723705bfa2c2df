"""What a face finder says of a picture, and what follows from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[np.uint8]  # [height, width, 3], RGB

# Of the picture's side: smaller faces in the background do not make a picture one of several persons.
_BYSTANDER_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Face:
    """A face in pixels of its picture; sides are the viewer's."""

    box: tuple[float, float, float, float]  # left, top, right, bottom
    score: float
    left_eye: tuple[float, float]
    right_eye: tuple[float, float]
    nose: tuple[float, float]
    left_mouth: tuple[float, float]
    right_mouth: tuple[float, float]

    @property
    def side(self) -> float:
        """The longer side of the box."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)

    @property
    def frontalness(self) -> float:
        """1 for a face that looks straight out of the picture, 0 for a profile.

        The nose of a frontal face is half-way between the eyes; turning moves it towards one of them.
        """
        left, right = (abs(self.nose[0] - eye[0]) for eye in (self.left_eye, self.right_eye))
        is_between = self.left_eye[0] <= self.nose[0] <= self.right_eye[0]
        return min(left, right) / max(left, right) if is_between and max(left, right) > 0 else 0.0


class FaceFinder(Protocol):
    """Anything that finds faces and their five points."""

    @property
    def name(self) -> str:
        """What found the faces, for the records."""
        ...

    def find(self, pixels: Pixels) -> list[Face]:
        """All faces of a picture, the surest first."""
        ...


def only_face(faces: list[Face]) -> Face | None:
    """The face of a picture that shows one person, or None where there is nobody or somebody else.

    Faces of less than a quarter of the largest one's side are passers-by, patterns and pictures on walls.
    """
    if not faces:
        return None
    largest = max(faces, key=lambda face: face.side)
    others = [face for face in faces if face is not largest and face.side >= _BYSTANDER_SHARE * largest.side]
    return None if others else largest


def read_pixels(path: Path) -> Pixels:
    """A picture file, upright, in RGB.

    Raises:
        ValueError: it is no picture that can be read whole.
    """
    try:
        with Image.open(path) as opened:
            return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} cannot be read as a picture: {error}") from error
