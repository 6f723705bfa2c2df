"""Beards as short strands on the bust with its expression, so that they move with the jaw."""

import numpy as np

from unif2ace_training.portraits.geometry import Array, normalised
from unif2ace_training.portraits.hair import Strands
from unif2ace_training.portraits.head_shape import Bust
from unif2ace_training.portraits.roots import RootPool
from unif2ace_training.portraits.sampler import Person

_POINTS = 4
_WIDTH = 0.011
_KEPT = {"moustache": 0.8, "goatee": 0.8, "full beard": 0.8}

# How dark the skin under each beard is painted: the shader's stubble.
SHADOW = {"none": 0.0, "stubble": 0.7, "moustache": 0.08, "goatee": 0.12, "full beard": 0.6}


def grow_beard(pool: RootPool, bust: Bust, person: Person) -> Strands | None:
    """Strands of a moustache, goatee or full beard; None for shaven faces and stubble, which is painted."""
    if person.beard not in _KEPT:
        return None
    rng = person.streams.of("beard")
    area = _area(pool.rest_N3, person.beard, rng) & (pool.lips_N < 0.22) & (pool.ears_N < 0.3)
    roots = np.where(area & (rng.random(len(area)) < _KEPT[person.beard]))[0]
    positions, normals = pool.on(bust, roots)
    rest = pool.rest_N3[roots]
    full = person.beard == "full beard"
    length = (0.07 + 0.13 * rng.random() if full else 0.06) * (0.5 + 0.7 * rng.random(len(roots)))
    length = length * np.where(rest[:, 1] > 6.64, 0.6, 1.0)
    aside = 0.35 * np.sign(rest[:, 0]) * np.minimum(1, np.abs(rest[:, 0]) * 3)
    heading = np.stack([aside, -np.ones(len(roots)), np.full(len(roots), 0.1)], axis=1)
    heading -= normals * (heading * normals).sum(axis=1, keepdims=True)
    heading = normalised(normalised(heading) + normals * 0.4 + rng.normal(0, 0.25, heading.shape))
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


def _area(rest_N3: Array, beard: str, rng: np.random.Generator) -> np.ndarray:
    """Where the beard grows, in rest space."""
    beside, height, forward = np.abs(rest_N3[:, 0]), rest_N3[:, 1], rest_N3[:, 2]
    arc = 6.745 - 0.10 * (beside / 0.34) ** 2
    thickness = 0.075 * (1.05 - (beside / 0.36) ** 2) * (0.75 + 0.5 * rng.random(len(rest_N3)))
    moustache = (np.abs(height - arc) < thickness) & (beside < 0.36) & (forward > 1.2)
    chin = (height < 6.56) & (height > 6.1) & (beside < 0.30) & (forward > 0.9)
    chin |= (height <= 6.68) & (height > 6.3) & (beside > 0.25) & (beside < 0.36) & (forward > 1.1)
    jaw = (height < 6.62) & (height > 6.08) & (forward > 0.55)
    sideburns = (height < 6.62 + (beside - 0.45) * 1.9) & (height < 7.25) & (height > 6.1) & (beside > 0.52)
    sideburns &= (forward > 0.40) & (forward < 1.25)
    return {"moustache": moustache, "goatee": moustache | chin, "full beard": moustache | jaw | sideburns}[beard]
