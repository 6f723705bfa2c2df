"""Beards as short strands on the bust with its expression, so that they move with the jaw."""

import numpy as np

from unif2ace_training.portraits.geometry import Array, normalised
from unif2ace_training.portraits.hair import Strands
from unif2ace_training.portraits.head_shape import Bust
from unif2ace_training.portraits.roots import RootPool
from unif2ace_training.portraits.sampler import Person

_POINTS = 4
_WIDTH = 0.0075
_KINDS = ("moustache", "goatee", "full beard", "sideburns")
_LEAST_COVER = 0.08

# How dark the skin under each beard is painted: the shader's stubble.
SHADOW = {"none": 0.0, "stubble": 0.7, "moustache": 0.08, "goatee": 0.12, "full beard": 0.6}
_SIDEBURNS = "sideburns"


def grow_beard(pool: RootPool, bust: Bust, person: Person) -> Strands | None:
    """Strands of a moustache, goatee or full beard; None for shaven faces and stubble, which is painted.

    Sideburns grow without a beard or beside one.
    """
    kinds = [kind for kind in (person.beard, _SIDEBURNS if person.sideburns else "none") if kind in _KINDS]
    if not kinds:
        return None
    rng = person.streams.of("beard")
    cover = np.max([_cover(pool.rest_N3, kind) for kind in kinds], axis=0)
    cover = cover * (pool.lips_N < 0.22) * (pool.ears_N < 0.3)
    # Towards its edge a beard is thinner and shorter.
    roots = np.where((cover > _LEAST_COVER) & (rng.random(len(cover)) < cover))[0]
    positions, normals = pool.on(bust, roots)
    rest, cover = pool.rest_N3[roots], cover[roots]
    full = person.beard == "full beard"
    length = (0.07 + 0.13 * rng.random() if full else 0.065) * (0.5 + 0.7 * rng.random(len(roots)))
    length = length * np.where(rest[:, 1] > 6.64, 0.6, 1.0) * (0.3 + 0.7 * cover)
    aside = 0.35 * np.sign(rest[:, 0]) * np.minimum(1, np.abs(rest[:, 0]) * 3)
    heading = np.stack([aside, -np.ones(len(roots)), np.full(len(roots), 0.1)], axis=1)
    heading -= normals * (heading * normals).sum(axis=1, keepdims=True)
    heading = normalised(normalised(heading) + normals * 0.32 + rng.normal(0, 0.18, heading.shape))
    path = [positions]
    for k in range(_POINTS - 1):
        bent = normalised(heading + np.array([0, -0.5, 0]) * k / _POINTS)
        path.append(path[-1] + bent * (length / (_POINTS - 1))[:, None])
    return Strands(
        points_NK3=np.stack(path, axis=1),
        shade_N=rng.random(len(roots)),
        openness_NK=np.full((len(roots), _POINTS), 0.9),
        width=_WIDTH,
    )


def _cover(rest_N3: Array, beard: str) -> Array:
    """How densely the beard grows at points in rest space, 0…1 with soft edges."""
    beside, height, forward = np.abs(rest_N3[:, 0]), rest_N3[:, 1], rest_N3[:, 2]
    arc = 6.75 - 0.10 * (beside / 0.34) ** 2
    thickness = 0.085 * (1.05 - (beside / 0.38) ** 2)
    moustache = _above(thickness - np.abs(height - arc), 0.03) * _above(0.37 - beside, 0.04) * (forward > 1.2)
    chin = _above(6.56 - height, 0.05) * _above(height - 6.08, 0.06) * _above(0.32 - beside, 0.05) * (forward > 0.9)
    corners = _above(6.70 - height, 0.03) * _above(height - 6.3, 0.05) * _above(beside - 0.24, 0.03)
    chin = np.maximum(chin, corners * _above(0.37 - beside, 0.03) * (forward > 1.1))
    jaw = _above(6.64 + 0.35 * np.clip(beside - 0.35, 0, 1) - height, 0.09) * _above(height - 6.05, 0.07)
    jaw = jaw * _above(forward - 0.5, 0.1)
    sideburns = _above(6.64 + (beside - 0.45) * 1.9 - height, 0.10) * _above(7.25 - height, 0.06)
    sideburns = sideburns * _above(height - 6.08, 0.07) * _above(beside - 0.5, 0.05)
    sideburns = sideburns * _above(forward - 0.38, 0.06) * _above(1.27 - forward, 0.12)
    burns = _above(7.25 - height, 0.06) * _above(height - 6.72, 0.06) * _above(beside - 0.60, 0.04)
    burns = burns * _above(forward - 0.42, 0.05) * _above(0.95 - forward, 0.10)
    kinds = {
        "sideburns": [burns],
        "moustache": [moustache],
        "goatee": [moustache, chin],
        "full beard": [moustache, jaw, sideburns],
    }
    return np.max(kinds[beard], axis=0)


def _above(distance: Array, softness: float) -> Array:
    """0 below −softness, 1 above it, smooth between."""
    share = np.clip(distance / (2 * softness) + 0.5, 0, 1)
    return share * share * (3 - 2 * share)
