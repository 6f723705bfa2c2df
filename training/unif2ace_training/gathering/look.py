"""Looks at one candidate: finds its face, crops it, hashes it. Says why it is not kept otherwise."""

import io
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from PIL import Image

from unif2ace_training.gathering.candidates import Candidate
from unif2ace_training.gathering.duplicates import perceptual_hash
from unif2ace_training.gathering.faces import Face, FaceFinder, Pixels, only_face, read_pixels
from unif2ace_training.gathering.key_frames import key_frame
from unif2ace_training.gathering.quality import eye_openness, sharpness

Reason = Literal["kept", "unreadable", "no face", "several faces", "face too small", "no usable frame", "duplicate"]

_JPEG_QUALITY: Final = 95
# Around the face: hair, ears, neck and some background, about what CelebA-HQ and FFHQ show.
_MARGIN: Final = 2.0
# Eyes and mouth as boxes around their points, as shares of the distance between the eyes.
_EYES_REACH: Final = (0.45, 0.3)
_MOUTH_REACH: Final = (0.2, 0.25)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class CropSettings:
    """What becomes of a picture."""

    size: int
    least_face: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a look at a candidate brought: a picture, or the reason why there is none."""

    reason: Reason
    detail: str = ""
    jpeg: bytes = b""
    hash: int = 0
    seen: dict[str, Any] | None = None


def look_at(candidate: Candidate, finder: FaceFinder, settings: CropSettings) -> Finding:
    """Never raises for what is wrong with one file: a folder of 130,000 has some broken ones."""
    second = None
    try:
        if candidate.is_clip:
            frame = key_frame(candidate.path, finder)
            if frame is None:
                return Finding(reason="no usable frame")
            pixels, second = frame
        else:
            pixels = read_pixels(candidate.path)
    except ValueError as error:
        return Finding(reason="unreadable", detail=str(error))
    faces = finder.find(pixels)
    face = only_face(faces)
    if face is None:
        return Finding(reason="several faces" if faces else "no face", detail=f"{len(faces)} faces")
    if face.side < settings.least_face:
        return Finding(reason="face too small", detail=f"{face.side:.0f} pixels")
    return _kept(pixels, face, settings, second)


def _kept(pixels: Pixels, face: Face, settings: CropSettings, second: float | None) -> Finding:
    left, top, side = square_around(face, pixels.shape[1], pixels.shape[0])
    square = Image.fromarray(pixels[top : top + side, left : left + side])
    picture = square.resize((settings.size, settings.size), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    eyes, mouth = _boxes(face, (left, top), side)
    seen = {
        "eye_box": eyes,
        "mouth_box": mouth,
        "frontalness": round(face.frontalness, 3),
        "sharpness": round(sharpness(pixels, face), 1),
        "eye_openness": round(eye_openness(pixels, face), 3),
        "cropped": {"left": left, "top": top, "side": side},
        "face": {name: np.round(value, 2).tolist() for name, value in asdict(face).items()},
    }
    if second is not None:
        seen["second"] = round(second, 3)
    return Finding(reason="kept", jpeg=file.getvalue(), hash=perceptual_hash(picture), seen=seen)


def square_around(face: Face, width: int, height: int) -> tuple[int, int, int]:
    """Left, top and side of the square twice the face's size, moved and shrunk until it is inside the picture."""
    left, top, right, bottom = face.box
    side = min(round(_MARGIN * face.side), width, height)
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    return (
        min(max(0, round(centre_x - side / 2)), width - side),
        min(max(0, round(centre_y - side / 2)), height - side),
        side,
    )


def _boxes(face: Face, corner: tuple[int, int], side: int) -> tuple[Box, Box]:
    """Boxes of both eyes and of the mouth, as shares of the cropped square."""
    distance = float(np.hypot(face.right_eye[0] - face.left_eye[0], face.right_eye[1] - face.left_eye[1]))
    pairs = ((face.left_eye, face.right_eye, _EYES_REACH), (face.left_mouth, face.right_mouth, _MOUTH_REACH))
    boxes: list[Box] = []
    for one, other, (across, down) in pairs:
        xs, ys = sorted((one[0], other[0])), sorted((one[1], other[1]))
        edges = (xs[0] - across * distance, ys[0] - down * distance, xs[1] + across * distance, ys[1] + down * distance)
        shares = [(edge - corner[index % 2]) / side for index, edge in enumerate(edges)]
        boxes.append(tuple(round(min(1.0, max(0.0, share)), 4) for share in shares))  # pyright: ignore[reportArgumentType]
    return boxes[0], boxes[1]
