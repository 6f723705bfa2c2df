"""From what a portrait was made of to what its viewer can see, by counting the pixels of each part."""

# W pixels of a side

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.portraits.geometry import Array
from unif2ace_training.portraits.hair_styles import style_of
from unif2ace_training.portraits.labels import Action, Box, Build, EyesState, HeadTilt, HeadTurn, Labels
from unif2ace_training.portraits.renderer import PARTS
from unif2ace_training.portraits.sampler import Person, View

# Smallest share of the picture at which a part counts as visible.
_VISIBLE = {
    "hair": 0.006,
    "earrings": 0.0003,
    "necklace": 0.0006,
    "teeth": 0.0015,
    "hat": 0.01,
    "glasses": 0.002,
    "beard": 0.002,
}
_EYE_VISIBLE = 0.0006
_LONG, _MEDIUM = 1.5, 0.6  # decimetres at the sides
_FAR_TURN, _TURN = 18.0, 8.0  # degrees
_ARCHED = 0.62  # of the brows' dial, 0 to 1
_OPEN_MOUTH = 0.0015
_TILT = 5.0  # degrees
_MARKED = 0.45  # of a slider from −1 to 1
_WIDE_OPEN = ("surprised", "fearful")
_TEXTURES = {"wavy": "wavy", "curly": "curly", "afro": "coily"}


def label(person: Person, view: View, parts_WW: NDArray[np.uint8], points: dict[str, Array]) -> Labels:
    """Visible truth of one picture. `points`: the eyes' and the mouth's corners on it, [n, 2]."""
    counts = np.bincount(parts_WW.ravel(), minlength=len(PARTS)) / parts_WW.size
    fractions = {part: round(float(share), 5) for part, share in zip(PARTS, counts, strict=True)}
    seen = {part: fractions[part] >= least for part, least in _VISIBLE.items()}
    dark_glasses = fractions["sunglasses"] > 0.004
    eyes = _eyes(view, fractions, dark_glasses)
    hair = _hair(person, view, seen_hair=seen["hair"])
    return Labels(
        identity=person.streams.identity,
        view=view.streams.view or 0,
        gender="man" if person.is_male else "woman",
        age_group=person.age_group,
        skin_tone=person.skin_tone,
        face_shape=person.face_shape,
        **hair,
        eyebrows=person.eyebrows,
        eye_colour=person.eye_colour,
        eyes=eyes,
        beard=person.beard,
        glasses=view.glasses if seen["glasses"] or dark_glasses else "none",
        glasses_colour=view.glasses_colour if seen["glasses"] or dark_glasses else "none",
        hat=view.hat if seen["hat"] else "none",
        hat_colour=view.hat_colour if seen["hat"] else "none",
        earrings=view.earrings if seen["earrings"] else "none",
        necklace=view.necklace and seen["necklace"],
        makeup=view.makeup,
        freckles=person.freckles,
        rosy_cheeks=view.rosy_cheeks,
        eye_bags=person.eye_bags and not dark_glasses,
        nose="wide" if person.nose_width > _MARKED else ("narrow" if person.nose_width < -_MARKED else "average"),
        lips="full" if person.lip_volume > _MARKED else ("thin" if person.lip_volume < -_MARKED else "average"),
        build=_build(person.weight),
        emotion=view.emotion,
        action=_action(view, eyes),
        teeth_visible=seen["teeth"],
        head_turn=_head_turn(view.turn),
        gaze="hidden" if eyes in ("hidden", "closed") else view.gaze,
        clothing_colour=view.clothing_colour,
        neckline=view.neckline,
        striped=view.striped,
        background_colour=view.background_colour,
        background_kind=view.background_kind,
        lighting=view.light,
        fractions=fractions,
        eye_box=_box(points["eye_box"]),
        mouth_box=_box(points["mouth_box"]),
        **_finer(person, view, fractions, eyes, hair_visible=hair["hair_visible"]),
    )


def _finer(person: Person, view: View, fractions: dict[str, float], eyes: str, *, hair_visible: bool) -> dict[str, Any]:
    """Labels that shards of earlier versions lack."""
    return {
        "arched_eyebrows": person.brow_arch > _ARCHED,
        "narrow_eyes": person.narrow_eyes and eyes == "open",
        "pointed_nose": person.pointed_nose,
        "high_cheekbones": person.high_cheekbones and person.beard != "full beard",
        "double_chin": person.double_chin and person.beard not in ("full beard", "goatee"),
        "sideburns": hair_visible and (person.sideburns or person.beard == "full beard"),
        "lipstick": view.lipstick,
        "mouth_open": sum(fractions[part] for part in ("teeth", "tongue", "inside mouth")) >= _OPEN_MOUTH,
        "head_tilt": _head_tilt(view.tilt),
    }


def _hair(person: Person, view: View, *, seen_hair: bool) -> dict[str, Any]:
    """The labels of the hair; under a hat only what still shows of it."""
    style = style_of(person)
    bald = style is None
    visible = seen_hair and not bald
    sides = 0.0 if style is None else style.lengths[1]
    length = "none" if not visible else ("long" if sides > _LONG else ("medium" if sides > _MEDIUM else "short"))
    if person.hair_style == "tied back" and visible:
        length = "medium"
    return {
        "hair_visible": visible,
        "hair_style": person.hair_style,
        "hair_colour": person.hair_colour,
        "hair_length": length,
        "hair_texture": _TEXTURES.get(person.hair_style, "straight") if visible else "none",
        "bangs": person.bangs and view.hat == "none",
        "receding_hairline": person.receding > 0.5 and view.hat == "none" and not bald,
    }


def _eyes(view: View, fractions: dict[str, float], dark_glasses: bool) -> EyesState:
    if dark_glasses:
        return "hidden"
    open_eyes = sum(fractions[f"{side} eye"] >= _EYE_VISIBLE for side in ("left", "right"))
    if open_eyes == 2:
        return "wide" if view.emotion in _WIDE_OPEN and view.action == "none" else "open"
    return "one closed" if open_eyes == 1 else "closed"


def _action(view: View, eyes: str) -> Action:
    """Actions of the eyes cannot be seen behind dark glasses."""
    if view.action in ("winking", "closing the eyes") and eyes == "hidden":
        return "none"
    return view.action


def _head_turn(turn: float) -> HeadTurn:
    """By the viewer's sides."""
    if abs(turn) <= _TURN:
        return "straight"
    if turn > 0:
        return "far right" if turn > _FAR_TURN else "right"
    return "far left" if turn < -_FAR_TURN else "left"


def _head_tilt(tilt: float) -> HeadTilt:
    """To which of the viewer's sides the top of the head leans."""
    return "upright" if abs(tilt) <= _TILT else ("left" if tilt > 0 else "right")


def _build(weight: float) -> Build:
    return "full" if weight > 0.72 else ("slim" if weight < 0.3 else "average")


def _box(points: Array) -> Box:
    low, high = np.clip(points.min(axis=0), 0, 1), np.clip(points.max(axis=0), 0, 1)
    return round(float(low[0]), 4), round(float(low[1]), 4), round(float(high[0]), 4), round(float(high[1]), 4)
