"""Points on the head from which hair and beards grow, drawn once for all people."""

# Q quads of the subdivided bust, N roots

from dataclasses import dataclass

import numpy as np

from unif2ace_training.portraits.geometry import Array, Indices, normalised
from unif2ace_training.portraits.head_shape import Bust, Topology

NUM_ROOTS = 60_000
_LOWEST, _WIDEST = 6.05, 1.2
SKULL_CENTRE = np.array([0.0, 7.45, 0.42])  # in rest space

_HAIRLINE_AZIMUTH = (0, 0.35, 0.6, 0.8, 1.0, 1.16, 1.32, 1.5, 1.75, 2.0, 2.3, 2.7, 3.15)
_HAIRLINE_HEIGHT = (7.98, 7.99, 7.98, 7.88, 7.64, 7.30, 7.32, 7.38, 7.3, 7.05, 6.8, 6.62, 6.55)
_RECEDED_BY = (0.25, 0.40, 0.42, 0.3, 0.1, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class RootPool:
    """Roots in rest space; `on` moves them onto a bust."""

    corners_N4: Indices
    weights_N4: Array
    rest_N3: Array
    lips_N: Array
    ears_N: Array

    @classmethod
    def of(cls, topology: Topology) -> "RootPool":
        head, rng = topology.head, np.random.default_rng(5)
        corners = topology.rest_S3[head.quads_Q4]
        middle = corners.mean(axis=1)
        candidates = np.where((middle[:, 1] > _LOWEST) & (np.abs(middle[:, 0]) < _WIDEST))[0]
        diagonals = corners[candidates, 2] - corners[candidates, 0], corners[candidates, 3] - corners[candidates, 1]
        area = np.linalg.norm(np.cross(*diagonals), axis=1)
        quads = candidates[np.searchsorted(np.cumsum(area) / area.sum(), rng.random(NUM_ROOTS))]
        a, b = rng.random((2, NUM_ROOTS))
        weights = np.stack([(1 - a) * (1 - b), a * (1 - b), a * b, (1 - a) * b], axis=1)
        uv = (head.uv[head.uv_quads_Q4[quads]] * weights[..., None]).sum(axis=1)
        masks = sample_masks(topology, uv)
        return cls(
            corners_N4=head.quads_Q4[quads],
            weights_N4=weights,
            rest_N3=(corners[quads] * weights[..., None]).sum(axis=1),
            lips_N=masks[:, 0],
            ears_N=masks[:, 2],
        )

    def on(self, bust: Bust, chosen: Indices) -> tuple[Array, Array]:
        """Positions and normals of some roots on a bust."""
        corners, weights = self.corners_N4[chosen], self.weights_N4[chosen][..., None]
        positions = (bust.body_S3[corners] * weights).sum(axis=1)
        return positions, normalised((bust.normals_S3[corners] * weights).sum(axis=1))


def sample_masks(topology: Topology, uv: Array) -> Array:
    """Lips, eyelids, ears and inside of the mouth at texture coordinates [n, 2]: 0…1, [n, 4]."""
    masks = topology.head.masks
    cell = np.clip((uv * len(masks)).astype(int), 0, len(masks) - 1)
    return masks[cell[:, 1], cell[:, 0]] / 255


def hairline_height(rest_points: Array, receding: float) -> Array:
    """Height above which scalp hair grows, by the direction from the skull's centre."""
    offsets = rest_points - SKULL_CENTRE
    azimuth = np.abs(np.arctan2(offsets[:, 0], offsets[:, 2]))
    heights = np.array(_HAIRLINE_HEIGHT) + receding * np.array(_RECEDED_BY)
    return np.interp(azimuth, _HAIRLINE_AZIMUTH, heights)
