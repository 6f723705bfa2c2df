"""How much of the sky each point of the rest head sees: ambient occlusion, computed once by ray casting."""

from pathlib import Path

import numpy as np
import trimesh
from trimesh.ray.ray_pyembree import RayMeshIntersector

from unif2ace_training.portraits.geometry import Array, normalised
from unif2ace_training.portraits.head_shape import Topology

_RAYS = 96
_START = 0.008  # decimetres above the surface


def sky_openness(topology: Topology, cache: Path) -> Array:
    """Share of cosine-weighted rays that leave the head, for each bust vertex, 0…1; kept in `cache`."""
    cached = cache / "sky-openness-1.npy"
    if cached.is_file():
        return np.load(cached)
    points, normals = topology.rest_S3, topology.rest_normals_S3
    caster = RayMeshIntersector(trimesh.Trimesh(points, topology.triangles, process=False))
    rng, escaped = np.random.default_rng(0), np.zeros(len(points))
    for _ in range(_RAYS):
        rays = normalised(normals + normalised(rng.normal(size=points.shape)) * 0.98)
        escaped += ~caster.intersects_any(points + normals * _START, rays)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = cached.with_suffix(".unfinished.npy")
    np.save(unfinished, escaped / _RAYS)
    unfinished.replace(cached)
    return escaped / _RAYS
