"""What a viewer can see in a rendered portrait: *visible truth*, not the parameters that the portrait was made from.

A hat hides hair, sunglasses hide eyes, a turned head hides an ear: labels are decided by pixel counts of the renderer's
id buffer (`visible_truth.py`). Everything has a closed set of values, so that captions, questions and evaluation agree.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self, get_args, get_origin

Gender = Literal["woman", "man"]
AgeGroup = Literal["young adult", "adult", "middle-aged", "elderly"]
SkinTone = Literal["very pale", "light", "medium", "olive", "tan", "brown", "deep"]
FaceShape = Literal["oval", "round", "square", "triangular", "diamond", "rectangular", "heart-shaped"]
HairStyle = Literal[
    "bald",
    "buzz cut",
    "crop",
    "side part",
    "slicked back",
    "quiff",
    "bob",
    "straight",
    "wavy",
    "curly",
    "afro",
    "tied back",
]
HairColour = Literal[
    "black", "dark brown", "brown", "auburn", "ginger", "blond", "platinum", "grey", "white", "pink", "blue"
]
HairLength = Literal["none", "short", "medium", "long"]
HairTexture = Literal["none", "straight", "wavy", "curly", "coily"]
Eyebrows = Literal["thin", "medium", "bushy"]
EyeColour = Literal["brown", "dark brown", "hazel", "green", "blue", "grey"]
EyesState = Literal["open", "closed", "one closed", "wide", "hidden"]
Beard = Literal["none", "stubble", "moustache", "goatee", "full beard"]
Glasses = Literal["none", "round glasses", "rectangular glasses", "cat-eye glasses", "sunglasses"]
GlassesColour = Literal["none", "black", "brown", "gold", "silver", "red"]
Hat = Literal["none", "beanie", "cap"]
Colour = Literal["none", "black", "white", "grey", "red", "blue", "light blue", "green", "yellow", "beige", "pink"]
Earrings = Literal["none", "studs", "hoops"]
Makeup = Literal["none", "light", "heavy"]
Build = Literal["slim", "average", "full"]
Nose = Literal["narrow", "average", "wide"]
Lips = Literal["thin", "average", "full"]
Emotion = Literal["neutral", "happy", "sad", "angry", "surprised", "fearful", "disgusted", "contemptuous"]
Action = Literal[
    "none", "smiling", "laughing", "opening the mouth", "puckering the lips", "winking", "closing the eyes",
    "puffing the cheeks", "grinning", "frowning", "sticking out the tongue", "yawning", "shouting",
]  # fmt: skip
HeadTurn = Literal["far left", "left", "straight", "right", "far right"]
Gaze = Literal["camera", "left", "right", "up", "hidden", "down"]
HeadTilt = Literal["upright", "left", "right"]
Neckline = Literal["crew neck", "V-neck", "turtleneck", "scoop neck"]
BackgroundColour = Literal["dark grey", "grey", "white", "green", "brown", "blue", "pink", "black"]
BackgroundKind = Literal["plain", "blurred lights"]
Lighting = Literal["soft", "from the left", "from the right", "warm", "cool", "from behind", "from above"]

Box = tuple[float, float, float, float]  # left, top, right, bottom; shares of the picture's side

# Left and right are the viewer's.
_SIDES = {"left": "right", "right": "left", "far left": "far right", "far right": "far left"}
_LIGHT_SIDES = {"from the left": "from the right", "from the right": "from the left"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """One portrait as a viewer sees it; sides are the viewer's."""

    identity: int
    view: int
    gender: Gender
    age_group: AgeGroup
    skin_tone: SkinTone
    face_shape: FaceShape
    hair_visible: bool
    hair_style: HairStyle
    hair_colour: HairColour
    hair_length: HairLength
    hair_texture: HairTexture
    bangs: bool
    receding_hairline: bool
    eyebrows: Eyebrows
    eye_colour: EyeColour
    eyes: EyesState
    beard: Beard
    glasses: Glasses
    glasses_colour: GlassesColour
    hat: Hat
    hat_colour: Colour
    earrings: Earrings
    necklace: bool
    makeup: Makeup
    freckles: bool
    rosy_cheeks: bool
    eye_bags: bool
    nose: Nose
    lips: Lips
    build: Build
    emotion: Emotion
    action: Action
    teeth_visible: bool
    head_turn: HeadTurn
    gaze: Gaze
    clothing_colour: Colour
    neckline: Neckline
    striped: bool
    background_colour: BackgroundColour
    background_kind: BackgroundKind
    lighting: Lighting
    fractions: dict[str, float]  # share of the picture's pixels that show each part of the id buffer
    eye_box: Box
    mouth_box: Box
    # Labels that shards of earlier versions lack: None where nobody knows.
    arched_eyebrows: bool | None = None
    narrow_eyes: bool | None = None
    pointed_nose: bool | None = None
    high_cheekbones: bool | None = None
    double_chin: bool | None = None
    sideburns: bool | None = None
    lipstick: bool | None = None
    mouth_open: bool | None = None
    head_tilt: HeadTilt | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Inverse of `to_dict`.

        Raises:
            ValueError: a field is missing or unknown, or a value is outside its closed set.
        """
        known = {field.name: field.type for field in fields(cls)}
        values = _LATER | values
        if "licence" in values:
            raise ValueError("these pictures were gathered, not rendered: nobody knows their labels (docs/dataset.md)")
        if values.keys() != known.keys():
            wrong = sorted(values.keys() ^ known.keys())
            raise ValueError(f"labels have missing or unknown fields: {', '.join(wrong)}; render them again")
        for name, kind in known.items():
            allowed = _closed_set(kind)
            if allowed and values[name] not in allowed and not (values[name] is None and name in _LATER):
                raise ValueError(f"label {name} is {values[name]!r}, not one of {', '.join(allowed)}")
        boxes: dict[str, Any] = {name: tuple(values[name]) for name in ("eye_box", "mouth_box")}
        return cls(**(values | boxes))

    def mirrored(self) -> "Labels":
        """The labels of the mirrored picture."""
        return replace(
            self,
            head_turn=_SIDES.get(self.head_turn, self.head_turn),  # pyright: ignore[reportArgumentType]
            gaze=_SIDES.get(self.gaze, self.gaze),  # pyright: ignore[reportArgumentType]
            head_tilt=None if self.head_tilt is None else _SIDES.get(self.head_tilt, self.head_tilt),  # pyright: ignore[reportArgumentType]
            lighting=_LIGHT_SIDES.get(self.lighting, self.lighting),  # pyright: ignore[reportArgumentType]
            eye_box=_mirrored_box(self.eye_box),
            mouth_box=_mirrored_box(self.mouth_box),
        )


_LATER: dict[str, Any] = {field.name: None for field in fields(Labels) if field.default is None}


def _closed_set(kind: Any) -> tuple[str, ...]:
    """The values of a Literal, also of one that may be None."""
    literal = next((one for one in (kind, *get_args(kind)) if get_origin(one) is Literal), None)
    return get_args(literal)


def _mirrored_box(box: Box) -> Box:
    left, top, right, bottom = box
    return 1 - right, top, 1 - left, bottom


def values_of(field_name: str) -> tuple[str, ...]:
    """The closed set of a label, in the order of its declaration; nothing for labels that are no words."""
    kind = next((field.type for field in fields(Labels) if field.name == field_name), None)
    return _closed_set(kind)


def attribute_names() -> tuple[str, ...]:
    """Labels that are words of a closed set, or yes or no."""
    return tuple(
        field.name for field in fields(Labels) if bool in (field.type, *get_args(field.type)) or _closed_set(field.type)
    )


def can_be_seen(labels: Labels, field_name: str) -> bool:
    """Whether a viewer can tell a label, and its shard has it.

    Bald heads and hats hide the colour of hair, closed lids that of eyes.
    """
    if getattr(labels, field_name) is None:
        return False
    if field_name == "hair_colour":
        return labels.hair_visible
    return field_name != "eye_colour" or labels.eyes not in ("hidden", "closed")
