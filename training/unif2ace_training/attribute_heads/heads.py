"""What is asked of a picture: a head is one attribute with its closed set of values.

An attribute that is yes or no is one question. One that has words for values (an emotion, the colour of hair) is as
many questions as it has values, each judged for itself: the paper counts seven of CelebV-HQ's eight emotions.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, Self, get_args

from unif2ace_training.annotation.pictures import Attributes

Value = str | bool
Group = Literal["appearance", "action", "emotion"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
# The value of an attribute that a picture hides, such as the colour of hair under a hat. It is learned and never said.
HIDDEN: Final = "not to be seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """One attribute. Yes or no is (False, True)."""

    name: str
    group: Group
    values: tuple[Value, ...]

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it has no words for values."""
        return self.values == (False, True)

    @property
    def questions(self) -> tuple[Value, ...]:
        """The values that are judged: for yes or no, yes stands for both."""
        return (True,) if self.is_yes_or_no else tuple(value for value in self.values if value != HIDDEN)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"name": self.name, "group": self.group, "values": list(self.values)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(name=values["name"], group=values["group"], values=tuple(values["values"]))


def heads_of(known: Iterable[Attributes], least_examples: int) -> tuple[list[Head], dict[str, str]]:
    """The heads that these attributes can teach, by name, and why others cannot be taught.

    A value needs `least_examples` pictures; an attribute needs two such values.

    Raises:
        ValueError: no attribute can be taught, or one has words here and yes or no there.
    """
    counts: dict[str, Counter[Value]] = defaultdict(Counter)
    for attributes in known:
        for name, value in attributes.items():
            counts[name][value] += 1
    heads: list[Head] = []
    left_out: dict[str, str] = {}
    for name, seen in sorted(counts.items()):
        if len({isinstance(value, bool) for value in seen}) > 1:
            raise ValueError(f"{name} is yes or no for some pictures and a word for others")
        values = tuple(sorted(value for value, count in seen.items() if count >= least_examples))
        if sum(value != HIDDEN for value in values) < 2:
            left_out[name] = ", ".join(f"{count} {value}" for value, count in seen.most_common(3))
        else:
            heads.append(Head(name=name, group=group_of(name), values=values))
    if not heads:
        raise ValueError(
            f"no attribute has two values with {least_examples} pictures each to learn from; gather CelebV-HQ or "
            "render portraits, give attributes by --labels, or lower --least-examples"
        )
    return heads, left_out


def group_of(name: str) -> Group:
    """An appearance, an action or an emotion: the paper selects them at different accuracies."""
    return _groups().get(name, "appearance")


@cache
def _groups() -> dict[str, Group]:
    listed = json.loads((files("unif2ace_training.attribute_heads") / "groups.json").read_text(encoding="utf-8"))
    return {name: group for group, names in listed.items() for name in names}
