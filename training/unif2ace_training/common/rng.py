"""Philox4x32-10: counter-based uniforms that Python and the server draw alike.

Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A number depends on nothing but its key and
counter, so a request's draws do not depend on what else is in the batch or in which order rows are visited.

Layout (the server's `src/common/rng.ts` is the twin; golden fixtures pin both):
  key     = (seed & 0xffffffff, seed >> 32)
  counter = (block, stream, step, row), uniform number i is word i % 4 of block i // 4
  uniform = ((word >> 9) + 0.5) * 2**-23, exact in float32 and never 0 or 1
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

STREAM_IMAGE_TOKEN: Final = 0
STREAM_CONFIDENCE: Final = 1
STREAM_TEXT_TOKEN: Final = 2

_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_LOW_32 = np.uint64(0xFFFFFFFF)
_SEED_LIMIT = 1 << 64


def philox4x32(counter: NDArray[np.uint32], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Ten rounds of Philox on counters [n, 4] under one key; returns words [n, 4]."""
    words = [counter[:, i].astype(np.uint64) for i in range(4)]
    low_key, high_key = key
    for _ in range(_ROUNDS):
        first, second = words[0] * _MULTIPLIERS[0], words[2] * _MULTIPLIERS[1]
        words = [
            (second >> np.uint64(32)) ^ words[1] ^ np.uint64(low_key),
            second & _LOW_32,
            (first >> np.uint64(32)) ^ words[3] ^ np.uint64(high_key),
            first & _LOW_32,
        ]
        low_key, high_key = (low_key + _WEYL[0]) & 0xFFFFFFFF, (high_key + _WEYL[1]) & 0xFFFFFFFF
    return np.stack(words, axis=1).astype(np.uint32)


def uniforms(seed: int, *, stream: int, step: int, row: int, count: int) -> NDArray[np.float32]:
    """The first `count` uniforms in (0, 1) of one (seed, stream, step, row).

    Args:
        seed: unsigned 64-bit seed of the request.
        stream: one of the `STREAM_*` constants.
        step: unmasking step or index of the output token.
        row: index of the picture (or answer) within its request.

    Raises:
        ValueError: the seed is negative or needs more than 64 bits.
    """
    if not 0 <= seed < _SEED_LIMIT:
        raise ValueError(f"seed {seed} is not an unsigned 64-bit integer; choose one from 0 to 2**64 - 1")
    blocks = -(-count // 4)
    counter = np.zeros((blocks, 4), dtype=np.uint32)
    counter[:, 0] = np.arange(blocks, dtype=np.uint32)
    counter[:, 1], counter[:, 2], counter[:, 3] = stream, step, row
    words = philox4x32(counter, (seed & 0xFFFFFFFF, seed >> 32)).reshape(-1)[:count]
    return ((words >> np.uint32(9)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-23)
