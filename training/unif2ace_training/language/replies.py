"""Short replies that repeat the verb of a yes/no question: "she is", "there aren't", "I can't"."""

import re
from collections.abc import Callable
from typing import Final

from unif2ace_training.language.english import pronouns

_Subject = Callable[[str], str]  # of the portrait's gender


def _person(gender: str) -> str:
    return pronouns(gender)["they"]


def _always(word: str) -> _Subject:
    return lambda _: word


# The question's beginning with its verb, and the subject of the reply; the first that fits counts.
_PATTERNS: Final[tuple[tuple[str, _Subject], ...]] = (
    (r"(is|does|has|did) (?:he|she|this person|the person)\b", _person),
    (r"(is|are) there\b", _always("there")),
    (r"(is|does) (?:it|this|that|the|his|her)\b", _always("it")),
    (r"(are|do) (?:they|those|the|his|her)\b", _always("they")),
    (r"(can) you\b", _always("I")),
)
_NEGATIONS: Final = {
    "is": "isn't", "are": "aren't", "does": "doesn't", "do": "don't", "has": "hasn't", "did": "didn't", "can": "can't",
}  # fmt: skip


def short_reply(question: str, gender: str, *, is_yes: bool) -> str:
    """`, she is` for "Is she …?"; nothing for a question without a verb to repeat."""
    for pattern, subject in _PATTERNS:
        if match := re.match(pattern, question, re.IGNORECASE):
            word = match.group(1).lower()
            return f", {subject(gender)} {word if is_yes else _NEGATIONS[word]}"
    return ""
