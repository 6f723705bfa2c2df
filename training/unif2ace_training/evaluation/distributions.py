"""How drawn pictures compare with rendered ones as a set: distance, spread, codes in use, copies."""

# n pictures, C features, N code positions

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating]
Codes = NDArray[np.integer]
Pictures = NDArray[np.uint8]


def frechet_distance(first_nC: Vectors, second_nC: Vectors) -> float:
    """Squared Fréchet distance of two Gaussians fitted to features, as FID measures it over Inception's.

    Biased upwards for few pictures: compare only figures of equal counts.
    """
    sets = [np.asarray(vectors, np.float64) for vectors in (first_nC, second_nC)]
    means = [vectors.mean(axis=0) for vectors in sets]
    roots = [(vectors - mean) / np.sqrt(len(vectors) - 1) for vectors, mean in zip(sets, means, strict=True)]
    shift = means[0] - means[1]
    traces = sum(np.square(root).sum() for root in roots)
    return float(shift @ shift + traces - 2 * _trace_of_root(*roots))


def weighted_discrepancy(
    first_nn: Vectors, second_mm: Vectors, between_nm: Vectors, counts_n: NDArray[Any], counts_m: NDArray[Any]
) -> float:
    """The unbiased discrepancy of two sets in which each member is there so many times, from their kernels."""

    def within(kernel: Vectors, counts: NDArray[Any]) -> float:
        pairs = counts @ kernel @ counts - counts @ kernel.diagonal()
        return float(pairs / (counts.sum() * (counts.sum() - 1)))

    between = counts_n @ between_nm @ counts_m / (counts_n.sum() * counts_m.sum())
    return within(first_nn, counts_n) + within(second_mm, counts_m) - 2 * float(between)


def spread(vectors_nC: Vectors) -> float:
    """Mean cosine distance of all pairs: 0 when all pictures look alike to the encoder."""
    unit = np.asarray(vectors_nC, np.float64)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True).clip(min=1e-9)
    count = len(unit)
    total = np.square(unit.sum(axis=0)).sum()
    return float(1 - (total - count) / (count * (count - 1)))


def code_perplexity(codes_nN: Codes, codebook_size: int) -> float:
    """exp(entropy) of the codes in use: how many codes would be in use if all were equally common."""
    use = np.bincount(np.asarray(codes_nN).ravel(), minlength=codebook_size)
    share = use[use > 0] / use.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


def nearest_equal_codes(codes_nN: Codes, known_mN: Codes) -> NDArray[np.float64]:
    """For each picture the largest share of codes that a known one has at the same places: 1 is a copy."""
    return np.array([float((known_mN == codes).mean(axis=1).max()) for codes in codes_nN])


def _trace_of_root(first_nC: NDArray[np.float64], second_mC: NDArray[np.float64]) -> float:
    """tr (A B)^½ of the covariances A = first' first and B = second' second."""
    if max(len(first_nC), len(second_mC)) <= first_nC.shape[1]:
        # For fewer pictures than features the product of the roots is the smaller matrix.
        return float(np.linalg.svd(first_nC @ second_mC.T, compute_uv=False).sum())
    values, vectors = np.linalg.eigh(first_nC.T @ first_nC)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    return float(np.sqrt(np.linalg.eigvalsh(root @ (second_mC.T @ second_mC) @ root).clip(min=0)).sum())
