"""How often people and pictures have what. Shares of a choice need not add up to one."""

from unif2ace_training.portraits.palette import EMOTIONS, LIGHTS

MEN_STYLES = {
    "bald": 0.10, "buzz cut": 0.14, "crop": 0.22, "side part": 0.22, "slicked back": 0.10, "quiff": 0.12,
    "curly": 0.06, "afro": 0.04,
}  # fmt: skip
WOMEN_STYLES = {
    "bob": 0.24, "straight": 0.27, "wavy": 0.2, "curly": 0.11, "tied back": 0.12, "afro": 0.03, "crop": 0.03,
}  # fmt: skip
# Features that are so marked that a viewer would name them, and how many people have them.
MARKED_FEATURES = {"narrow_eyes": 0.12, "pointed_nose": 0.12, "high_cheekbones": 0.15, "double_chin": 0.1}
EMOTION_RATES = dict(zip(EMOTIONS, (0.4, 0.34, 0.07, 0.06, 0.06, 0.02, 0.03, 0.02), strict=True))
ACTION_RATES = {
    "neutral": {
        "none": 0.77, "opening the mouth": 0.04, "puckering the lips": 0.04, "closing the eyes": 0.06,
        "puffing the cheeks": 0.03, "sticking out the tongue": 0.03, "yawning": 0.03,
    },
    "happy": {"smiling": 0.66, "laughing": 0.14, "grinning": 0.14, "winking": 0.06},
    "sad": {"frowning": 1.0},
    "angry": {"frowning": 0.75, "shouting": 0.25},
}  # fmt: skip
GLASSES_RATES = {
    "none": 0.7,
    "round glasses": 0.1,
    "rectangular glasses": 0.1,
    "cat-eye glasses": 0.02,
    "sunglasses": 0.08,
}
LIGHT_RATES = dict(zip(LIGHTS, (0.5, 0.1, 0.1, 0.09, 0.09, 0.06, 0.06), strict=True))
GAZE_RATES = {"camera": 0.83, "left": 0.05, "right": 0.05, "up": 0.035, "down": 0.035}
