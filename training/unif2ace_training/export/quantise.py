"""Block-wise int8 of weight matrices for com.microsoft.MatMulNBits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS = 8
BLOCK = 32
# The operator's default zero point for 8 bits; symmetric quantisation needs no other.
ZERO_POINT = 128
_LARGEST = 127


class QuantisedMatrix(NamedTuple):
    """A matrix [out, in] in blocks along `in`."""

    blocks: NDArray[np.uint8]  # [out, in / 32, 32]
    scales: NDArray[np.float32]  # [out, in / 32]

    def dequantised(self) -> NDArray[np.float32]:
        """The matrix that the operator multiplies by, [out, in]."""
        centred = self.blocks.astype(np.float32) - ZERO_POINT
        return (centred * self.scales[..., None]).reshape(len(self.blocks), -1)


def quantise(matrix: NDArray[np.float32]) -> QuantisedMatrix:
    """Round each block of 32 weights to multiples of its largest magnitude / 127.

    Raises:
        ValueError: the inner dimension is no multiple of 32.
    """
    rows, columns = matrix.shape
    if columns % BLOCK:
        raise ValueError(f"int8 export needs inner dimensions that are multiples of {BLOCK}; one here is {columns}")
    blocks = matrix.astype(np.float32).reshape(rows, columns // BLOCK, BLOCK)
    scales = np.abs(blocks).max(axis=-1) / _LARGEST
    safe = np.where(scales == 0, 1, scales).astype(np.float32)
    rounded = np.rint(blocks / safe[..., None]) + ZERO_POINT
    return QuantisedMatrix(rounded.astype(np.uint8), safe)
