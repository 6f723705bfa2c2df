"""English as rules over finished strings: articles, lists, sentences, and American spelling."""

import re
from collections.abc import Sequence

_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiou])(?!one\b|uni|use|eu)")
_SPACES = re.compile(r" {2,}")
_AMERICAN = {
    "colour": "color",
    "colours": "colors",
    "coloured": "colored",
    "grey": "gray",
    "greyish": "grayish",
    "moustache": "mustache",
    "moustaches": "mustaches",
    "parting": "part",
    "woolly": "wooly",
    "jewellery": "jewelry",
    "make-up": "makeup",
    "fringe": "bangs",
    "centre": "center",
}
_BRITISH_WORD = re.compile(r"\b(?:a fringe|" + "|".join(_AMERICAN) + r")\b", re.IGNORECASE)
_PRONOUNS = {
    "woman": {"they": "she", "them": "her", "their": "her"},
    "man": {"they": "he", "them": "him", "their": "his"},
}


def pronouns(gender: str) -> dict[str, str]:
    """Slots `they`, `them`, `their`, and the same with a capital."""
    small = _PRONOUNS[gender]
    return small | {name.capitalize(): word.capitalize() for name, word in small.items()}


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def capitalised(text: str) -> str:
    """The first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """The first letter small, unless the first word is `I` or has a capital within (T-shirt, V-neck)."""
    first = text.split(" ", 1)[0]
    return text if first == "I" or "-" in first[1:2] else text[:1].lower() + text[1:]


def polished(text: str) -> str:
    """`an` before vowels, single blanks."""
    return _ARTICLE.sub(r"\1n ", _SPACES.sub(" ", text)).strip()


def american(text: str) -> str:
    """The same text in American spelling and words."""
    return _BRITISH_WORD.sub(_respelled, text)


def _respelled(match: re.Match[str]) -> str:
    word = match.group()
    american_word = _AMERICAN.get(word.lower().removeprefix("a "), word)
    return capitalised(american_word) if word[0].isupper() else american_word
