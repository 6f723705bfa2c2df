"""Captions and prompts parsed back into labels."""

from collections.abc import Callable
from functools import cache
from typing import Final

from unif2ace_training.evaluation.phrases import Phrase, Stated, compiled, read
from unif2ace_training.language.phrasebook import Section, phrasebook
from unif2ace_training.portraits.labels import Labels, values_of

_ROLES: Final = ("has", "wears", "does", "at", "says", "tag")
_ACTIONS: Final = tuple(value for value in values_of("action") if value not in ("none", "frowning"))
_FLAGS: Final = {
    "bangs": "bangs", "receding": "receding_hairline", "freckles": "freckles", "rosy": "rosy_cheeks",
    "bags": "eye_bags", "necklace": "necklace", "teeth": "teeth_visible", "clothes striped": "striped",
    "arched": "arched_eyebrows", "narrow eyes": "narrow_eyes", "pointed nose": "pointed_nose",
    "cheekbones": "high_cheekbones", "double chin": "double_chin", "sideburns": "sideburns", "lipstick": "lipstick",
}  # fmt: skip
_ABSENT: Final = {"no glasses": "glasses", "no hat": "hat", "no earrings": "earrings", "no makeup": "makeup"}
# Where the kind is not said: "glasses" may be any, but for sunglasses, which always are called so.
_KINDS: Final = {
    "glasses": [value for value in values_of("glasses") if value not in ("none", "sunglasses")],
    "sunglasses": ["sunglasses"],
    "hat": [value for value in values_of("hat") if value != "none"],
    "earrings": [value for value in values_of("earrings") if value != "none"],
}
# What is said first of these two is what "expression" means: an action that can be seen, or else the emotion.
EXPRESSION: Final = "expression"
_TRUE: Final = "True"

# What is evaluated, and what a full description means when it is silent about it: that there is none, or that it is
# ordinary. Labels without such a value are mistakes when they are not mentioned.
DESCRIBED: Final[dict[str, str | None]] = {
    "gender": None,
    "age_group": "adult",
    "skin_tone": None,
    "face_shape": None,
    "hair_colour": None,
    "beard": "none",
    "eye_colour": None,
    "glasses": "none",
    "hat": "none",
    "hat_colour": None,
    "earrings": "none",
    "necklace": "False",
    "makeup": "none",
    "freckles": "False",
    "clothing_colour": None,
    "striped": "False",
    EXPRESSION: None,
    "head_turn": "straight",
    "background_colour": None,
    "background_kind": "plain",
    "lighting": "soft",
}
# What has no truth for some portraits.
_APPLIES: Final[dict[str, Callable[[Labels], bool]]] = {
    "hair_colour": lambda labels: labels.hair_visible,
    "hat_colour": lambda labels: labels.hat != "none",
    "eye_colour": lambda labels: labels.eyes not in ("hidden", "closed"),
    "beard": lambda labels: labels.gender == "man",
    "earrings": lambda labels: labels.gender == "woman",
    "necklace": lambda labels: labels.gender == "woman",
    "makeup": lambda labels: labels.gender == "woman",
}


def truth_of(labels: Labels, attribute: str) -> str | None:
    """The value that a description should give, as a word; None where the portrait has no answer."""
    if attribute in _APPLIES and not _APPLIES[attribute](labels):
        return None
    if attribute == EXPRESSION:
        return labels.action if labels.action in _ACTIONS else labels.emotion
    return str(getattr(labels, attribute))


def described(text: str) -> Stated:
    """The labels that a caption or a prompt states."""
    return read(text, _phrases())


@cache
def _phrases() -> tuple[Phrase, ...]:
    """Everything that the phrase book can say of a portrait."""
    phrases = _subject_phrases()
    for name, section in phrasebook().items():
        role, _, thing = name.partition(" ")
        if role in _ROLES:
            phrases += compiled(section, _states(thing))
    return tuple(phrases)


def _states(thing: str) -> dict[str, frozenset[str]]:
    """What a thing states without any slot."""
    kind, _, value = thing.partition(" ")
    one: dict[str, str] = {}
    if thing in _FLAGS:
        one = {_FLAGS[thing]: _TRUE}
    elif thing in _ABSENT:
        one = {_ABSENT[thing]: "none"}
    elif thing in _KINDS:
        return {"glasses" if thing == "sunglasses" else thing: frozenset(_KINDS[thing])}
    elif thing == "bald":
        one = {"hair_style": "bald"}
    elif kind in ("beard", "makeup", "build"):
        one = {kind: value}
    elif kind == "hair" and value in values_of("hair_style"):
        one = {"hair_style": value}
    elif kind == "light":
        one = {"lighting": value}
    elif kind == "background":
        one = {"background_kind": "blurred lights" if value == "lights" else "plain"}
    elif thing in (*_ACTIONS, *values_of("emotion")):
        one = {EXPRESSION: thing}
    elif kind in ("turn", "gaze") and value in ("straight", "camera", "up", "down"):
        one = {{"turn": "head_turn", "gaze": "gaze"}[kind]: value}
    return {label: frozenset([word]) for label, word in one.items()}


def _subject_phrases() -> list[Phrase]:
    """Words of the person: nouns, ages, skin, and adjectives that say what else is seen."""
    phrases = [
        phrase
        for gender, name in (("woman", "woman"), ("man", "man"), ("man", "elderly man"))
        for phrase in compiled(phrasebook()[f"word noun {name}"], {"gender": frozenset([gender])})
    ]
    for slot in ("age", "decade", "skinned", "haired"):
        phrases += compiled(Section(slot, (f"{{{slot}}}",), ()), {})
    adjectives = {"bald": ("hair_style", "bald"), "bearded": ("beard", "full beard"),
                  "clean-shaven": ("beard", "none")}  # fmt: skip
    adjectives |= {word: (EXPRESSION, word) for word in ("smiling", "laughing", "sad", "angry", "surprised")}
    for word, (label, value) in adjectives.items():
        phrases += compiled(Section(word, (word,), ()), {label: frozenset([value])})
    return phrases
