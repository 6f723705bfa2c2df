from collections import Counter
from dataclasses import fields

import pytest

from unif2ace_training.portraits.attribute_sheets import SHOWN, with_and_without


def test_the_papers_numbers_of_attributes_are_shown():
    counts = Counter(shown.group for shown in SHOWN)
    assert counts["appearance"] >= 29
    assert counts["action"] >= 10
    assert counts["emotion"] >= 7
    assert len({shown.name for shown in SHOWN}) == len(SHOWN)


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
def test_nothing_but_the_attribute_tells_the_two_rows_apart(shown):
    """One that changed nothing would show two equal rows."""
    named = set(shown.person) | set(shown.view)
    differing = set()
    for _, before, after in with_and_without(shown):
        for plain, having in zip(before, after, strict=True):
            differing |= {f.name for f in fields(plain) if getattr(plain, f.name) != getattr(having, f.name)}
    assert differing
    assert differing <= named


def test_there_are_no_beards_on_women():
    bearded = [shown for shown in SHOWN if shown.person.get("beard") or shown.person.get("sideburns")]
    assert {shown.sex for shown in bearded} == {"men"}
