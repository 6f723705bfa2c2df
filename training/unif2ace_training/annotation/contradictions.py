"""Texts against attributes: what a text states that an attribute denies.

Attributes that have a value of the phrase book (`hair_colour`: "black") are held against everything that the phrase
book understands. Attributes that are yes or no (CelebV-HQ's) are held against the words of `contradictions.json`; a
word that is denied in the text ("no hat", "without glasses", "not smiling") states the opposite.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final

from unif2ace_training.annotation.pictures import Attributes
from unif2ace_training.evaluation.descriptions import described
from unif2ace_training.portraits.labels import values_of

_DENIED: Final = r"(?:\b(?:no|not|without|never|neither|nor|lacks?|isn't|aren't)\s+(?:[\w-]+\s+){0,2})"
_OPPOSITES: Final = {"male": "female", "female": "male"}
# What an answer such as "It is pink." is about is in its question alone.
_THINGS: Final = {
    "hair_colour": r"hair\w*",
    "hair_length": r"hair\w*",
    "hair_texture": r"hair\w*",
    "hair_style": r"hair\w*",
    "eye_colour": r"eye(?:s|d)?",
    "skin_tone": r"skin\w*|complexion",
    "clothing_colour": r"shirt|top|sweater|blouse|clothes|clothing|wear\w*",
    "background_colour": r"background|backdrop|behind",
    "hat_colour": r"hat|cap|beanie",
    "glasses_colour": r"glasses|frames?",
}


def contradictions(answer: str, attributes: Attributes, question: str = "") -> list[str]:
    """Names of the attributes that a text contradicts, in their order; `question` is what it answers, if anything."""
    stated = described(answer)
    found: list[str] = []
    for name, value in attributes.items():
        if isinstance(value, str):
            if value in values_of(name) and value not in _values_said(name, value, stated, answer, question):
                found.append(name)
        elif _states(answer, name) is (not value) or (value and _states(answer, _OPPOSITES.get(name, "")) is True):
            found.append(name)
    return found


def _values_said(
    name: str, value: str, stated: dict[str, frozenset[str]], answer: str, question: str
) -> frozenset[str]:
    """The values of an attribute that an answer gives; the true one where it gives none."""
    agreed = frozenset([value])
    if not question or name not in _THINGS:
        return stated.get(name, agreed)
    is_about = re.compile(rf"\b(?:{_THINGS[name]})\b", re.IGNORECASE)
    if is_about.search(answer):
        return stated.get(name, agreed)
    if not is_about.search(question):
        return agreed
    words = "|".join(re.escape(word) for word in sorted(values_of(name), key=len, reverse=True))
    return frozenset(re.findall(rf"\b(?:{words})\b", answer.lower())) or agreed


def _states(text: str, name: str) -> bool | None:
    """Whether the text says yes or no to an attribute; None where it says neither, or both."""
    pattern = _patterns().get(name)
    if pattern is None:
        return None
    said = {match["denied"] is None for match in pattern.finditer(text.lower().replace("’", "'"))}
    return said.pop() if len(said) == 1 else None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = json.loads((files("unif2ace_training.annotation") / "contradictions.json").read_text(encoding="utf-8"))
    return {
        name: re.compile(rf"(?P<denied>{_DENIED})?(?<![\w-])(?:{'|'.join(phrases)})(?![\w-])")
        for name, phrases in words.items()
    }
