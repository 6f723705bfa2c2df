"""Philox4x32-10 against its authors' known answers (Random123, kat_vectors)."""

import numpy as np
import pytest

from unif2ace_training.common.rng import STREAM_CONFIDENCE, STREAM_IMAGE_TOKEN, STREAM_TEXT_TOKEN, philox4x32, uniforms

ONES = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        # Digits of pi.
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_known_answers(counter: tuple[int, ...], key: tuple[int, int], expected: tuple[int, ...]):
    words = philox4x32(np.array([counter, (1, 2, 3, 4)], dtype=np.uint32), key)
    assert tuple(words[0]) == expected
    assert tuple(words[1]) != expected


def test_uniform_i_is_word_i_of_the_counters_in_the_stated_layout():
    seed, stream, step, row = 0x0123456789ABCDEF, 2, 7, 3
    counters = np.array([[block, stream, step, row] for block in range(3)], dtype=np.uint32)
    words = philox4x32(counters, (0x89ABCDEF, 0x01234567)).reshape(-1)[:10]
    expected = ((words >> 9) + 0.5) * 2.0**-23
    drawn = uniforms(seed, stream=stream, step=step, row=row, count=10)
    assert drawn.dtype == np.float32
    assert np.array_equal(drawn.astype(np.float64), expected), "the formula is exact in float32"


def test_uniforms_are_never_0_or_1_and_their_logarithms_are_finite():
    smallest, largest = np.float32(0.5 * 2.0**-23), np.float32((2**23 - 0.5) * 2.0**-23)
    assert smallest > 0
    assert largest < 1
    assert np.isfinite(np.log(-np.log(np.array([smallest, largest])))).all()


def test_a_longer_draw_begins_with_the_shorter():
    long, short = (uniforms(5, stream=0, step=1, row=2, count=count) for count in (100, 7))
    assert np.array_equal(long[:7], short)
    assert len(short) == 7


def test_seed_stream_step_and_row_each_change_everything():
    base = {"stream": STREAM_IMAGE_TOKEN, "step": 1, "row": 1}
    draws = [
        uniforms(9, count=64, **base),
        uniforms(9 + (1 << 32), count=64, **base),
        *(uniforms(9, count=64, **{**base, "stream": stream}) for stream in (STREAM_CONFIDENCE, STREAM_TEXT_TOKEN)),
        uniforms(9, count=64, **{**base, "step": 2}),
        uniforms(9, count=64, **{**base, "row": 2}),
    ]
    for index, one in enumerate(draws):
        assert all(not np.intersect1d(one, other).size > 1 for other in draws[index + 1 :])


def test_uniforms_are_uniform():
    drawn = uniforms(1, stream=0, step=0, row=0, count=100_000)
    shares = np.histogram(drawn, bins=20, range=(0, 1))[0] / 100_000
    # Four standard deviations of a share of 1/20 over 100,000 draws.
    assert np.abs(shares - 0.05).max() < 4 * np.sqrt(0.05 * 0.95 / 100_000)


@pytest.mark.parametrize("seed", [-1, 1 << 64])
def test_a_seed_is_an_unsigned_64_bit_integer(seed: int):
    with pytest.raises(ValueError, match=r"is not an unsigned 64-bit integer; choose one from 0 to 2\*\*64 - 1"):
        uniforms(seed, stream=0, step=0, row=0, count=1)
    assert uniforms((1 << 64) - 1, stream=0, step=0, row=0, count=1).shape == (1,)
