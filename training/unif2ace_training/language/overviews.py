"""Questions that take in several labels at once: who it is, what is worn, what stands out, how many there are."""

from collections.abc import Callable
from typing import Final

from unif2ace_training.language.captions import some_things
from unif2ace_training.language.english import capitalised, joined
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.subject import name_subject
from unif2ace_training.language.things import Role
from unif2ace_training.language.turns import Asked, asked
from unif2ace_training.portraits.palette import BACKGROUNDS, CLOTHES

_ACCESSORIES = ("glasses", "hat", "earrings", "necklace")
_NUMBERS = ("None", "One", "Two", "Three", "Four")
_DARKER_BY = 1.8  # below this light and folds decide which of two colours looks darker
_MOST_FEATURES = 3


def _wearing(speaker: Speaker) -> str:
    return speaker.say("answer wearing", list=joined(_said(speaker, "wears")))


def _accessories(speaker: Speaker) -> str:
    worn = _said(speaker, "wears", _ACCESSORIES)
    return speaker.say("answer accessories some", list=joined(worn)) if worn else speaker.say("answer accessories none")


def _looks(speaker: Speaker) -> str:
    return speaker.say("answer looks", list=joined(_said(speaker, "has")[:_MOST_FEATURES]))


def _person(speaker: Speaker) -> str:
    subject = name_subject(speaker).with_article
    return speaker.say("answer person", a_subject=subject, A_subject=capitalised(subject))


def _open_eyes(speaker: Speaker) -> str:
    return speaker.say(f"answer open eyes {speaker.labels.eyes}")


def _light_side(speaker: Speaker) -> str:
    side = speaker.labels.lighting.removeprefix("from ").removeprefix("the ")
    return speaker.say(f"answer light side {side if side in ('left', 'right', 'behind', 'above') else 'none'}")


def _same_colour(speaker: Speaker) -> str:
    labels = speaker.labels
    if labels.clothing_colour == labels.background_colour:
        return speaker.say("answer same colour yes")
    return speaker.say("answer same colour no")


def _darker(speaker: Speaker) -> str:
    """By how much light the two colours of the palette give back."""
    labels = speaker.labels
    if labels.clothing_colour == labels.background_colour:
        return speaker.say("answer darker same")
    shirt, wall = sum(CLOTHES[labels.clothing_colour]), sum(BACKGROUNDS[labels.background_colour])
    if max(shirt, wall) < _DARKER_BY * min(shirt, wall):
        return speaker.say("answer darker close")
    return speaker.say("answer darker shirt" if shirt < wall else "answer darker background")


def _accessory_count(speaker: Speaker) -> str:
    count = len(_said(speaker, "wears", _ACCESSORIES))
    return speaker.say("answer accessory count", number=_NUMBERS[count])


def _always(name: str) -> Callable[[Speaker], str]:
    return lambda speaker: speaker.say(f"answer {name}")


def _said(speaker: Speaker, role: Role, topics: tuple[str, ...] = ()) -> list[str]:
    """Phrases for what is there in this role, the most remarkable first."""
    things = [thing for thing in some_things(speaker) if thing.role == role and not thing.is_absence]
    return [speaker.say(thing.section) for thing in things if not topics or thing.topic in topics]


# How the answer is made, and how readily the question is asked.
OVERVIEWS: Final[dict[str, tuple[Callable[[Speaker], str], float]]] = {
    "wearing": (_wearing, 2),
    "accessories": (_accessories, 0.7),
    "looks": (_looks, 1.2),
    "person": (_person, 1.5),
    "people": (_always("people"), 0.4),
    "alone": (_always("alone"), 0.2),
    "others": (_always("others"), 0.3),
    "open eyes": (_open_eyes, 0.4),
    "same colour": (_same_colour, 0.2),
    "darker": (_darker, 0.5),
    "accessory count": (_accessory_count, 0.5),
    "light side": (_light_side, 0.7),
}


def ask_overview(speaker: Speaker, name: str) -> Asked:
    """The question and its answer."""
    answer = OVERVIEWS[name][0](speaker)
    return asked(speaker, name, speaker.say(f"ask {name}"), answer)
