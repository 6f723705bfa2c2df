"""Reads statements out of texts, independently of the phrase book, and holds them against labels.

Every pattern that is found is taken out of the text; what remains must be words without a claim (`GLUE`). So a text
passes only if all of its claims are true *and* there is no word in it that this checker does not understand.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from patterns import ABSENCES, GLUE, PATTERNS
from words import HAIR_ANCHORS, HAIR_WORDS, Holds

from unif2ace_training.portraits.labels import Labels

Pattern = tuple[re.Pattern[str], Callable[[Labels, re.Match[str]], Iterable[bool]]]


@dataclass(frozen=True)
class Reading:
    """Statements of a text with their truth, and words that were not understood."""

    statements: dict[str, bool]
    unread: list[str]

    @property
    def is_true(self) -> bool:
        return all(self.statements.values())

    @property
    def mistakes(self) -> list[str]:
        return [statement for statement, is_true in self.statements.items() if not is_true]


def read_statements(text: str, labels: Labels) -> Reading:
    """What the text states, and whether it is so."""
    text = text.lower().replace("gray", "grey").replace("color", "colour").replace("mustache", "moustache")
    text = text.replace("make-up", "makeup")
    statements: dict[str, bool] = {}
    for pattern, judge in _patterns():
        for match in reversed(list(pattern.finditer(text))):
            statements[match.group().strip(" ,.")] = all(judge(labels, match))
            text = f"{text[: match.start()]} {text[match.end() :]}"
    words = re.findall(r"[a-z'-]+", text)
    return Reading(statements, [word for word in words if word not in GLUE])


def _patterns() -> list[Pattern]:
    fixed: list[Pattern] = [(re.compile(pattern), _constant(holds)) for pattern, holds in PATTERNS]
    return [*fixed[:_ABSENCES], *_HAIR, *fixed[_ABSENCES:]]


def _constant(holds: Holds) -> Callable[[Labels, re.Match[str]], Iterable[bool]]:
    return lambda labels, match: [holds(labels, *match.groups())]


def _adjectives(labels: Labels, words: str) -> list[bool]:
    return [HAIR_WORDS[word](labels) for word in _HAIR_WORD.findall(words)]


def _hair_statement(labels: Labels, match: re.Match[str]) -> list[bool]:
    parts = [text for name, text in match.groupdict().items() if name != "anchor" and text]
    return [*_adjectives(labels, " ".join(parts)), HAIR_ANCHORS[match.group("anchor")](labels)]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# "no beard" is read before "beard".
_ABSENCES = len(ABSENCES)
_HAIR_WORD = re.compile(rf"(?<![\w-])(?:{_any_of(HAIR_WORDS)})(?![\w-])")
_ONE = _any_of(HAIR_WORDS)
_WORDS = rf"(?:(?:{_ONE})(?:,? and |, | ))"
_HAIR: list[Pattern] = [
    (
        re.compile(
            rf"(?<![\w-])(?P<words>{_WORDS}*)(?P<anchor>hair)"
            rf"(?:(?: below the hat)? (?:is|of an?) (?P<more>{_WORDS}*(?:{_ONE}))|"
            rf", (?P<most>{_WORDS}*(?:{_ONE})), is (?P<last>{_ONE}))(?![\w-])"
        ),
        _hair_statement,
    ),
    (re.compile(rf"(?<![\w-])(?P<words>{_WORDS}*)(?P<anchor>{_any_of(HAIR_ANCHORS)})(?![\w-])"), _hair_statement),
]
