"""Weight matrices in small whole numbers, a scale for each column, for com.microsoft.MatMulIntegerToFloat."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Weights take 7 of their 8 bits. Processors without VNNI add two products of a byte and a weight in 16 bits:
# 2 x 255 x 64 fits into 32,767, and the sum is the same on every processor.
LARGEST = 64


class QuantisedMatrix(NamedTuple):
    """A matrix [in, out] of small whole numbers times a scale for each column."""

    values: NDArray[np.int8]  # [in, out]
    scales: NDArray[np.float32]  # [out]

    def dequantised(self) -> NDArray[np.float32]:
        """The matrix that the operator multiplies by, [out, in]."""
        return np.ascontiguousarray((self.values.astype(np.float32) * self.scales).T)


def quantise(matrix: NDArray[np.float32]) -> QuantisedMatrix:
    """Round each row of a matrix [out, in] to multiples of its largest magnitude / 64."""
    columns = matrix.astype(np.float32).T
    scales = np.abs(columns).max(axis=0) / LARGEST
    safe = np.where(scales == 0, 1, scales).astype(np.float32)
    return QuantisedMatrix(np.rint(columns / safe).astype(np.int8), safe)
