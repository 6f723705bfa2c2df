"""Small meshes and maps that the scene is made of. Lengths in decimetres."""

# V vertices, T triangles, N strands, K points a strand

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


class Mesh(NamedTuple):
    """Vertices [V, 3], triangles [T, 3], normals [V, 3]."""

    vertices: Array
    triangles: Indices
    normals: Array


def normalised(vectors: Array) -> Array:
    """Unit vectors along the last axis; a zero vector stays zero."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def vertex_normals(vertices_V3: Array, triangles_T3: Indices) -> Array:
    """Unit normals [V, 3], weighted by the areas of the triangles around."""
    a, b, c = (vertices_V3[triangles_T3[:, k]] for k in range(3))
    faces = np.repeat(np.cross(b - a, c - a), 3, axis=0)
    corners = triangles_T3.ravel()
    sums = [np.bincount(corners, faces[:, axis], minlength=len(vertices_V3)) for axis in range(3)]
    return normalised(np.stack(sums, axis=1).astype(float))


def grid_triangles(rows: int, columns: int) -> Indices:
    """Triangles of a grid of rows × columns vertices, row by row."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    lower = np.stack([corner, corner + columns, corner + 1], axis=1)
    upper = np.stack([corner + 1, corner + columns, corner + columns + 1], axis=1)
    return np.concatenate([lower, upper])


def tube(path_K3: Array, radius: float, *, closed: bool = False, sides: int = 8) -> Mesh:
    """A round bar along a path."""
    count = len(path_K3)
    along = np.roll(path_K3, -1, 0) - np.roll(path_K3, 1, 0) if closed else np.gradient(path_K3, axis=0)
    across = normalised(np.cross(normalised(along), [0.0, 0.13, 1.0]))
    up = np.cross(across, normalised(along))
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
    outward = np.cos(angle) * across[:, None] + np.sin(angle) * up[:, None]
    ring, side = np.meshgrid(np.arange(count if closed else count - 1), np.arange(sides), indexing="ij")
    here, there = ring * sides, (ring + 1) % count * sides
    next_side = (side + 1) % sides
    lower = np.stack([here + side, there + side, here + next_side], axis=-1)
    upper = np.stack([here + next_side, there + side, there + next_side], axis=-1)
    triangles = np.concatenate([lower.reshape(-1, 3), upper.reshape(-1, 3)])
    return Mesh((path_K3[:, None] + outward * radius).reshape(-1, 3), triangles, outward.reshape(-1, 3))


def sphere(centre_3: Array, radius: float, rings: int = 16) -> Mesh:
    """A ball of rings × 2 rings vertices."""
    polar, azimuth = np.meshgrid(np.linspace(0, np.pi, rings), np.linspace(0, 2 * np.pi, 2 * rings), indexing="ij")
    outward = direction(polar, azimuth).reshape(-1, 3)
    return Mesh(centre_3 + outward * radius, grid_triangles(rings, 2 * rings), outward)


def direction(polar: Array, azimuth: Array) -> Array:
    """Unit vectors; polar angle from straight up, azimuth 0 to the front and growing to +x."""
    return np.stack([np.sin(polar) * np.sin(azimuth), np.cos(polar), np.sin(polar) * np.cos(azimuth)], axis=-1)


def rotation(yaw: float, pitch: float, roll: float) -> Array:
    """Rotation matrix [3, 3]; degrees, about y, x and z."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


@dataclass(frozen=True, slots=True)
class RadialMap:
    """How far the head reaches from a centre in every direction: what hair and hats rest on."""

    centre: Array
    radius: Array  # [72, 144] polar × azimuth

    @classmethod
    def of(cls, points_V3: Array, centre: Array, shape: tuple[int, int] = (72, 144)) -> "RadialMap":
        """The outermost points in each cell; empty cells take their nearest neighbour's radius."""
        offsets = points_V3 - centre
        distance = np.linalg.norm(offsets, axis=1)
        row = np.clip((np.arccos(offsets[:, 1] / distance) / np.pi * shape[0]).astype(int), 0, shape[0] - 1)
        turn = (np.arctan2(offsets[:, 0], offsets[:, 2]) + np.pi) / (2 * np.pi)
        radius = np.zeros(shape)
        np.maximum.at(radius, (row, (turn * shape[1]).astype(int) % shape[1]), distance)
        around = np.tile(radius, (1, 3))
        nearest: Any = ndimage.distance_transform_edt(around == 0, return_distances=False, return_indices=True)
        smooth = ndimage.gaussian_filter(around[tuple(nearest)], 0.8)
        return cls(centre, smooth[:, shape[1] : 2 * shape[1]])

    def smoothed(self, sigma: tuple[float, float]) -> "RadialMap":
        """A rounder version, even around the top."""
        radius = self.radius.copy()
        radius[:6] = radius[:6].mean()
        wrapping: Any = ("nearest", "wrap")
        return RadialMap(self.centre, ndimage.gaussian_filter(radius, sigma, mode=wrapping))

    def at(self, points: Array) -> tuple[Array, Array, Array]:
        """The head's radius towards points [..., 3], their own radius, and their offsets from the centre."""
        offsets = points - self.centre
        distance = np.linalg.norm(offsets, axis=-1) + 1e-9
        rows, columns = self.radius.shape
        polar = np.arccos(np.clip(offsets[..., 1] / distance, -1, 1)) / np.pi * rows - 0.5
        turn = (np.arctan2(offsets[..., 0], offsets[..., 2]) + np.pi) / (2 * np.pi) * columns - 0.5
        i = np.clip(polar.astype(int), 0, rows - 2)
        j = np.floor(turn).astype(int)
        down, right = np.clip(polar - i, 0, 1), turn - j
        j, next_j = j % columns, (j + 1) % columns
        upper = self.radius[i, j] * (1 - right) + self.radius[i, next_j] * right
        lower = self.radius[i + 1, j] * (1 - right) + self.radius[i + 1, next_j] * right
        return upper * (1 - down) + lower * down, distance, offsets


@dataclass(frozen=True, slots=True)
class ShoulderMap:
    """Height of the shoulders over the ground plan: what long hair falls on."""

    height: Array  # [48, 48]
    reach: float = 2.8
    _FORWARD = 0.4

    @classmethod
    def of(cls, points_V3: Array, cells: int = 48) -> "ShoulderMap":
        """The highest of the points in each cell; nowhere: −9."""
        height = np.full((cells, cells), -9.0)
        row, column = cls(height)._cells(points_V3)
        np.maximum.at(height, (row, column), points_V3[:, 1])
        return cls(ndimage.grey_closing(height, size=3))

    def at(self, points: Array) -> Array:
        """Height under points [..., 3]."""
        return self.height[self._cells(points)]

    def _cells(self, points: Array) -> tuple[Indices, Indices]:
        cells = len(self.height)
        ground = (points[..., [0, 2]] + [self.reach, self.reach - self._FORWARD]) / (2 * self.reach) * cells
        inside = np.clip(ground.astype(int), 0, cells - 1)
        return inside[..., 0], inside[..., 1]
