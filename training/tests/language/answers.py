"""Checks answers against labels, independently of the phrase book: yes and no by reading the question as a statement,
named values by words, everything else as statements."""

import re

from words import (
    BROWS,
    COLOURS,
    EMOTIONS,
    EYE_COLOURS,
    HAIR_COLOURS,
    LIPS,
    NOSES,
    SHAPES,
    SKIN,
    is_,
    says,
)

from unif2ace_training.portraits.labels import Labels

_LENGTHS = {"short": ("short",), "medium-length": ("medium",), "long": ("long",)}
_TEXTURES = {"straight": ("straight",), "wavy": ("wavy",), "curly": ("curly",), "tightly curled": ("coily",)}
_FRAMES = {"black": ("black",), "brown": ("brown",), "gold": ("gold",), "silver": ("silver",), "red": ("red",)}
_ORDINARY = {"average": ("average",), "medium": ("medium",)}
_GLASSES = {"round": ("round glasses",), "rectangular": ("rectangular glasses",), "cat-eye": ("cat-eye glasses",),
            "sunglasses": ("sunglasses",)}  # fmt: skip
_BEARDS = {"stubble": ("stubble",), "moustache": ("moustache",), "goatee": ("goatee",), "full beard": ("full beard",)}
_AGES = {"young": ("young adult",), "an adult": ("adult",), "about thirty": ("adult",), "middle-aged": ("middle-aged",),
         "elderly": ("elderly",), "old": ("elderly",)}  # fmt: skip
_TURNS = {"straight": ("straight",), "left": ("left", "far left"), "right": ("right", "far right")}
_GAZES = {"camera": ("camera",), "left": ("left",), "right": ("right",), "up": ("up",), "down": ("down",)}
_MAKEUP = {"heavy": ("heavy",), "a lot": ("heavy",), "light": ("light",), "a little": ("light",), "none": ("none",),
           "no makeup": ("none",)}  # fmt: skip
_NECKLINES = {"crew neck": ("crew neck",), "v-neck": ("V-neck",), "turtleneck": ("turtleneck",),
              "scoop neck": ("scoop neck",)}  # fmt: skip
# What a topic asks for: the label, and words for its values.
VALUES: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "hair colour": ("hair_colour", HAIR_COLOURS),
    "hair length": ("hair_length", _LENGTHS),
    "hair texture": ("hair_texture", _TEXTURES),
    "eye colour": ("eye_colour", EYE_COLOURS),
    "skin tone": ("skin_tone", SKIN),
    "face shape": ("face_shape", SHAPES),
    "beard kind": ("beard", _BEARDS),
    "glasses kind": ("glasses", _GLASSES),
    "glasses colour": ("glasses_colour", _FRAMES),
    "hat kind": ("hat", {"beanie": ("beanie",), "cap": ("cap",)}),
    "hat colour": ("hat_colour", COLOURS),
    "earrings kind": ("earrings", {"studs": ("studs",), "hoops": ("hoops",)}),
    "clothing colour": ("clothing_colour", COLOURS),
    "neckline": ("neckline", _NECKLINES),
    "background colour": ("background_colour", COLOURS),
    "emotion": ("emotion", EMOTIONS),
    "head turn": ("head_turn", _TURNS),
    "gaze": ("gaze", _GAZES),
    "eyebrows": ("eyebrows", BROWS | _ORDINARY),
    "nose": ("nose", NOSES | _ORDINARY),
    "lips": ("lips", LIPS | _ORDINARY),
    "age": ("age_group", _AGES),
    "gender": ("gender", {"woman": ("woman",), "man": ("man",)}),
    "makeup": ("makeup", _MAKEUP),
}
# Words of answers that name no value, and when they are honest.
_HIDDEN = {
    "hat": is_("hat", "beanie", "cap"),
    "no hair": is_("hair_style", "bald"),
    "bald": is_("hair_style", "bald"),
    "sunglasses": is_("glasses", "sunglasses"),
    "eyes are closed": is_("eyes", "closed"),
    "no beard": is_("beard", "none"),
    "clean-shaven": is_("beard", "none"),
    "glasses": is_("glasses", "none"),
    "earrings": is_("earrings", "none"),
}
_YES_NO = re.compile(r"(?:yes|no)[,.]")


def plain(text: str) -> str:
    """Lower case, British."""
    text = text.lower().replace("gray", "grey").replace("color", "colour").replace("mustache", "moustache")
    return text.replace("make-up", "makeup")


def is_yes_no(answer: str) -> bool:
    return _YES_NO.match(answer.lower()) is not None


def named_value(text: str, topic: str, labels: Labels) -> bool | None:
    """Whether the value that the text names is the label's; None where it names none."""
    field, words = VALUES[topic]
    known = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    found = re.search(rf"(?<![\w-])(?:{known})(?![\w-])", plain(text))
    return None if found is None else says(field, words)(labels, found.group())


def hidden_is_honest(text: str, topic: str, labels: Labels) -> bool:
    """Whether an answer without a value says truly why there is none."""
    if topic == "hat colour" or topic == "hat kind":
        return labels.hat == "none"
    for phrase, holds in _HIDDEN.items():
        if phrase in plain(text):
            return holds(labels)
    return plain(text).startswith("there are none") or "there is none" in plain(text)


def answer_is_true(question: str, answer: str, topic: str, labels: Labels) -> bool:
    """An answer to a question for the value of a label, a guess or a choice."""
    if is_yes_no(answer):
        said_yes = answer.lower().startswith("yes")
        guess = named_value(question, topic, labels)
        rest = named_value(re.sub(r"^\w+,?", "", answer), topic, labels)
        return guess is said_yes and rest is not False
    value = named_value(answer, topic, labels)
    return hidden_is_honest(answer, topic, labels) if value is None else value
