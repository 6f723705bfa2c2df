"""The phrase book read backwards: from words in a text to the labels that they state.

Every phrasing of a thing becomes a pattern whose slots are the words for a label's values, so that what is understood
is exactly what can be said, and a new phrasing is understood at once.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from unif2ace_training.language.attributes import named
from unif2ace_training.language.english import american
from unif2ace_training.language.phrasebook import Section, phrasebook
from unif2ace_training.portraits.labels import values_of

# What a text says of a label: the values that its word may mean ("dark-skinned" is brown or deep).
Stated = dict[str, frozenset[str]]

# Slots of the phrase book that are words for a label of another name.
_SLOT_LABELS: Final = {
    "garment": "neckline",
    "skinned": "skin_tone",
    "haired": "hair_colour",
    "decade": "age_group",
    "age": "age_group",
    "turn_side": "head_turn",
    "gaze_side": "gaze",
    "tilt_side": "head_tilt",
}
_SIDES: Final = {"turn_side": {"left": ("left", "far left"), "right": ("right", "far right")},
                 "gaze_side": {"left": ("left",), "right": ("right",)},
                 "tilt_side": {"left": ("left",), "right": ("right",)}}  # fmt: skip
# Garments are mostly "shirt" or "top", which says nothing about the neckline.
_SAYS_NOTHING: Final = ("garment",)
_PRONOUNS: Final = {"they": "(?:he|she|they)", "them": "(?:him|her|them)", "their": "(?:his|her|their)"}
_SLOT = re.compile(r"\\\{(\w+)\\\}")
_WORD_EDGE = r"(?<![\w-])", r"(?![\w-])"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern, the label of each of its groups in order, and labels that it states by itself."""

    pattern: re.Pattern[str]
    slots: tuple[str, ...] = ()
    states: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def stated_by(self, match: re.Match[str]) -> Stated:
        """The labels of one match."""
        stated = dict(self.states)
        for slot, word in zip(self.slots, match.groups(), strict=True):
            if slot not in _SAYS_NOTHING:
                stated[_SLOT_LABELS.get(slot, slot)] = words_of(slot)[word]
        return stated


def normalised(text: str) -> str:
    """Small letters, American spelling, and no articles: texts and phrasings are compared in this form."""
    small = american(text.lower()).replace("’", "'")
    return re.sub(r"\b(?:an?|the) (?=\S)", "", re.sub(r"\s+", " ", small)).strip()


def compiled(section: Section, states: Mapping[str, frozenset[str]]) -> Iterable[Phrase]:
    """One phrase for each phrasing of a section, held-out ones included."""
    for template in dict.fromkeys((*section.trained, *section.held_out)):
        text = normalised(template).rstrip(".")
        slots: list[str] = []

        def fill(match: re.Match[str], slots: list[str] = slots) -> str:
            slot = match.group(1)
            if slot in _PRONOUNS:
                return _PRONOUNS[slot]
            slots.append(slot)
            return "(" + "|".join(map(re.escape, sorted(words_of(slot), key=len, reverse=True))) + ")"

        pattern = _SLOT.sub(fill, re.escape(text))
        yield Phrase(re.compile(_WORD_EDGE[0] + pattern + _WORD_EDGE[1]), tuple(slots), states)


@cache
def words_of(slot: str) -> Mapping[str, frozenset[str]]:
    """Each word that fills a slot, with the label's values that it may stand for."""
    if slot in _SIDES:
        return {word: frozenset(values) for word, values in _SIDES[slot].items()}
    label = _SLOT_LABELS.get(slot, slot)
    values_of_word: dict[str, set[str]] = defaultdict(set)
    for value in values_of(label):
        if value == "none":
            continue
        for word in _words_for(slot, label, value):
            values_of_word[normalised(word)].add(value)
    return {word: frozenset(values) for word, values in values_of_word.items()}


def _words_for(slot: str, label: str, value: str) -> Iterable[str]:
    """A value's words in texts, and its name in answers."""
    sections = [phrasebook().get(f"word {slot}{gender} {value}") for gender in ("", " woman", " man")]
    words = [word for section in sections if section for word in (*section.trained, *section.held_out)]
    gendered = (word.replace("{their}", their) for word in words or [value] for their in ("his", "her"))
    return {*gendered, named(label, value)}


def read(text: str, phrases: Iterable[Phrase]) -> Stated:
    """What a text states. At each place the longest phrase counts, and of contradictions the first.

    Phrases of the same words state only what they agree on, as "short brown hair" is a length and may be a style.
    """
    rest = normalised(text)
    matches: dict[tuple[int, int], list[Stated]] = defaultdict(list)
    for phrase in phrases:
        for match in phrase.pattern.finditer(rest):
            matches[match.start(), -match.end()].append(phrase.stated_by(match))
    stated: Stated = {}
    place = 0
    for (start, negative_end), meanings in sorted(matches.items(), key=lambda entry: entry[0]):
        if start >= place:
            stated = _agreed(meanings) | stated
            place = -negative_end
    return stated


def _agreed(meanings: Sequence[Stated]) -> Stated:
    labels = set(meanings[0]).intersection(*meanings[1:])
    return {label: frozenset().union(*(meaning[label] for meaning in meanings)) for label in sorted(labels)}
