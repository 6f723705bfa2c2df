"""From a person and a view to the vertices of the bust, its eyes, teeth and tongue."""

# V vertices of the head data, S vertices of the subdivided bust

from dataclasses import dataclass

import numpy as np

from unif2ace_training.portraits.geometry import Array, Indices, rotation, vertex_normals
from unif2ace_training.portraits.head_data import HeadData
from unif2ace_training.portraits.palette import ACTIONS, EMOTIONS
from unif2ace_training.portraits.sampler import Person, View

_NECK_BOTTOM, _NECK_TOP, _HEAD_BOTTOM = 5.55, 6.45, 6.6  # heights between which the neck bends
_RESTING_LIDS = 0.36  # of "eyeWide": the base head looks sleepy
_LIDS_FOLLOW = {"up": {"eyeLookUp": 0.7}, "down": {"eyeLookDown": 0.7}}
_BODY_FOLLOWS = 0.35  # share of the head's turn that the shoulders take


@dataclass(frozen=True, kw_only=True, slots=True)
class Topology:
    """What all busts share: the subdivided rest mesh and its surfaces."""

    head: HeadData
    rest_S3: Array
    triangles: Indices
    rest_normals_S3: Array

    @classmethod
    def of(cls, head: HeadData) -> "Topology":
        rest = head.subdivide @ head.base_V3[head.body_vertices]
        triangles = np.concatenate([head.quads_Q4[:, [0, 1, 2]], head.quads_Q4[:, [0, 2, 3]]])
        return cls(head=head, rest_S3=rest, triangles=triangles, rest_normals_S3=vertex_normals(rest, triangles))

    def nearest(self, point: tuple[float, float, float]) -> int:
        """The bust vertex that is nearest to a point in rest space."""
        return int(np.argmin(((self.rest_S3 - point) ** 2).sum(axis=1)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Eyeball:
    """Centre and radius of an eye; `side` is +1 for the one at +x, the viewer's right."""

    centre: Array
    radius: float
    side: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bust:
    """A posed bust in the head's own frame: the head is upright and frontal, the camera and the shoulders turn."""

    vertices_V3: Array
    body_S3: Array
    normals_S3: Array
    eyes: tuple[Eyeball, Eyeball]
    head_rotation: Array  # head frame to world

    @property
    def between_eyes(self) -> Array:
        return (self.eyes[0].centre + self.eyes[1].centre) / 2


def identity_vertices(topology: Topology, person: Person) -> Array:
    """The person's neutral head, [V, 3]."""
    weights = _macro_weights(person) | person.sliders | {person.face_shape_target: 0.4}
    for name, value in (("nose-scale-horiz", person.nose_width), ("head-fat", (person.weight - 0.5) * 1.3)):
        weights[f"{name}-{'incr' if value > 0 else 'decr'}"] = min(1.0, abs(value))
    for lip in ("upper", "lower"):
        weights[f"mouth-{lip}lip-volume-{'incr' if person.lip_volume > 0 else 'decr'}"] = abs(person.lip_volume)
    weights["neck-double-incr"] = max(0.0, (person.weight - 0.7) * 2.5)
    if not person.is_male:
        for name, value in _SOFTER.items():
            weights[name] = weights.get(name, 0.0) + value
    for name in (name for name in _MARKED if getattr(person, name)):
        weights |= _MARKED[name]
    if person.eye_bags:
        weights |= {"l-eye-bag-incr": 0.6, "r-eye-bag-incr": 0.6}
    return _blend(topology.head, topology.head.base_V3, weights)


def expressed(topology: Topology, vertices_V3: Array, view: View) -> Array:
    """The head with the view's emotion and action on it, [V, 3]."""
    units = dict(EMOTIONS[view.emotion])
    if "eyeWide" not in units:
        units["eyeWide"] = _RESTING_LIDS
    for unit, weight in ACTIONS[view.action].items():
        units[unit] = max(units.get(unit, 0.0), weight)
    units |= _LIDS_FOLLOW.get(view.gaze, {})
    if any(unit.startswith("eyeBlink") for unit in units):
        units["eyeWide"] = 0.0
    sides = view.streams.of("asymmetry")
    weights: dict[str, float] = {}
    for unit, weight in units.items():
        names = [f"fx:{unit}"] if f"fx:{unit}" in topology.head.targets else [f"fx:{unit}Left", f"fx:{unit}Right"]
        weights |= {name: weight * (1 + 0.06 * sides.normal()) for name in names}
    return _blend(topology.head, vertices_V3, weights)


def posed(topology: Topology, vertices_V3: Array, turn: float = 0.0, nod: float = 0.0, tilt: float = 0.0) -> Bust:
    """Turn the head on its shoulders; degrees."""
    head = topology.head
    eyes = tuple(_eyeball(vertices_V3[head.parts[name].vertices]) for name in ("left_eye", "right_eye"))
    body = head.subdivide @ vertices_V3[head.body_vertices]
    head_rotation = rotation(turn, nod, tilt)
    shoulders = head_rotation.T @ rotation(turn * _BODY_FOLLOWS, 0, 0)
    pivot = (eyes[0].centre + eyes[1].centre) / 2 + [0, -1.15, -0.85]
    height = np.clip((topology.rest_S3[:, 1] - _NECK_BOTTOM) / (_NECK_TOP - _NECK_BOTTOM), 0, 1)
    share = np.where(topology.rest_S3[:, 1] > _HEAD_BOTTOM, 0, 1 - height * height * (3 - 2 * height))[:, None]
    body = body * (1 - share) + ((body - pivot) @ shoulders.T + pivot) * share
    return Bust(
        vertices_V3=vertices_V3,
        body_S3=body,
        normals_S3=vertex_normals(body, topology.triangles),
        eyes=(eyes[0], eyes[1]),
        head_rotation=head_rotation,
    )


# A woman's proportions on top of the macro targets, which leave the face rather masculine.
_SOFTER = {
    "nose-scale-horiz-decr": 0.3, "nose-hump-decr": 0.35, "nose-scale-depth-decr": 0.15, "nose-point-up": 0.2,
    "nose-scale-vert-decr": 0.2, "chin-width-decr": 0.45, "chin-bones-decr": 0.35, "chin-height-decr": 0.15,
    "l-eye-scale-incr": 0.34, "r-eye-scale-incr": 0.34, "eyebrows-trans-up": 0.35, "forehead-nubian-incr": 0.15,
    "mouth-lowerlip-volume-incr": 0.25, "mouth-upperlip-volume-incr": 0.15, "neck-scale-horiz-decr": 0.35,
    "neck-scale-depth-decr": 0.25,
}  # fmt: skip


_SIDES = ("Left", "Right")
# What makes a feature so marked that a viewer names it.
_MARKED: dict[str, dict[str, float]] = {
    "narrow_eyes": {f"fx:eyeSquint{side}": 0.9 for side in _SIDES} | {f"fx:eyeWide{side}": -0.75 for side in _SIDES},
    "pointed_nose": {
        "nose-point-width-decr": 1.5, "nose-width3-decr": 0.7, "nose-point-down": 0.4, "nose-scale-depth-incr": 0.9,
    },
    "high_cheekbones": {
        f"{side}-cheek-{what}": weight
        for what, weight in (("bones-incr", 1.4), ("inner-decr", 0.7), ("volume-decr", 0.6)) for side in "lr"
    },
    "double_chin": {"neck-double-incr": 1.7, "head-fat-incr": 0.4},
}  # fmt: skip


def _macro_weights(person: Person) -> dict[str, float]:
    """Weights of the data's base shapes: gender × age × shape mix, and a universal body."""
    second, third = person.mix
    mixes = {"caucasian": 1 - second - third, "african": second, "asian": third}
    old = (person.age - 0.5) / 0.5
    ages = {"young": 1 - old, "old": old} if old >= 0 else {"young": 1.0}
    gender = "male" if person.is_male else "female"
    muscle = 0.58 if person.is_male else 0.42
    bodies = {
        "averagemuscle": 1 - abs(2 * muscle - 1),
        ("maxmuscle" if muscle > 0.5 else "minmuscle"): abs(2 * muscle - 1),
    }
    weights: dict[str, float] = {}
    for age, share in ages.items():
        weights |= {f"{mix}-{gender}-{age}": share * weight for mix, weight in mixes.items()}
        weights |= {f"universal-{gender}-{age}-{body}-averageweight": share * weight for body, weight in bodies.items()}
    return weights


def _blend(head: HeadData, vertices_V3: Array, weights: dict[str, float]) -> Array:
    blended = vertices_V3.copy()
    for name, weight in weights.items():
        if abs(weight) > 1e-4:
            indices, offsets = head.targets[name]
            blended[indices] += offsets * weight
    return blended


def _eyeball(vertices: Array) -> Eyeball:
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    centre = (low + high) / 2
    return Eyeball(centre=centre, radius=float((high - low)[:2].mean() / 2), side=1 if centre[0] > 0 else -1)
