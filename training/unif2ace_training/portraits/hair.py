"""Scalp hair as strands that are combed, fall, rest on the head and the shoulders, clump and curl."""

# N strands, K points a strand

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from unif2ace_training.portraits.geometry import Array, Indices, RadialMap, ShoulderMap, normalised
from unif2ace_training.portraits.hair_styles import Style, style_of
from unif2ace_training.portraits.head_shape import Bust, Topology
from unif2ace_training.portraits.roots import SKULL_CENTRE, RootPool, hairline_height
from unif2ace_training.portraits.sampler import Person

_BELOW_EARS = -0.12  # from the skull's centre
_BEHIND = -0.45  # from the skull's centre; what a head turned by 26° still hides
_KNOT = np.array([0.0, 8.15, -0.62])  # where tied hair meets, in rest space


@dataclass(frozen=True, kw_only=True, slots=True)
class Strands:
    """Points [N, K, 3]; a random shade a strand [N]; how open to light each point is [N, K]; ribbon width."""

    points_NK3: Array
    shade_N: Array
    openness_NK: Array
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Growth:
    """Everything that a step of growing needs to know."""

    style: Style
    skull: RadialMap
    shoulders: ShoulderMap
    centre: Array
    normals_N3: Array
    side_N: Array  # −1 or +1: on which side of the parting
    front_N: Array  # 0…1
    top_N: Array  # 0…1
    is_bang_N: np.ndarray
    falls_in_front_N: np.ndarray
    offset_N: Array  # distance from the skull
    noise_N3: Array
    knot: Array


def skull_map(topology: Topology, bust: Bust) -> RadialMap:
    """The bust seen from the middle of its skull."""
    up = topology.rest_S3[:, 1] > 7.6
    centre = SKULL_CENTRE + (bust.body_S3 - topology.rest_S3)[up].mean(axis=0)
    return RadialMap.of(bust.body_S3[topology.rest_S3[:, 1] > 6.15], centre)


def grow_hair(topology: Topology, pool: RootPool, bust: Bust, person: Person, *, under_hat: bool) -> Strands | None:
    """The person's hair on a neutral bust; under a hat only what shows below it."""
    style = style_of(person)
    if style is None:
        return None
    rng = person.streams.of("hair")
    skull = skull_map(topology, bust)
    chosen = _choose_roots(pool, bust, person, style, skull, rng, under_hat=under_hat)
    positions, normals = pool.on(bust, chosen)
    rest = pool.rest_N3[chosen]
    growth, lengths = _plan(topology, bust, person, style, skull, (rest, normals), rng, under_hat=under_hat)
    points = _grow(positions, growth, lengths)
    leader = _leaders(points, rng)
    points = _curled(_clumped(points, leader, style, rng), leader, lengths, style, rng)
    kept = _keeps_face_free(points, growth)
    points, leader = points[kept], leader[kept]
    radius, distance, _ = skull.at(points)
    openness = np.clip(0.38 + 0.62 * (distance - radius) / max(style.volume, 0.04), 0.38, 1)
    # Nearest to the viewer first: the driver then shades few of the strands that others hide.
    order = np.argsort(-points[:, :, 2].max(axis=1) - openness.max(axis=1))
    points, openness, leader = points[order], openness[order], leader[order]
    shade = np.clip(0.5 * rng.random(len(points)) + 0.5 * rng.random(len(kept))[leader], 0, 1)
    return Strands(points_NK3=points, shade_N=shade, openness_NK=openness, width=style.width)


def _choose_roots(
    pool: RootPool,
    bust: Bust,
    person: Person,
    style: Style,
    skull: RadialMap,
    rng: np.random.Generator,
    *,
    under_hat: bool,
) -> Indices:
    rest = pool.rest_N3
    # Two waves and a fringe of single hairs make the line natural.
    line = hairline_height(rest, person.receding) + 0.02 * np.sin(rest[:, 0] * 31 + person.streams.identity)
    line += rng.normal(0, 0.03, len(rest))
    grows = (rest[:, 1] > line) & (pool.ears_N < 0.15)
    if person.receding > 0.6:
        grows &= ~((rest[:, 1] > 8.2) & (rng.random(len(rest)) < person.receding - 0.3))
    if style.fall <= 0.5 and style.comb != "tie":  # the back of short hair is never seen
        grows &= rest[:, 2] - SKULL_CENTRE[2] > _BEHIND
    chosen = rng.permutation(np.where(grows)[0])[: style.strands]
    if under_hat:
        offsets = pool.on(bust, chosen)[0] - skull.centre
        polar = np.arccos(offsets[:, 1] / np.linalg.norm(offsets, axis=1))
        chosen = chosen[polar > 1.34 - 0.16 * np.cos(np.arctan2(offsets[:, 0], offsets[:, 2]))]
    return chosen


def _plan(
    topology: Topology, bust: Bust, person: Person, style: Style, skull: RadialMap, roots: tuple[Array, Array],
    rng: np.random.Generator, *, under_hat: bool,
) -> tuple[_Growth, Array]:  # fmt: skip
    """What guides each strand, and its length [N]."""
    rest, normals = roots
    count, offsets = len(rest), rest - SKULL_CENTRE
    top = np.clip((rest[:, 1] - 7.75) / 0.35, 0, 1)
    back = np.clip(-offsets[:, 2] / 0.6, 0, 1)
    on_top, at_sides, at_back = style.lengths
    lengths = on_top * top + (1 - top) * (at_sides * (1 - back) + at_back * back)
    lengths = lengths * (0.85 + 0.25 * rng.random(count)) * person.hair_scale
    is_bang = np.zeros(count, bool)
    if person.bangs and not under_hat:
        is_bang = (offsets[:, 2] > 0.35) & (np.abs(offsets[:, 0]) < 0.5) & (rest[:, 1] > 7.85)
        lengths = np.where(is_bang, np.minimum(lengths, 0.3 + (rest[:, 1] - 7.95) * 1.1), lengths)
    looseness = 0.3 if under_hat else 1.0
    chest = topology.rest_S3[:, 1] < 6.3
    growth = _Growth(
        style=style,
        skull=skull,
        shoulders=ShoulderMap.of(bust.body_S3[chest & (bust.normals_S3[:, 1] > 0.12)]),
        centre=skull.centre,
        normals_N3=normals,
        side_N=np.where(offsets[:, 0] + 0.008 * rng.normal(size=count) > person.part, 1.0, -1.0),
        front_N=np.clip(offsets[:, 2] / 0.7, 0, 1),
        top_N=top,
        is_bang_N=is_bang,
        falls_in_front_N=(offsets[:, 2] > 0.12 + 0.12 * rng.normal(size=count)) & (np.abs(offsets[:, 0]) > 0.12),
        offset_N=style.volume * (0.12 + 0.88 * rng.random(count) ** 0.7) * looseness,
        noise_N3=rng.normal(0, 0.10, (count, 3)),
        knot=_KNOT - SKULL_CENTRE + skull.centre,
    )
    return growth, lengths


def _grow(positions_N3: Array, growth: _Growth, lengths_N: Array) -> Array:
    """Points [N, K, 3], from the roots on."""
    style = growth.style
    step = (lengths_N / (style.points - 1))[:, None]
    heading = growth.normals_N3
    if style.comb == "part":
        aside = np.stack([growth.side_N, np.full(len(step), -0.1), np.full(len(step), -0.5)], axis=1)
        heading = np.where(growth.is_bang_N[:, None], heading, normalised(heading * 0.35 + aside))
    path, here = [positions_N3], positions_N3
    for k in range(1, style.points):
        along = k / (style.points - 1)
        heading = normalised(heading * 0.55 + normalised(_pull(here, along, growth)) * 0.65)
        before, here = here, here + heading * step
        if style.comb == "tie":
            near = np.linalg.norm(growth.knot - before, axis=1, keepdims=True) < step * 1.01
            here = np.where(near, growth.knot + (before - growth.knot) * 0.3, here)
        here = _outside_body(here, before, along, growth)
        path.append(here)
    return np.stack(path, axis=1)


def _pull(here: Array, along: float, growth: _Growth) -> Array:
    """Where comb, gravity and lift drag a strand's tip."""
    style = growth.style
    down = np.array([0.0, -1.0, 0.0])
    if style.comb == "none":
        return growth.normals_N3 * style.lift + growth.noise_N3 * 1.6 + down * 0.1
    outward = normalised(here - growth.centre)
    lift = outward * style.lift * np.exp(-3.2 * along)
    fading = np.exp(-along) if style.comb != "tie" else 1.0
    if style.fall > 0.5:  # what hangs beside the neck is held there all the way down
        fading = np.where((here - growth.centre)[:, 1:2] < _BELOW_EARS, 1.0, fading)
    comb = _comb(here, along, growth) * 1.1 * fading
    return lift + comb + down * style.fall * (0.25 + 1.2 * along) + growth.noise_N3 * 0.45


def _comb(here: Array, along: float, growth: _Growth) -> Array:
    count = len(here)
    zeros = np.zeros(count)
    match growth.style.comb:
        case "forward":
            return np.tile([0.1, -0.5, 1.0], (count, 1))
        case "back":
            return np.stack([zeros, zeros + 0.05 - 0.25 * along, zeros - 1], axis=1)
        case "up":
            rise = growth.top_N - 0.6 * (1 - growth.top_N)
            return np.stack([zeros + 0.2, rise, -0.35 - 0.6 * along + 0.7 * growth.front_N * (1 - along)], axis=1)
        case "tie":
            return normalised(growth.knot - here)
        case _:
            return _comb_parted(here, growth)


def _comb_parted(here: Array, growth: _Growth) -> Array:
    """Away from the parting, down the sides, and behind or in front of the shoulders."""
    offset = here - growth.centre
    beside = np.abs(offset[:, 0])
    comb = np.stack(
        [
            growth.side_N * (1 + 0.8 * growth.front_N) * np.exp(-2.2 * beside),
            -0.25 - 1.5 * np.clip(beside / 0.7, 0, 1) ** 2,
            -0.35 * growth.front_N - 0.1,
        ],
        axis=1,
    )
    # Hair narrows below the ears: from beside the jaw to beside the neck.
    wanted = np.interp(offset[:, 1], (-1.5, -1.1, -0.75, -0.3, -0.1), (1.0, 0.72, 0.56, 0.68, 0.8))
    inward = -np.sign(offset[:, 0]) * np.clip((beside - wanted) * 4.0, -0.3, 1.5)
    hang = np.stack([inward, -np.ones(len(here)), np.where(growth.falls_in_front_N, 0.22, -0.35)], axis=1) * 1.6
    comb = np.where((offset[:, 1] < _BELOW_EARS)[:, None], hang, comb)
    before_face = (offset[:, 2] > 0.25) & (offset[:, 1] < 0.62) & (beside < 0.64) & (offset[:, 1] > -1.3)
    away = np.stack([growth.side_N * 1.25, -0.35 - 0.5 * np.clip(beside / 0.7, 0, 1), np.full(len(here), -0.5)], axis=1)
    comb = np.where(before_face[:, None], away, comb)
    return np.where(growth.is_bang_N[:, None], [0.0, -0.75, 0.6], comb)


def _outside_body(here: Array, before: Array, along: float, growth: _Growth) -> Array:
    """Push tips out of the skull, and let falling hair come to rest on the shoulders."""
    radius, distance, offset = growth.skull.at(here)
    gap = growth.offset_N * (1.0 if growth.style.comb == "tie" else min(1.0, along * 3))
    inside = (distance < radius + gap) & (offset[:, 1] > -1.55)
    here = np.where(inside[:, None], growth.centre + offset / distance[:, None] * (radius + gap)[:, None], here)
    if growth.style.fall > 0.5:
        rest_height = growth.shoulders.at(here) + 0.03 + 0.1 * growth.offset_N
        lands = (here[:, 1] < rest_height) & (rest_height > -5)
        here[:, 1] = np.where(lands, np.minimum(rest_height, before[:, 1] + 0.06), here[:, 1])
        here[lands, 2] += np.where(growth.falls_in_front_N[lands], 0.06, -0.05)
    return here


def _keeps_face_free(points_NK3: Array, growth: _Growth) -> np.ndarray:
    """Which strands leave eyes, cheeks and throat uncovered, [N]."""
    if growth.style.comb not in ("part", "tie", "back"):
        return np.ones(len(points_NK3), bool)
    offset = points_NK3 - growth.centre
    beside, height, forward = np.abs(offset[..., 0]), offset[..., 1], offset[..., 2]
    on_face = (forward > 0.5) & (beside < 0.55) & (height < 0.36)
    on_face |= (forward > 0.55) & (beside < 0.40) & (height < 0.46)
    at_throat = (forward > 0.0) & (beside < 0.56) & (height < -0.5)
    return ~(on_face | at_throat).any(axis=1) | growth.is_bang_N


def _leaders(points_NK3: Array, rng: np.random.Generator) -> Indices:
    """The strand that each strand clumps around, [N]."""
    count = len(points_NK3)
    leaders = rng.permutation(count)[: max(40, count // 24)]
    _, nearest = KDTree(points_NK3[leaders, 0]).query(points_NK3[:, 0])
    return leaders[nearest]


def _clumped(points_NK3: Array, leader_N: Indices, style: Style, rng: np.random.Generator) -> Array:
    count, points = points_NK3.shape[:2]
    along = np.linspace(0, 1, points)[None, :, None]
    share = np.clip(style.clump * along**0.8 * (0.55 + 0.6 * rng.random((count, 1, 1))), 0, 0.93)
    towards = points_NK3[leader_N] + (points_NK3[:, :1] - points_NK3[leader_N][:, :1]) * 0.25
    return points_NK3 * (1 - share) + towards * share


def _curled(points_NK3: Array, leader_N: Indices, lengths_N: Array, style: Style, rng: np.random.Generator) -> Array:
    if style.curl == 0:
        return points_NK3
    count, points = points_NK3.shape[:2]
    along = np.linspace(0, 1, points)[None, :]
    phase = (rng.random(count) * 2 * np.pi)[leader_N][:, None] + rng.normal(0, 0.35, (count, 1))
    turns = (style.curl_turns * (0.85 + 0.3 * rng.random(count)) * lengths_N / lengths_N.max())[leader_N][:, None]
    width = style.curl * np.minimum(1, along * 4)
    tangent = normalised(np.gradient(points_NK3, axis=1))
    first = normalised(np.cross(tangent, [0.1, 0.2, 1.0]))
    second = np.cross(tangent, first)
    angle = turns * along + phase
    return points_NK3 + first * (width * np.sin(angle))[..., None] + second * (width * np.cos(angle))[..., None]
