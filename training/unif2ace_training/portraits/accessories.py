"""Glasses, hats, earrings and necklaces: meshes on a posed bust."""

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from unif2ace_training.portraits.geometry import (
    Array,
    Mesh,
    RadialMap,
    direction,
    grid_triangles,
    normalised,
    sphere,
    tube,
    vertex_normals,
)
from unif2ace_training.portraits.head_shape import Bust, Eyeball, Topology
from unif2ace_training.portraits.palette import CLOTHES, GLASSES_COLOURS, METALS, Rgb
from unif2ace_training.portraits.sampler import View

# Exponent of the superellipse (2 is round), half width, half height
_FRAMES = {
    "round glasses": (2.0, 0.235, 0.225),
    "rectangular glasses": (5.0, 0.255, 0.165),
    "cat-eye glasses": (3.2, 0.25, 0.175),
    "sunglasses": (3.0, 0.275, 0.215),
}
_CURVE = 0.16  # how much frames bend around the face


@dataclass(frozen=True, kw_only=True, slots=True)
class Solid:
    """A mesh with one material; `part` names it in the id buffer."""

    mesh: Mesh
    part: str
    colour: Rgb
    shine: float = 0.03
    gloss: float = 20.0
    alpha: float = 1.0
    reflection: float = 0.0
    weave: int = 0  # 0 smooth, 1 knitted ribs, 2 cloth
    uv: Array | None = field(default=None)
    casts_shadow: bool = True


def glasses(topology: Topology, bust: Bust, view: View) -> list[Solid]:
    """Rims, bridge, temples and lenses; nothing without glasses."""
    if view.glasses == "none":
        return []
    exponent, half_width, half_height = _FRAMES[view.glasses]
    dark = view.glasses == "sunglasses"
    thickness = 0.022 if dark else float(view.streams.of("frame thickness").choice([0.013, 0.018, 0.025]))
    nose = bust.body_S3[topology.nearest((0, 7.2, 1.55))][2]
    depth = max(bust.eyes[0].centre[2] + bust.eyes[0].radius, nose - 0.02) + 0.13
    height = bust.between_eyes[1] - 0.035
    colour = GLASSES_COLOURS[view.glasses_colour]
    bars, lenses = [], []
    for eye in bust.eyes:
        rim, middle = _rim(eye, view.glasses, (exponent, half_width, half_height), height, depth)
        bars += [tube(rim, thickness, closed=True), tube(_temple(topology, bust, eye, rim, depth), thickness * 0.8)]
        lenses.append(_lens(rim, middle))
    span = abs(bust.eyes[0].centre[0]) * 1.03 - half_width
    across = np.linspace(-1, 1, 9)
    bars.append(
        tube(
            np.stack([across * span, height + 0.05 + 0.03 * (1 - across**2), 0 * across + depth], axis=1),
            thickness * 0.9,
        )
    )
    solids = [Solid(mesh=bar, part="glasses", colour=colour, shine=0.5, gloss=60, reflection=0.5) for bar in bars]
    for lens in lenses:
        if dark:
            solids.append(
                Solid(mesh=lens, part="sunglasses", colour=(0.012, 0.012, 0.014), shine=0.12, gloss=120, reflection=0.3)
            )
        else:
            clear = Solid(
                mesh=lens,
                part="none",
                colour=(0.012, 0.012, 0.014),
                shine=0.1,
                gloss=120,
                alpha=0.08,
                reflection=0.9,
                casts_shadow=False,
            )
            solids.append(clear)
    return solids


def _rim(
    eye: Eyeball, kind: str, frame: tuple[float, float, float], height: float, depth: float
) -> tuple[Array, Array]:
    exponent, half_width, half_height = frame
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / exponent) * half_width
    y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / exponent) * half_height
    if kind == "cat-eye glasses":
        y = y + 0.07 * np.clip(x * eye.side / 0.25, 0, 1) * (y > 0)
    centre = eye.centre[0] * 1.03
    rim = np.stack([centre + x, height + y, depth - _CURVE * (centre + x) ** 2], axis=1)
    return rim, np.array([centre, height, depth - _CURVE * centre**2 + 0.015])


def _temple(topology: Topology, bust: Bust, eye: Eyeball, rim: Array, depth: float) -> Array:
    """From the rim's outer edge to the top of the ear."""
    ear = bust.body_S3[topology.nearest((eye.side * 0.80, 7.32, 0.42))] + [-eye.side * 0.06, 0, -0.02]
    x = rim[:, 0].max() if eye.side > 0 else rim[:, 0].min()
    hinge = np.array([x, rim[:, 1].max() - 0.09, depth - _CURVE * x**2])
    bend = hinge + (ear - hinge) * 0.10 + [eye.side * 0.035, 0, 0]
    corners = np.stack([hinge, bend, (bend + ear) / 2 + [eye.side * 0.045, 0.01, 0], ear])
    along = np.linspace(0, 3, 20)
    return np.stack([np.interp(along, np.arange(4), corners[:, axis]) for axis in range(3)], axis=1)


def _lens(rim: Array, middle: Array) -> Mesh:
    vertices = np.concatenate([middle[None], rim])
    edge = np.arange(len(rim))
    triangles = np.stack([0 * edge, edge + 1, (edge + 1) % len(rim) + 1], axis=1)
    bulge = np.stack(
        [(vertices[:, 0] - middle[0]) * 0.5, (vertices[:, 1] - middle[1]) * 0.5, np.ones(len(vertices))], axis=1
    )
    return Mesh(vertices, triangles, normalised(bulge))


def hat(skull: RadialMap, view: View) -> list[Solid]:
    """A beanie or a cap that follows the skull; nothing without a hat."""
    if view.hat == "none":
        return []
    colour = CLOTHES[view.hat_colour]
    beanie = view.hat == "beanie"
    edge = 1.47 if beanie else 1.33
    dome, uv = _dome(skull, edge, cuff=0.035 if beanie else 0.0)
    solids = [Solid(mesh=dome, part="hat", colour=colour, weave=1 if beanie else 2, uv=uv)]
    if not beanie:
        solids.append(
            Solid(
                mesh=_visor(skull, edge),
                part="hat",
                colour=(colour[0] * 0.85, colour[1] * 0.85, colour[2] * 0.85),
                weave=2,
            )
        )
    return solids


def _edge_angle(edge: float, azimuth: Array) -> Array:
    """Polar angle of a hat's edge: higher over the forehead than at the neck."""
    return edge - 0.17 * np.cos(azimuth)


def _dome(skull: RadialMap, edge: float, cuff: float, rings: int = 24, around: int = 64) -> tuple[Mesh, Array]:
    down, azimuth = np.meshgrid(np.linspace(0, 1, rings), np.linspace(0, 2 * np.pi, around), indexing="ij")
    outward = direction(down * _edge_angle(edge, azimuth), azimuth)
    radius, _, _ = skull.smoothed((3, 5)).at(skull.centre + outward)
    # A beanie keeps its own round shape, a cap's crown rises steeply and is flat on top.
    loft = 0.05 * (1 - down) if cuff else 0.06 * np.sin(np.pi * down) ** 2
    stand_off = (0.09 if cuff else 0.075) + cuff * (down > 0.78) + loft
    vertices = (skull.centre + outward * (radius + stand_off)[..., None]).reshape(-1, 3)
    triangles = grid_triangles(rings, around)
    normals = vertex_normals(vertices, triangles)
    normals *= np.sign((normals * (vertices - skull.centre)).sum(axis=1, keepdims=True) + 1e-9)
    return Mesh(vertices, triangles, normals), np.stack([azimuth * 80 / (2 * np.pi), down], axis=-1).reshape(-1, 2)


def _visor(skull: RadialMap, edge: float) -> Mesh:
    reach, azimuth = np.meshgrid(np.linspace(0, 1, 8), np.linspace(-1.0, 1.0, 30), indexing="ij")
    outward = direction(_edge_angle(edge, azimuth), azimuth)
    radius, _, _ = skull.smoothed((3, 5)).at(skull.centre + outward)
    start = skull.centre + outward * (radius + 0.07)[..., None]
    # Dips to the front and, as brims are bent, more to the sides.
    drop = -0.20 * reach - 0.20 * reach * np.sin(azimuth) ** 2
    forward = 0.78 * reach * np.clip(np.cos(azimuth * 1.45), 0, 1) ** 0.5
    vertices = (start + np.stack([0 * reach, drop, forward], axis=-1)).reshape(-1, 3)
    triangles = grid_triangles(8, 30)
    normals = vertex_normals(vertices, triangles)
    return Mesh(vertices, triangles, normals * np.sign(normals[:, 1:2] + 1e-9))


def jewellery(topology: Topology, bust: Bust, view: View) -> list[Solid]:
    """Earrings and a necklace."""
    metal = METALS[view.streams.of("metal").integers(len(METALS))]
    meshes: list[tuple[str, Mesh]] = []
    if view.earrings != "none":
        hoop = 0.13 + 0.07 * view.streams.of("hoop size").random()
        for side in (1, -1):
            lobe = bust.body_S3[topology.nearest((side * 0.80, 6.93, 0.5))] + [side * 0.02, -0.01, 0.02]
            meshes.append(("earrings", _earring(lobe, view.earrings, side, hoop)))
    if view.necklace:
        meshes.append(("necklace", _necklace(topology, bust)))
    return [Solid(mesh=mesh, part=part, colour=metal, shine=1.2, gloss=50, reflection=1.0) for part, mesh in meshes]


def _earring(lobe: Array, kind: str, side: int, radius: float) -> Mesh:
    if kind == "studs":
        return sphere(lobe, 0.04, 10)
    angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    x = np.full_like(angle, lobe[0] + side * 0.02)
    return tube(
        np.stack([x, lobe[1] - radius + radius * np.cos(angle), lobe[2] + radius * np.sin(angle)], axis=1),
        0.017,
        closed=True,
    )


def _necklace(topology: Topology, bust: Bust) -> Mesh:
    turns = np.linspace(-2.0, 2.0, 60)
    wanted = np.stack([0.62 * np.sin(turns), 6.0 - 0.22 * np.cos(turns), 0.10 + 0.75 * np.cos(turns)], axis=1)
    nearest = [topology.nearest((x, y, z)) for x, y, z in wanted]
    path = bust.body_S3[nearest] + bust.normals_S3[nearest] * 0.03
    return tube(ndimage.gaussian_filter1d(path, 2.0, axis=0), 0.018)
