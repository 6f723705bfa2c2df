"""Draws people and pictures of them. Every attribute has a random stream of its own: changing one changes no other.

Distributions are narrow on purpose (small head turns, few lights, expressions at natural rates), so that a small model
learns them in an hour. Only adults; skin tone follows the shape of the face loosely, and ethnicity is never a label.
"""

import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from unif2ace_training.portraits.labels import (
    Action,
    AgeGroup,
    BackgroundColour,
    BackgroundKind,
    Beard,
    Colour,
    Earrings,
    Emotion,
    Eyebrows,
    EyeColour,
    FaceShape,
    Gaze,
    Glasses,
    GlassesColour,
    HairColour,
    HairStyle,
    Hat,
    Lighting,
    Makeup,
    Neckline,
    SkinTone,
)
from unif2ace_training.portraits.palette import (
    BACKGROUNDS,
    CLOTHES,
    EYE_COLOURS,
    GLASSES_COLOURS,
    HAIR_COLOURS,
)
from unif2ace_training.portraits.rates import (
    ACTION_RATES,
    EMOTION_RATES,
    GAZE_RATES,
    GLASSES_RATES,
    LIGHT_RATES,
    MARKED_FEATURES,
    MEN_STYLES,
    WOMEN_STYLES,
)

YOUNG, ADULT, MIDDLE, OLD = 0.46, 0.55, 0.74, 0.93  # anny's age dial: 0.5 is about 25 years, 1 about 90
HEAD_TURN_SD, HEAD_NOD_SD, HEAD_TILT_SD = 8.0, 3.5, 3.0  # degrees
_AGES = {"young adult": YOUNG, "adult": ADULT, "middle-aged": MIDDLE, "elderly": OLD}
_SLIDERS = (
    "nose-hump", "nose-scale-depth", "nose-point-width", "nose-volume", "mouth-scale-horiz", "chin-width",
    "chin-height", "chin-prominent", "forehead-scale-vert", "forehead-temple", "chin-bones",
    "nose-scale-vert", "head-scale-horiz", "nose-flaring",
)  # fmt: skip
_PAIRED_SLIDERS = ["cheek-bones", "cheek-volume", "eye-scale", "eye-height2", "ear-scale", "ear-wing"]
_UP_DOWN = {"nose-point": ("up", "down"), "eyebrows-trans": ("up", "down"), "nose-curve": ("concave", "convex")}
_FACE_SHAPES = {
    "oval": "head-oval", "round": "head-round", "square": "head-square", "triangular": "head-triangular",
    "diamond": "head-diamond", "rectangular": "head-rectangular", "heart-shaped": "head-invertedtriangular",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Streams:
    """Random generators by the name of what they decide."""

    seed: int
    identity: int
    view: int | None = None

    def of(self, component: str) -> np.random.Generator:
        """The generator of one component; each call starts it anew."""
        place = 0 if self.view is None else self.view + 1
        return np.random.default_rng([self.seed, self.identity, place, zlib.crc32(component.encode())])

    def choose(self, component: str, weights: dict[Any, float]) -> Any:
        """One of the keys, by weight."""
        values, shares = list(weights), np.array(list(weights.values()), float)
        return values[self.of(component).choice(len(values), p=shares / shares.sum())]

    def chance(self, component: str, probability: float) -> bool:
        """True with this probability."""
        return bool(self.of(component).random() < probability)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What stays the same in all pictures of a person. Weights 0…1 unless said."""

    streams: Streams
    is_male: bool
    age_group: AgeGroup
    mix: tuple[float, float]  # of the data's three base shapes: second and third
    skin_tone: SkinTone
    weight: float
    face_shape: FaceShape
    sliders: dict[str, float] = field(hash=False)
    nose_width: float  # −1…1
    lip_volume: float  # −1…1
    hair_style: HairStyle
    hair_colour: HairColour
    part: float
    hair_scale: float
    bangs: bool
    receding: float
    eye_colour: EyeColour
    eyebrows: Eyebrows
    brow_arch: float
    beard: Beard
    freckles: bool
    eye_bags: bool
    narrow_eyes: bool
    pointed_nose: bool
    high_cheekbones: bool
    double_chin: bool
    sideburns: bool

    @property
    def age(self) -> float:
        """anny's age dial."""
        return _AGES[self.age_group]

    @property
    def face_shape_target(self) -> str:
        return _FACE_SHAPES[self.face_shape]


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What one picture adds. Angles in degrees, from the viewer's side: a positive turn is to the viewer's right."""

    streams: Streams
    turn: float
    nod: float
    tilt: float
    gaze: Gaze
    emotion: Emotion
    action: Action
    light: Lighting
    glasses: Glasses
    glasses_colour: GlassesColour
    hat: Hat
    hat_colour: Colour
    earrings: Earrings
    necklace: bool
    makeup: Makeup
    lipstick: bool
    rosy_cheeks: bool
    clothing_colour: Colour
    neckline: Neckline
    striped: bool
    background_colour: BackgroundColour
    background_kind: BackgroundKind


def sample_person(seed: int, identity: int) -> Person:
    """Person number `identity` of a dataset."""
    streams = Streams(seed=seed, identity=identity)
    is_male = streams.chance("gender", 0.5)
    age_group = streams.choose("age", {"young adult": 0.3, "adult": 0.34, "middle-aged": 0.2, "elderly": 0.16})
    mix = streams.choose("mix", {(0, 0): 0.4, (0, 1): 0.2, (1, 0): 0.2, (0, 0.5): 0.1, (0.5, 0): 0.1})
    skin_tone = _sample_skin_tone(streams, mix)
    style = streams.choose("hair style", MEN_STYLES if is_male else WOMEN_STYLES)
    return Person(
        streams=streams,
        is_male=is_male,
        age_group=age_group,
        mix=mix,
        skin_tone=skin_tone,
        weight=float(np.clip(streams.of("weight").normal(0.5, 0.2), 0.1, 0.95)),
        face_shape=streams.choose("face shape", dict.fromkeys(_FACE_SHAPES, 1.0)),
        sliders=_sample_sliders(streams),
        nose_width=float(np.clip(streams.of("nose width").normal(0, 0.45), -1, 1)),
        lip_volume=float(np.clip(streams.of("lip volume").normal(0, 0.45), -1, 1)),
        hair_style=style,
        hair_colour=_sample_hair_colour(streams, age_group, skin_tone),
        part=float(streams.of("part").uniform(-0.28, 0.28)),
        hair_scale=float(streams.of("hair scale").uniform(0.9, 1.12)),
        bangs=style in ("bob", "straight") and streams.chance("bangs", 0.35),
        receding=float(streams.of("receding").uniform(0.5, 1.0)) if _recedes(streams, is_male, age_group) else 0.0,
        eye_colour=_sample_eye_colour(streams, skin_tone),
        eyebrows=streams.choose("eyebrows", {"thin": 0.3, "medium": 0.45, "bushy": 0.25}),
        brow_arch=float(streams.of("brow arch").random()),
        beard=_sample_beard(streams) if is_male else "none",
        freckles=streams.chance("freckles", 0.16) and skin_tone in ("very pale", "light", "medium"),
        eye_bags=streams.chance("eye bags", 0.35 if age_group in ("middle-aged", "elderly") else 0.1),
        **{name: streams.chance(name, rate) for name, rate in MARKED_FEATURES.items()},
        sideburns=is_male and style != "bald" and streams.chance("sideburns", 0.3),
    )


def sample_view(person: Person, view: int) -> View:
    """Picture number `view` of a person."""
    streams = replace(person.streams, view=view)
    emotion = streams.choose("emotion", EMOTION_RATES)
    rates = ACTION_RATES.get(emotion, {"none": 1.0})
    glasses = streams.choose("glasses", GLASSES_RATES)
    hat = streams.choose("hat", {"none": 0.86, "beanie": 0.08, "cap": 0.06})
    woman = not person.is_male
    return View(
        streams=streams,
        turn=float(np.clip(streams.of("turn").normal(0, HEAD_TURN_SD), -26, 26)),
        nod=float(streams.of("nod").normal(0, HEAD_NOD_SD)),
        tilt=float(streams.of("tilt").normal(0, HEAD_TILT_SD)),
        gaze=streams.choose("gaze", GAZE_RATES),
        emotion=emotion,
        action=streams.choose("action", rates),
        light=streams.choose("light", LIGHT_RATES),
        glasses=glasses,
        glasses_colour="none"
        if glasses == "none"
        else streams.choose("glasses colour", dict.fromkeys(GLASSES_COLOURS, 1.0)),
        hat=hat,
        hat_colour="none" if hat == "none" else streams.choose("hat colour", dict.fromkeys(CLOTHES, 1.0)),
        earrings=streams.choose("earrings", {"none": 0.55, "studs": 0.2, "hoops": 0.25}) if woman else "none",
        necklace=woman and streams.chance("necklace", 0.25),
        makeup=streams.choose("makeup", {"none": 0.4, "light": 0.35, "heavy": 0.25}) if woman else "none",
        lipstick=woman and streams.chance("lipstick", 0.4),
        rosy_cheeks=streams.chance("rosy cheeks", 0.15),
        clothing_colour=streams.choose("clothing colour", dict.fromkeys(CLOTHES, 1.0)),
        neckline=streams.choose("neckline", {"crew neck": 0.4, "V-neck": 0.25, "turtleneck": 0.15, "scoop neck": 0.2}),
        striped=streams.chance("striped", 0.1),
        background_colour=streams.choose("background colour", dict.fromkeys(BACKGROUNDS, 1.0)),
        background_kind=streams.choose("background kind", {"plain": 0.8, "blurred lights": 0.2}),
    )


def _sample_skin_tone(streams: Streams, mix: tuple[float, float]) -> SkinTone:
    second, third = mix
    if second >= 1:
        rates = {"tan": 0.2, "brown": 0.45, "deep": 0.35}
    elif second > 0:
        rates = {"olive": 0.25, "tan": 0.4, "brown": 0.35}
    elif third > 0:
        rates = {"light": 0.35, "medium": 0.35, "olive": 0.3}
    else:
        rates = {"very pale": 0.25, "light": 0.35, "medium": 0.2, "olive": 0.2}
    return streams.choose("skin tone", rates)


def _sample_hair_colour(streams: Streams, age_group: str, skin_tone: str) -> HairColour:
    if age_group == "elderly" or (age_group == "middle-aged" and streams.chance("greying", 0.3)):
        return streams.choose("grey hair", {"grey": 0.55, "white": 0.45})
    if streams.chance("dyed", 0.04):
        return streams.choose("dye", {"pink": 0.5, "blue": 0.5})
    natural = [c for c in HAIR_COLOURS if c not in ("grey", "white", "pink", "blue")]
    dark = skin_tone in ("tan", "brown", "deep")
    shares = (0.6, 0.25, 0.1, 0.02, 0.0, 0.03, 0.0) if dark else (0.16, 0.16, 0.2, 0.08, 0.12, 0.2, 0.08)
    return streams.choose("hair colour", dict(zip(natural, shares, strict=True)))


def _sample_eye_colour(streams: Streams, skin_tone: str) -> EyeColour:
    if skin_tone in ("tan", "brown", "deep"):
        return streams.choose("eye colour", {"dark brown": 0.6, "brown": 0.4})
    return streams.choose("eye colour", dict(zip(EYE_COLOURS, (0.25, 0.1, 0.1, 0.18, 0.29, 0.08), strict=True)))


def _sample_beard(streams: Streams) -> Beard:
    return streams.choose("beard", {"none": 0.46, "stubble": 0.12, "moustache": 0.1, "goatee": 0.1, "full beard": 0.22})


def _recedes(streams: Streams, is_male: bool, age_group: str) -> bool:
    return is_male and age_group in ("middle-aged", "elderly") and streams.chance("recedes", 0.4)


def _sample_sliders(streams: Streams) -> dict[str, float]:
    """Weights of anny's local shape targets by name."""
    sliders: dict[str, float] = {}
    for name in _SLIDERS:
        weight = float(np.clip(streams.of(name).normal(0, 0.23), -0.6, 0.6))
        sliders[f"{name}-{'incr' if weight > 0 else 'decr'}"] = abs(weight)
    for name in _PAIRED_SLIDERS:
        weight = float(np.clip(streams.of(name).normal(0, 0.3), -0.7, 0.7))
        for side in "lr":
            sliders[f"{side}-{name}-{'incr' if weight > 0 else 'decr'}"] = abs(weight)
    for name, (up, down) in _UP_DOWN.items():
        weight = float(np.clip(streams.of(name).normal(0, 0.3), -0.7, 0.7))
        sliders[f"{name}-{up if weight > 0 else down}"] = abs(weight)
    return sliders
