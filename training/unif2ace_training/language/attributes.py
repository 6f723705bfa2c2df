"""Questions for the value of a label: open ("what colour …"), a guess ("is it …"), or a choice ("… or …")."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from unif2ace_training.language.phrasebook import phrasebook
from unif2ace_training.language.replies import short_reply
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.things import shows_eye_colour
from unif2ace_training.language.turns import Asked, asked
from unif2ace_training.portraits.labels import Labels, values_of

_GUESS_SHARE, _CHOICE_SHARE = 0.3, 0.1
_GOING_ON_SHARE = 0.6
_OPEN = (1 + _GUESS_SHARE - _CHOICE_SHARE) / 2  # between the two
# Guesses are right half of the time, so that "yes" is no better a bet than "no".
_RIGHT_SHARE = 0.5
# Values that people might mix up: a wrong guess is never one of them.
_NEAR = (
    {"black", "dark brown", "brown", "dark grey"},
    {"brown", "auburn", "hazel"},
    {"auburn", "ginger", "red", "pink"},
    {"blond", "platinum", "white", "yellow", "beige"},
    {"grey", "white", "platinum", "dark grey", "blond"},
    {"blue", "light blue", "grey", "green", "hazel"},
    {"very pale", "light", "medium", "olive", "tan"},
    {"olive", "tan", "brown", "deep"},
    {"short", "medium"},
    {"medium", "long"},
    {"wavy", "curly", "coily"},
    {"moustache", "goatee", "full beard"},
    {"oval", "round", "heart-shaped", "diamond", "triangular"},
    {"square", "rectangular", "triangular", "diamond"},
    {"gold", "silver", "brown", "black"},
    {"rectangular glasses", "cat-eye glasses", "sunglasses"},
    {"crew neck", "scoop neck", "V-neck"},
    {"surprised", "fearful"},
    {"angry", "disgusted", "contemptuous"},
    {"sad", "fearful", "disgusted", "angry"},
    {"neutral", "contemptuous", "happy"},
    {"young adult", "adult"},
    {"adult", "middle-aged", "elderly"},
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A label that can be asked for. `unseen` names the section of the answer where there is nothing to name."""

    name: str
    field: str
    weight: float = 1.0
    unseen: Callable[[Labels], str | None] = lambda _: None


def _hair(labels: Labels) -> str | None:
    if labels.hair_visible:
        return None
    return "unseen hair hidden" if labels.hat != "none" else "unseen hair bald"


def _eyes(labels: Labels) -> str | None:
    return None if shows_eye_colour(labels) else f"unseen eyes {labels.eyes}"


def _none_is(field: str) -> Callable[[Labels], str | None]:
    return lambda labels: f"unseen {field}" if getattr(labels, field) == "none" else None


ATTRIBUTES: Final = (
    Attribute("hair colour", "hair_colour", 4, _hair),
    Attribute("hair length", "hair_length", 1.5, _hair),
    Attribute("hair texture", "hair_texture", 1, _hair),
    Attribute("hair style", "hair_style", 1, _hair),
    Attribute("eye colour", "eye_colour", 3, _eyes),
    Attribute("skin tone", "skin_tone", 1.2),
    Attribute("face shape", "face_shape", 0.7),
    Attribute("beard kind", "beard", 1.2, _none_is("beard")),
    Attribute("glasses kind", "glasses", 2, _none_is("glasses")),
    Attribute("glasses colour", "glasses_colour", 1.5, _none_is("glasses")),
    Attribute("hat kind", "hat", 2, _none_is("hat")),
    Attribute("hat colour", "hat_colour", 2.5, _none_is("hat")),
    Attribute("earrings kind", "earrings", 1.5, _none_is("earrings")),
    Attribute("clothing colour", "clothing_colour", 3),
    Attribute("neckline", "neckline", 0.5),
    Attribute("background colour", "background_colour", 3),
    Attribute("background kind", "background_kind", 0.8),
    Attribute("lighting", "lighting", 0.8),
    Attribute("emotion", "emotion", 3),
    Attribute("head turn", "head_turn", 1),
    Attribute("gaze", "gaze", 1.2, _eyes),
    Attribute("eyebrows", "eyebrows", 0.5),
    Attribute("nose", "nose", 0.4),
    Attribute("lips", "lips", 0.4),
    Attribute("age", "age_group", 2),
    Attribute("gender", "gender", 2),
    Attribute("makeup", "makeup", 0.7),
)
# How much rarer a question is whose answer is that there is nothing.
_UNSEEN_WEIGHT = 0.12
_OF_WOMEN = ("earrings kind", "makeup")
_OF_MEN = ("beard kind",)
_UNDER_A_HAT_UNKNOWN = ("hair style", "hair length", "hair texture")


def attribute_weight(attribute: Attribute, labels: Labels) -> float:
    """How readily this attribute is asked for; 0 for a question that makes no sense."""
    other = _OF_WOMEN if labels.gender == "man" else _OF_MEN
    if attribute.name in other or (attribute.name in _UNDER_A_HAT_UNKNOWN and labels.hat != "none"):
        return 0
    return attribute.weight * (_UNSEEN_WEIGHT if attribute.unseen(labels) else 1)


def ask_attribute(speaker: Speaker, attribute: Attribute, previous: str | None = None) -> Asked:
    """A question for the value, and the answer; after another colour (`previous`), "And the eyes?" may be enough."""
    name, labels = attribute.name, speaker.labels
    stream = speaker.streams.of("way of asking", name)
    question = _open_question(speaker, name, previous)
    if section := attribute.unseen(labels):
        return asked(speaker, name, question, speaker.say(section))
    way = stream.uniform() if distinct_values(attribute.field, getattr(labels, attribute.field)) else _OPEN
    if way < _GUESS_SHARE and f"whether {name}" in phrasebook():
        return _guess(speaker, attribute)
    if way > 1 - _CHOICE_SHARE and f"either {name}" in phrasebook():
        return _choice(speaker, attribute)
    return asked(speaker, name, question, _answer(speaker, attribute))


def _open_question(speaker: Speaker, name: str, previous: str | None) -> str:
    goes_on = previous is not None and previous.endswith("colour") and f"and {name}" in phrasebook()
    if goes_on and speaker.streams.of("going on", name).chance(_GOING_ON_SHARE):
        return speaker.say(f"and {name}")
    return speaker.say(f"ask {name}")


def _answer(speaker: Speaker, attribute: Attribute) -> str:
    value = getattr(speaker.labels, attribute.field)
    if attribute.name == "hair style":
        return speaker.say(f"has hair {value}")
    if f"answer {attribute.name} {value}" in phrasebook():
        return speaker.say(f"answer {attribute.name} {value}")
    return speaker.say(f"answer {attribute.name}", value=named(attribute.field, value))


def _guess(speaker: Speaker, attribute: Attribute) -> Asked:
    truth = getattr(speaker.labels, attribute.field)
    stream = speaker.streams.of("guess", attribute.name)
    is_right = stream.chance(_RIGHT_SHARE)
    guess = truth if is_right else stream.pick(distinct_values(attribute.field, truth))
    verdict = "right" if is_right else "wrong"
    section = f"{verdict} {attribute.name}"
    question = speaker.say(f"whether {attribute.name}", asked=named(attribute.field, guess))
    answer = speaker.say(
        section if section in phrasebook() else verdict,
        value=named(attribute.field, truth),
        reply=short_reply(question, speaker.labels.gender, is_yes=is_right),
    )
    return asked(speaker, attribute.name, question, answer)


def _choice(speaker: Speaker, attribute: Attribute) -> Asked:
    truth = getattr(speaker.labels, attribute.field)
    stream = speaker.streams.of("choice", attribute.name)
    other = stream.pick(distinct_values(attribute.field, truth))
    pair = [named(attribute.field, value) for value in (truth, other)]
    first, second = pair if stream.chance(0.5) else reversed(pair)
    question = speaker.say(f"either {attribute.name}", first=first, second=second)
    return asked(speaker, attribute.name, question, _answer(speaker, attribute))


def distinct_values(field: str, truth: str) -> list[str]:
    """Values of a label that nobody would mix up with the true one."""
    near = set().union(*(group for group in _NEAR if truth in group)) | {truth, "none"}
    return [value for value in values_of(field) if value not in near]


def named(field: str, value: str) -> str:
    """The word for a value in answers and guesses; one word for each, so that answers can be compared."""
    section = phrasebook().get(f"value {field} {value}")
    return section.trained[0] if section else value
