"""Closed sets with their colours: linear RGB, as the shaders take them."""

from typing import Any

Rgb = tuple[float, float, float]

SKIN_TONES: dict[str, Rgb] = {
    "very pale": (0.64, 0.445, 0.365),
    "light": (0.56, 0.365, 0.28),
    "medium": (0.47, 0.29, 0.205),
    "olive": (0.385, 0.245, 0.16),
    "tan": (0.31, 0.178, 0.11),
    "brown": (0.215, 0.112, 0.066),
    "deep": (0.115, 0.058, 0.036),
}
HAIR_COLOURS: dict[str, Rgb] = {
    "black": (0.013, 0.011, 0.010),
    "dark brown": (0.045, 0.025, 0.015),
    "brown": (0.10, 0.052, 0.027),
    "auburn": (0.15, 0.045, 0.02),
    "ginger": (0.32, 0.11, 0.03),
    "blond": (0.42, 0.28, 0.12),
    "platinum": (0.62, 0.52, 0.36),
    "grey": (0.24, 0.24, 0.25),
    "white": (0.60, 0.59, 0.58),
    "pink": (0.5, 0.10, 0.22),
    "blue": (0.06, 0.13, 0.4),
}
EYE_COLOURS: dict[str, Rgb] = {
    "brown": (0.10, 0.045, 0.018),
    "dark brown": (0.045, 0.02, 0.01),
    "hazel": (0.19, 0.11, 0.035),
    "green": (0.12, 0.20, 0.08),
    "blue": (0.12, 0.25, 0.42),
    "grey": (0.24, 0.28, 0.31),
}
CLOTHES: dict[str, Rgb] = {
    "black": (0.015, 0.015, 0.017),
    "white": (0.60, 0.60, 0.58),
    "grey": (0.19, 0.19, 0.20),
    "red": (0.36, 0.03, 0.03),
    "blue": (0.03, 0.07, 0.26),
    "light blue": (0.16, 0.32, 0.52),
    "green": (0.03, 0.19, 0.08),
    "yellow": (0.60, 0.40, 0.05),
    "beige": (0.44, 0.34, 0.22),
    "pink": (0.52, 0.20, 0.28),
}
BACKGROUNDS: dict[str, Rgb] = {
    "dark grey": (0.055, 0.056, 0.06),
    "grey": (0.26, 0.27, 0.28),
    "white": (0.72, 0.72, 0.72),
    "green": (0.09, 0.22, 0.11),
    "brown": (0.22, 0.14, 0.085),
    "blue": (0.07, 0.15, 0.34),
    "pink": (0.50, 0.27, 0.27),
    "black": (0.008, 0.008, 0.009),
}
GLASSES_COLOURS: dict[str, Rgb] = {
    "black": (0.01, 0.01, 0.01),
    "brown": (0.10, 0.05, 0.02),
    "gold": (0.42, 0.31, 0.12),
    "silver": (0.32, 0.32, 0.34),
    "red": (0.30, 0.02, 0.03),
}
LIPSTICKS: tuple[Rgb, ...] = ((0.40, 0.05, 0.075), (0.44, 0.11, 0.15), (0.27, 0.04, 0.07), (0.38, 0.075, 0.07))
EYESHADOWS: tuple[Rgb, ...] = ((0.45, 0.35, 0.5), (0.35, 0.3, 0.3), (0.6, 0.4, 0.35), (0.35, 0.42, 0.6))
METALS: tuple[Rgb, ...] = ((0.6, 0.42, 0.12), (0.5, 0.5, 0.52))

# Direction to the key light, its colour and strength; strengths of the fill light and of the ambient light.
LIGHTS: dict[str, dict[str, Any]] = {
    name: dict(zip(("key", "key_colour", "key_power", "fill_power", "ambient"), values, strict=True))
    for name, values in {
        "soft": ((0.30, 0.55, 0.78), (1, 0.97, 0.93), 1.85, 0.5, 0.5),
        "from the right": ((0.85, 0.35, 0.45), (1, 0.95, 0.88), 2.3, 0.24, 0.32),
        "from the left": ((-0.85, 0.35, 0.45), (1, 0.95, 0.88), 2.3, 0.24, 0.32),
        "warm": ((0.3, 0.4, 0.78), (1, 0.74, 0.48), 1.8, 0.5, 0.42),
        "cool": ((-0.3, 0.6, 0.7), (0.74, 0.88, 1), 1.7, 0.45, 0.5),
        "from behind": ((-0.55, 0.6, -0.58), (1, 0.96, 0.9), 3.4, 0.95, 0.3),
        "from above": ((0.06, 1.0, 0.36), (1, 0.97, 0.93), 2.5, 0.14, 0.3),
    }.items()
}

# Expression units by name; a unit without a side stands for both.
EMOTIONS: dict[str, dict[str, float]] = {
    "neutral": {},
    "happy": {"mouthSmile": 1.05, "mouthUpperUp": 0.12, "cheekSquint": 0.6, "eyeSquint": 0.22},
    "sad": {"mouthFrown": 0.95, "browInnerUp": 1.3, "browOuterUp": -0.5, "mouthShrugLower": 0.5, "eyeSquint": 0.1},
    "angry": {
        "browDown": 1.5,
        "browInnerUp": -0.7,
        "browOuterUp": 0.45,
        "eyeSquint": 0.3,
        "eyeWide": 0.3,
        "mouthPress": 0.8,
        "noseSneer": 0.75,
        "mouthFrown": 0.7,
    },
    "surprised": {"browInnerUp": 1.1, "browOuterUp": 1.1, "eyeWide": 1.1, "jawOpen": 0.5},
    "fearful": {"browInnerUp": 1.3, "browOuterUp": 0.3, "eyeWide": 1.15, "mouthStretch": 1.0, "jawOpen": 0.24},
    "disgusted": {"noseSneer": 1.3, "browDown": 0.8, "eyeSquint": 0.5, "mouthUpperUp": 0.75, "mouthFrown": 0.6},
    "contemptuous": {
        "mouthSmileLeft": 0.85,
        "mouthDimpleLeft": 0.9,
        "mouthUpperUpLeft": 0.3,
        "browDownLeft": 0.5,
        "browOuterUpRight": 0.7,
        "eyeSquint": 0.3,
    },
}
ACTIONS: dict[str, dict[str, float]] = {
    "none": {},
    "smiling": {},  # what a happy face does
    "frowning": {},  # what a sad or angry face does
    "laughing": {"mouthSmile": 0.9, "mouthUpperUp": 0.75, "jawOpen": 0.36, "cheekSquint": 0.8, "eyeSquint": 0.45},
    "opening the mouth": {"jawOpen": 0.38},
    "puckering the lips": {"mouthPucker": 1.2, "mouthFunnel": 0.45},
    "winking": {"eyeBlinkLeft": 1.0, "mouthSmile": 0.35},
    "closing the eyes": {"eyeBlink": 1.0},
    "puffing the cheeks": {"cheekPuff": 1.0},
    "sticking out the tongue": {"tongueOut": 2.0, "jawOpen": 0.4, "mouthLowerDown": 0.2},
    "yawning": {
        "jawOpen": 0.9,
        "eyeBlink": 0.8,
        "eyeSquint": 0.5,
        "mouthFunnel": 0.2,
        "browInnerUp": 0.4,
        "noseSneer": 0.2,
    },
    "shouting": {"jawOpen": 0.62, "mouthUpperUp": 0.55, "mouthLowerDown": 0.5, "mouthStretch": 0.4, "mouthFrown": 0.0},
    "grinning": {"mouthSmile": 1.0, "mouthUpperUp": 0.75, "mouthLowerDown": 0.55, "cheekSquint": 0.6, "jawOpen": 0.06},
}
