"""Names of people, and texts that talk about what they were written from."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

# Words that are written with a capital and are no names of people.
_NO_NAMES: Final = re.compile(
    r"African|American|Asian|Black|Caucasian|East|Eastern|European|Hispanic|Indian|Latin|Latina|Latino|Mediterranean|"
    r"Middle|Native|Nordic|North|South|Southeast|Western|White|Van|Dyke|Mona|Lisa|Cupid|Roman|Greek|Afro|Christmas|"
    r"Santa|English|French|Spanish|Japanese|Chinese|Korean|Arab|Arabic"
)
_TWO_NAMES: Final = re.compile(r"(?<![.!?:\"“] )(?<!^)\b([A-Z][a-zà-ÿ]+(?:-[A-Z][a-zà-ÿ]+)?)\s+([A-Z][a-zà-ÿ']+)\b")
_CALLED: Final = re.compile(r"\b(?:named|called|known as|by the name of|resembles|looks like)\s+([A-Z][a-zà-ÿ]+)\b")
_SOURCES: Final = re.compile(
    r"\b(?:the|this|given|provided|based on) (?:\w+ )?(?:captions?|descriptions?|attributes?|annotations?|classifier|"
    r"notes|list)\b",
    re.IGNORECASE,
)


def leaked_name(text: str, known: Iterable[str] = ()) -> str | None:
    """A name of a person in a text, or None: one of a list, two capitalised words in a row, or "named Ann".

    The first word of a sentence is capitalised anyway and does not count; words such as "East Asian" do not either.
    """
    listed = _listed(tuple(known)).search(text) if known else None
    if listed is not None:
        return listed[0]
    for match in _TWO_NAMES.finditer(text):
        if not any(_NO_NAMES.fullmatch(word) for word in match.groups()):
            return match[0]
    called = _CALLED.search(text)
    return called[1] if called is not None and not _NO_NAMES.fullmatch(called[1]) else None


def mentions_sources(text: str) -> bool:
    """Whether a text talks about the description or the attributes that it was written from."""
    return _SOURCES.search(text) is not None


@cache
def _listed(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")\b", re.IGNORECASE)
