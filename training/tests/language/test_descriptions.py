import pytest
from statements import read_statements

from unif2ace_training.evaluation.descriptions import described, truth_of
from unif2ace_training.language.captions import LENGTHS, write_caption, write_detail, write_list
from unif2ace_training.language.phrasebook import Wording
from unif2ace_training.language.prompts import write_prompt
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams
from unif2ace_training.portraits.labels import Labels


def speaker(labels: Labels, component: str, wording: Wording = "trained") -> Speaker:
    return Speaker(labels, TextStreams(0, labels.identity, component), wording)


def mistakes_of(text: str, labels: Labels) -> str | None:
    """What is false or not understood in the text."""
    reading = read_statements(text, labels)
    if reading.is_true and not reading.unread:
        return None
    return f"{text}\n  false: {reading.mistakes}, not understood: {reading.unread}"


@pytest.mark.parametrize("wording", ["trained", "held-out"])
@pytest.mark.parametrize("length", LENGTHS)
def test_captions_state_nothing_but_what_is_seen(portraits, length, wording):
    texts = [(write_caption(speaker(labels, length, wording), length)[1], labels) for labels in portraits]
    assert not [found for text, labels in texts if (found := mistakes_of(text, labels))]


@pytest.mark.parametrize("wording", ["trained", "held-out"])
def test_prompts_state_nothing_but_what_is_seen(portraits, wording):
    texts = [(write_prompt(speaker(labels, f"p{i}", wording)), labels) for labels in portraits for i in range(3)]
    assert not [found for text, labels in texts if (found := mistakes_of(text, labels))]


@pytest.mark.parametrize("wording", ["trained", "held-out"])
def test_lists_state_nothing_but_what_is_seen(portraits, wording):
    texts = [(write_list(speaker(labels, "list", wording))[1], labels) for labels in portraits]
    assert not [found for text, labels in texts if (found := mistakes_of(text, labels))]


def test_lists_leave_nothing_open(portraits):
    for labels in portraits:
        stated = described(write_list(speaker(labels, "list"))[1])
        for attribute in ("gender", "glasses", "hat", "clothing_colour", "lighting"):
            assert truth_of(labels, attribute) in stated.get(attribute, ())


@pytest.mark.parametrize("wording", ["trained", "held-out"])
def test_detailed_descriptions_state_nothing_but_what_is_seen(portraits, wording):
    texts = [(write_detail(speaker(labels, "detail", wording))[1], labels) for labels in portraits]
    assert not [found for text, labels in texts if (found := mistakes_of(text, labels))]
