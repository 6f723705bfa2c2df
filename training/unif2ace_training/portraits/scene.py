"""Puts a person and a view together: what is drawn, from where, in which light."""

from typing import Any

import numpy as np

from unif2ace_training.portraits import accessories
from unif2ace_training.portraits.beard import SHADOW, grow_beard
from unif2ace_training.portraits.geometry import Array, Mesh, normalised, sphere, tube, vertex_normals
from unif2ace_training.portraits.hair import Strands
from unif2ace_training.portraits.head_shape import Bust, Eyeball, Topology
from unif2ace_training.portraits.palette import (
    BACKGROUNDS,
    CLOTHES,
    EYE_COLOURS,
    EYESHADOWS,
    HAIR_COLOURS,
    LIGHTS,
    LIPSTICKS,
    SKIN_TONES,
    Rgb,
)
from unif2ace_training.portraits.renderer import Camera, Item, part_value, strands_item, surface_item
from unif2ace_training.portraits.roots import RootPool, hairline_height, sample_masks
from unif2ace_training.portraits.sampler import Person, View

_NECKLINES = {"crew neck": (5.86, 0.0), "V-neck": (5.80, 0.9), "turtleneck": (6.15, 0.0), "scoop neck": (5.62, 0.1)}
_BROW_THICKNESS = {"thin": 0.021, "medium": 0.032, "bushy": 0.048}
_MAKEUP = {"none": 0.0, "light": 0.4, "heavy": 0.9}
_ASIDE = {"left": (-0.42, 0), "right": (0.42, 0), "up": (0, 0.25), "down": (0, -0.42)}
_TEETH: Rgb = (0.62, 0.57, 0.49)
_TONGUE: Rgb = (0.4, 0.12, 0.11)


class SceneBuilder:
    """The parts of scenes that are the same for all people, and how to build the rest."""

    def __init__(self, topology: Topology, pool: RootPool, openness_S: Array):
        """`openness_S`: share of the sky that each bust vertex sees, 0…1."""
        self.topology, self.pool = topology, pool
        head = topology.head
        # The bust's texture has seams: a vertex of the GPU mesh is a pair of a vertex and a texture coordinate.
        pairs = np.stack([head.quads_Q4, head.uv_quads_Q4], axis=-1).reshape(-1, 2)
        unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
        quads = inverse.reshape(-1, 4)
        self._vertex, self._uv = unique[:, 0], head.uv[unique[:, 1]]
        self._triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        self._rest = topology.rest_S3[self._vertex]
        self._openness = openness_S[self._vertex]
        self._ear = np.clip(sample_masks(topology, self._uv)[:, 2] * 4, 0, 1)

    def items(self, person: Person, view: View, bust: Bust, skull_items: list[Item]) -> list[Item]:
        """Everything but the scalp hair. `skull_items` are the hat's."""
        items = [self._skin(person, view, bust), *self._mouth(bust)]
        items += [self._eye(person, view, bust, eye) for eye in bust.eyes]
        items += self._lashes(person, bust)
        beard = grow_beard(self.pool, bust, person)
        if beard is not None:
            items.append(hair_item("beard", beard, person))
        solids = [*accessories.glasses(self.topology, bust, view), *accessories.jewellery(self.topology, bust, view)]
        return [*items, *skull_items, *(solid_item(solid) for solid in solids)]

    def _skin(self, person: Person, view: View, bust: Bust) -> Item:
        bald = person.hair_style == "bald"
        scalp = np.clip((self._rest[:, 1] - hairline_height(self._rest, person.receding)) / 0.10 + 0.3, 0, 1)
        uniforms = _skin_uniforms(person, view) | {
            "scalp_tint": 0.0 if bald else (0.88 if person.receding < 0.6 else 0.4)
        }
        mesh = Mesh(bust.body_S3[self._vertex], self._triangles, bust.normals_S3[self._vertex])
        return surface_item(
            "skin",
            "skin",
            mesh,
            uniforms,
            rest=self._rest,
            uv=self._uv,
            openness=self._openness,
            scalp=scalp * (1 - self._ear),
        )

    def _eye(self, person: Person, view: View, bust: Bust, eye: Eyeball) -> Item:
        to_camera = bust.head_rotation.T @ np.array([0.0, 0, 1])
        gaze = to_camera if view.gaze == "camera" else np.array([*_ASIDE[view.gaze], 0.9])
        uniforms = {
            "iris": np.array(EYE_COLOURS[person.eye_colour]),
            "gaze": normalised(np.clip(gaze, [-0.55, -0.45, 0.4], [0.55, 0.27, 1])),
            "centre": eye.centre,
            "radius": eye.radius,
            "pupil": 0.40,
        }
        part = "right eye" if eye.side > 0 else "left eye"
        return surface_item("eye", part, sphere(eye.centre, eye.radius, 24), uniforms, casts_shadow=False)

    def _mouth(self, bust: Bust) -> list[Item]:
        items = []
        for name, colour in (("teeth", _TEETH), ("tongue", _TONGUE)):
            part = self.topology.head.parts[name]
            vertices = bust.vertices_V3[part.vertices]
            normals = vertex_normals(vertices, part.triangles)
            if name == "teeth":  # a coarse mesh: facets would look like gaps
                normals = normalised(0.25 * normals + _dental_arch(vertices))
            mesh = Mesh(vertices, part.triangles, normals)
            dim = np.clip(1.0 - (vertices[:, 2].max() - vertices[:, 2]) / 0.35, 0.15, 1.0)
            uniforms = {"base": colour, "shine": 0.15, "gloss": 60, "alpha": 1, "reflection": 0, "weave": 0}
            items.append(surface_item("solid", name, mesh, uniforms, openness=dim, casts_shadow=False))
        return items

    def _lashes(self, person: Person, bust: Bust) -> list[Item]:
        """A dark line along each upper lid: at these sizes lashes are no more."""
        part = self.topology.head.parts["lashes"]
        points, rest = bust.vertices_V3[part.vertices], self.topology.head.base_V3[part.vertices]
        items = []
        for eye in bust.eyes:
            upper = points[(np.sign(rest[:, 0]) == eye.side) & (rest[:, 1] > 7.275)]
            distance = np.linalg.norm(upper - eye.centre, axis=1)
            edge = upper[distance <= np.median(distance)]
            edge = edge[np.argsort(edge[:, 0])]
            x = np.linspace(edge[0, 0], edge[-1, 0], 24)
            # A lid is a smooth arc; the points of its edge lie in two rows.
            line = np.stack([x, *(np.polyval(np.polyfit(edge[:, 0], edge[:, axis], 4), x) for axis in (1, 2))], axis=1)
            line = line + normalised(line - eye.centre) * 0.006
            mesh = tube(line, 0.008 if person.is_male else 0.012, sides=5)
            uniforms = {"base": (0.008, 0.006, 0.005), "shine": 0, "gloss": 20, "alpha": 1, "reflection": 0, "weave": 0}
            items.append(surface_item("solid", "lash", mesh, uniforms, casts_shadow=False))
        return items


def _dental_arch(vertices: Array) -> Array:
    """Outward directions of the arch that teeth stand on."""
    outward = vertices - [0, vertices[:, 1].mean(), vertices[:, 2].max() - 0.45]
    outward[:, 1] = 0
    return normalised(outward)


def hair_item(part: str, strands: Strands, person: Person) -> Item:
    """Scalp hair or a beard in the person's colour."""
    colour = np.array(HAIR_COLOURS[person.hair_colour]) * (1 + person.streams.of("hair shade").normal(0, 0.06))
    if part == "beard":
        return strands_item(part, strands, {"root_colour": colour * 0.9, "tip_colour": colour * 0.9, "shine": 0.3})
    tip = colour * (1.1 if person.hair_colour == "black" else 1.3)
    curly = person.hair_style in ("curly", "afro", "wavy")
    return strands_item(part, strands, {"root_colour": colour, "tip_colour": tip, "shine": 0.45 if curly else 0.75})


def solid_item(solid: accessories.Solid) -> Item:
    uniforms: dict[str, Any] = {
        "base": solid.colour, "shine": solid.shine, "gloss": solid.gloss, "alpha": solid.alpha,
        "reflection": solid.reflection, "weave": solid.weave,
    }  # fmt: skip
    clear = solid.alpha < 1
    part = "background" if clear else solid.part
    return surface_item(
        "solid", part, solid.mesh, uniforms, uv=solid.uv, casts_shadow=solid.casts_shadow, is_clear=clear
    )


def camera_of(bust: Bust, view: View) -> Camera:
    """A portrait's distance and crop, with a little play."""
    play = view.streams.of("camera")
    to_head = bust.head_rotation.T
    target = bust.between_eyes + [0, -0.10, -0.55]
    distance = 11.5 + play.normal(0, 0.2)
    position = target + to_head @ np.array([0, 0.15, 1.0]) * distance
    target = target + to_head @ np.array([play.normal(0, 0.05), play.normal(0, 0.04), 0])
    return Camera(
        position=position, target=target, up=to_head @ np.array([0.0, 1, 0]), field_of_view=14.4 + play.normal(0, 0.6)
    )


def lighting_of(bust: Bust, person: Person, view: View) -> dict[str, Any]:
    """Uniforms of lighting.glsl, in the head's frame."""
    light, to_head = LIGHTS[view.light], bust.head_rotation.T
    # The fill light stands opposite the key light, or before a face that is lit from behind.
    side = -np.sign(light["key"][0] * light["key"][2])
    ambient = light["ambient"]
    dark_skin = person.skin_tone in ("brown", "deep")
    return {
        "key_direction": normalised(to_head @ np.array(light["key"], float)),
        "key_colour": np.array(light["key_colour"]) * light["key_power"],
        "fill_direction": normalised(to_head @ np.array([side * 0.8, 0.15, 0.6])),
        "fill_colour": np.array([0.88, 0.94, 1.0]) * light["fill_power"],
        "rim_direction": normalised(to_head @ np.array([-0.7, 0.5, -0.6])),
        "rim_colour": np.array([0.7, 0.7, 0.7]),
        "ambient_top": np.array([0.95, 1.0, 1.08]) * ambient,
        "ambient_bottom": np.array([0.85, 0.75, 0.7]) * ambient * 0.62,
        "exposure": 0.55 * (1 + view.streams.of("exposure").normal(0, 0.03)) * (1.3 if dark_skin else 1),
    }


def background_of(view: View) -> dict[str, Any]:
    """Uniforms of background.frag."""
    wall = np.array(BACKGROUNDS[view.background_colour]) * (1 + view.streams.of("wall").normal(0, 0.06))
    return {
        "wall": wall,
        "lights": float(view.background_kind == "blurred lights"),
        "seed": view.streams.of("lights").random() * 40,
    }


def _skin_uniforms(person: Person, view: View) -> dict[str, Any]:
    tones = list(SKIN_TONES)
    tint = person.streams.of("skin tint")
    skin = np.array(SKIN_TONES[person.skin_tone]) * (1 + tint.normal(0, 0.04)) * (1 + tint.normal(0, 0.02, 3))
    melanin = tones.index(person.skin_tone) / (len(tones) - 1)
    hair = np.array(HAIR_COLOURS[person.hair_colour])
    brow = (
        hair
        if person.hair_colour not in ("pink", "blue", "platinum", "blond", "white")
        else np.array([0.12, 0.075, 0.045])
    )
    makeup, paint = _MAKEUP[view.makeup], view.streams.of("make-up colours")
    cloth = np.array(CLOTHES[view.clothing_colour])
    height, depth = _NECKLINES[view.neckline]
    return {
        "skin": skin,
        "lip_colour": np.array(LIPSTICKS[paint.integers(len(LIPSTICKS))]),
        "lid_colour": skin * np.array(EYESHADOWS[paint.integers(len(EYESHADOWS))]),
        "hair_colour": hair * 0.7 + 0.004,
        "brow_colour": brow * 0.8 + skin * 0.04,
        "cloth_colour": cloth,
        "stripe_colour": cloth * 0.25 + (0.4 if cloth.sum() < 0.6 else 0.02),
        "lipstick": 0.85 if view.lipstick else makeup * 0.2,
        "eyeshadow": max(0.0, makeup - 0.2) * 0.9,
        "blush": max(0.75 if view.rosy_cheeks else 0.0, makeup * 0.35) * (1 - 0.45 * melanin),
        "freckles": 0.6 * person.freckles,
        "oil": person.streams.of("oil").random() * 0.8 * (1 - 0.6 * melanin),
        "stubble": SHADOW[person.beard],
        "melanin": melanin,
        "bags": 1.0 * person.eye_bags,
        "wrinkles": {"young adult": 0.0, "adult": 0.0, "middle-aged": 0.35, "elderly": 0.8}[person.age_group],
        "seed": person.streams.identity % 97,
        "brow_thickness": _BROW_THICKNESS[person.eyebrows] * (1.0 if person.is_male else 0.85),
        "brow_arch": person.brow_arch,
        "neckline": height,
        "neckline_depth": depth,
        "striped": float(view.striped),
        "cloth_part": part_value("clothes"),
        "lips_part": part_value("lips"),
        "brow_part": part_value("brow"),
        "ear_part": part_value("ear"),
        "mouth_part": part_value("inside mouth"),
    }
