import re
from collections import Counter

import pytest

from unif2ace_training.data.records import KINDS
from unif2ace_training.language.phrasebook import Section, phrasebook
from unif2ace_training.language.writer import write_records

_FAULTS = re.compile(r"  | [,.;]|[,.;]{2}|\{|\}|\b[Aa] (?=[aeiou])(?!one)|\b[Aa]n (?![aeiou])|\n(?!.)")


def records_of(portraits, seed=0, wording="trained"):
    return [
        record
        for labels in portraits
        for record in write_records(f"{labels.identity:06}-00", "s.tar#k.jpg", labels, seed=seed, wording=wording)
    ]


def texts(record):
    return [message["value"].removeprefix("<image>\n") for message in record["conversations"]]


def test_every_picture_and_its_mirror_image_get_records_of_every_kind(portraits):
    counts = Counter((record["kind"], record["mirrored"]) for record in records_of(portraits[:1]))
    assert {kind for kind, _ in counts} == set(KINDS)
    assert all(counts[kind, False] == counts[kind, True] for kind in KINDS)


def test_the_same_seed_writes_the_same_texts(portraits):
    few = portraits[:5]
    assert records_of(few) == records_of(few)
    assert records_of(few) != records_of(few, seed=1)


def test_the_mirror_image_turns_left_to_right(portraits):
    turned = next(labels for labels in portraits if labels.head_turn == "far left")
    said = [text for record in records_of([turned]) if record["mirrored"] for text in texts(record)]
    assert [text for text in said if "turned to the right" in text or "turned far to the right" in text]
    assert not [text for text in said if re.search(r"turned (?:far |slightly )?to the left", text)]


def test_sentences_are_well_formed(portraits):
    for record in records_of(portraits[:150]) + records_of(portraits[:50], wording="held-out"):
        for text in texts(record):
            assert not _FAULTS.search(text), text
        for answer in texts(record)[1::2] if record["kind"] != "prompt" else ():
            assert re.match(r"[A-Z].*[.!?]$", answer), answer


def test_a_new_phrasing_changes_only_texts_that_draw_from_its_section(portraits, monkeypatch):
    few = portraits[:40]
    before = records_of(few)
    section = phrasebook()["has skin"]
    monkeypatch.setitem(phrasebook(), section.name, Section(section.name, (*section.trained, "SKIN"), section.held_out))
    after = records_of(few)
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    assert changed
    # An answer may list what stands out, a description has the words themselves.
    assert not [record for record in changed if not re.search(r"skin|complexion", " ".join(texts(record)))]


@pytest.fixture(scope="module")
def asked(portraits):
    """How often each question is asked about 150 portraits."""
    return Counter(text for record in records_of(portraits[:150]) for text in texts(record)[::2])


@pytest.mark.parametrize(
    "wanted",
    [
        "What colour is the hair?", "Is he wearing glasses?", "Is she wearing glasses?",
        "Describe this face in detail.", "Describe this face.", "What color is the hair?",
        "What is she wearing?", "How old is he?",
    ],
)  # fmt: skip
def test_what_users_ask_first_is_often_asked(asked, wanted):
    assert asked[wanted] >= 2


def test_prompts_look_like_what_people_type(portraits):
    prompts = [texts(record)[0] for record in records_of(portraits) if record["kind"] == "prompt"]
    small = sum(prompt[0].islower() for prompt in prompts) / len(prompts)
    assert 0.4 < small < 0.8
    for pattern in (
        r"^a [\w-]+ (?:woman|man|lady|guy) with .*hair", r", blue background\.?$", r"^\w+ man, ", r"gr[ae]y beard",
        r"^a photo of a", r"^make a face of a", r"portrait of a", r"no glasses|no hat", r"hair, .* glasses",
    ):  # fmt: skip
        assert [prompt for prompt in prompts if re.search(pattern, prompt, re.IGNORECASE)], pattern
