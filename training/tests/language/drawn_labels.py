"""Portraits to write about: labels drawn so that every value occurs, also together with what hides it."""

import numpy as np

from unif2ace_training.portraits.labels import Labels, values_of

_ACTIONS = {
    "neutral": (
        "none",
        "opening the mouth",
        "puckering the lips",
        "closing the eyes",
        "puffing the cheeks",
        "sticking out the tongue",
        "yawning",
    ),
    "happy": ("smiling", "laughing", "grinning", "winking"),
    "sad": ("frowning",),
    "angry": ("frowning", "shouting"),
}
_OPEN_MOUTHS = ("laughing", "opening the mouth", "sticking out the tongue", "yawning", "shouting")
_LATER_FLAGS = ("arched_eyebrows", "narrow_eyes", "pointed_nose", "high_cheekbones", "double_chin")
_TEXTURES = {"wavy": "wavy", "curly": "curly", "afro": "coily"}
_LONG, _MEDIUM = ("straight", "wavy"), ("bob", "curly", "tied back")


def draw_labels(number: int) -> Labels:
    """Portrait `number` of an endless, evenly mixed series."""
    rng = np.random.default_rng(number)

    def of(name: str) -> str:
        return str(rng.choice([value for value in values_of(name) if value != "none"]))

    old = number % 5 == 0  # from a shard of an earlier version
    woman, bald = rng.random() < 0.5, rng.random() < 0.12
    hat, glasses = (of(name) if rng.random() < 0.4 else "none" for name in ("hat", "glasses"))
    emotion = of("emotion")
    action = str(rng.choice(_ACTIONS.get(emotion, ("none",))))
    dark = glasses == "sunglasses"
    if dark and action in ("winking", "closing the eyes"):
        action = "none"
    eyes = "hidden" if dark else {"winking": "one closed", "closing the eyes": "closed"}.get(action, "open")
    if eyes == "open" and emotion in ("surprised", "fearful"):
        eyes = "wide"
    style = "bald" if bald else str(rng.choice([value for value in values_of("hair_style") if value != "bald"]))
    seen = not bald and (hat == "none" or rng.random() < 0.7)
    length = "long" if style in _LONG else ("medium" if style in _MEDIUM else "short")
    chosen = {name: of(name) for name in Labels.__dataclass_fields__ if values_of(name)}
    flags = ("freckles", "rosy_cheeks", "teeth_visible", "striped")
    return Labels(**{
        **chosen,
        **{name: bool(rng.random() < 0.3) for name in flags},
        "identity": number, "view": 0, "gender": "woman" if woman else "man",
        "hair_visible": seen, "hair_style": style,
        "hair_length": length if seen else "none",
        "hair_texture": _TEXTURES.get(style, "straight") if seen else "none",
        "bangs": style in ("bob", "straight") and hat == "none" and bool(rng.random() < 0.5),
        "receding_hairline": not woman and not bald and hat == "none" and bool(rng.random() < 0.3),
        "eye_bags": not dark and bool(rng.random() < 0.3),
        "beard": "none" if woman or rng.random() < 0.3 else chosen["beard"],
        "glasses": glasses, "glasses_colour": "none" if glasses == "none" else chosen["glasses_colour"],
        "hat": hat, "hat_colour": "none" if hat == "none" else chosen["hat_colour"],
        "earrings": chosen["earrings"] if woman and rng.random() < 0.5 else "none",
        "necklace": woman and bool(rng.random() < 0.5),
        "makeup": chosen["makeup"] if woman and rng.random() < 0.6 else "none",
        "emotion": emotion, "action": action, "eyes": eyes,
        "gaze": "hidden" if eyes in ("hidden", "closed")
        else str(rng.choice(["camera", "camera", "left", "right", "up", "down"])),
        "fractions": {}, "eye_box": (0.3, 0.4, 0.7, 0.5), "mouth_box": (0.4, 0.7, 0.6, 0.8),
        **{name: None if old else bool(rng.random() < 0.3) for name in _LATER_FLAGS},
        "sideburns": None if old else not woman and seen and (chosen["beard"] == "full beard" or number % 3 == 0),
        "lipstick": None if old else woman and number % 2 == 0,
        "mouth_open": None if old else action in _OPEN_MOUTHS or emotion == "surprised",
        "head_tilt": None if old else of("head_tilt"),
    })  # fmt: skip
