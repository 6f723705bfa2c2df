"""Clips that are written here, with one frame that is better than the others."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from unif2ace_training.gathering.faces import Pixels
from unif2ace_training.gathering.key_frames import key_frame

FRAMES, RATE = 12, 4


def write_clip(path: Path, frames: list[Pixels]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height = frames[0].shape[1], frames[0].shape[0]
        stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
        stream.time_base = Fraction(1, RATE)
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


def blurred(pixels: Pixels) -> Pixels:
    side = pixels.shape[0]
    return np.asarray(Image.fromarray(pixels).resize((28, 28)).resize((side, side), Image.Resampling.BICUBIC))


def test_the_sharp_frame_of_a_blurred_clip_is_taken(finder, portraits, tmp_path):
    pixels = portraits["000001-00"]
    for best in (3, 8):
        frames = [pixels if number == best else blurred(pixels) for number in range(FRAMES)]
        write_clip(tmp_path / f"{best}.mp4", frames)
        found = key_frame(tmp_path / f"{best}.mp4", finder)
        assert found is not None
        assert found[1] == pytest.approx(best / RATE, abs=0.01)


def test_frames_with_two_persons_are_passed_over(finder, portraits, tmp_path):
    one, other = portraits["000001-00"], portraits["000002-00"]
    alone = np.concatenate([blurred(one), np.full_like(one, 120)], axis=1)
    together = np.concatenate([one, other], axis=1)
    write_clip(tmp_path / "clip.mp4", [alone if number == 5 else together for number in range(FRAMES)])
    found = key_frame(tmp_path / "clip.mp4", finder)
    assert found is not None
    assert found[1] == pytest.approx(5 / RATE, abs=0.01)


def test_a_clip_without_a_face_has_no_key_frame(finder, tmp_path):
    write_clip(tmp_path / "clip.mp4", [np.full((96, 96, 3), number * 10, np.uint8) for number in range(FRAMES)])
    assert key_frame(tmp_path / "clip.mp4", finder) is None


def test_a_file_that_is_no_clip_is_named(finder, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"no clip")
    with pytest.raises(ValueError, match=r"clip.mp4 cannot be read as a clip"):
        key_frame(tmp_path / "clip.mp4", finder)
