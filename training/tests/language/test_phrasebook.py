import re

import pytest
from drawn_labels import draw_labels

from unif2ace_training.language import attributes, conversations, overviews, sentences, speaker, things, turns
from unif2ace_training.language.phrasebook import Section, parse_sections, phrasebook
from unif2ace_training.language.writer import write_records

_SLOT = re.compile(r"\{\w+\}")
# Shorter pieces of a phrasing may occur in others by chance.
_TELLING = 10
# Rare answers take long to turn up.
_ENOUGH = 3000


def texts_of(portraits, wording):
    records = [
        record
        for labels in portraits
        for record in write_records(f"{labels.identity}", "a.tar#b.jpg", labels, seed=3, wording=wording)
    ]
    return [(record, [message["value"] for message in record["conversations"]]) for record in records]


def test_sections_keep_trained_and_held_out_phrasings_apart():
    sections = parse_sections("# a comment\n[greet]\nHello {noun}\nHello {noun}\n~ Good day\n\n[end]\n, bye\n")
    assert sections["greet"] == Section("greet", ("Hello {noun}", "Hello {noun}"), ("Good day",))
    assert sections["end"].trained == (", bye",)


@pytest.mark.parametrize("text", ["Hello\n[greet]\nHello", "[greet]\n~ Good day\n", "[a]\nx\n[a]\ny\n"])
def test_a_book_with_a_mistake_is_refused(text):
    with pytest.raises(ValueError, match="phrase book"):
        parse_sections(text)


def test_held_out_phrasings_are_a_small_share_and_never_trained_ones_too():
    sections = phrasebook().values()
    held_out = sum(len(section.held_out) for section in sections)
    assert 0.02 < held_out / sum(len(section.trained) for section in sections) < 0.15
    assert not [section.name for section in sections if set(section.trained) & set(section.held_out)]


def test_held_out_phrasings_are_absent_from_training_texts(portraits):
    corpus = "\n".join(text for _, texts in texts_of(portraits[:120], "trained") for text in texts).lower()
    for section in phrasebook().values():
        for phrasing in section.held_out:
            piece = max(_SLOT.split(phrasing), key=len).strip().lower()
            assert len(piece) < _TELLING or piece not in corpus, phrasing


def test_held_out_texts_use_them_and_say_so(portraits):
    assert all(record["wording"] == "trained" for record, _ in texts_of(portraits[:20], "trained"))
    texts = texts_of(portraits[:60], "held-out")
    marked = [record for record, _ in texts if record["wording"] == "held-out"]
    assert 0.2 < len(marked) / len(texts) < 0.9


def test_every_section_is_used(portraits, monkeypatch):
    used: set[str] = set()

    class Watched(dict):
        def __getitem__(self, name):
            used.add(name)
            return super().__getitem__(name)

        def get(self, name, default=None):
            used.add(name)
            return super().get(name, default)

    watched = Watched(phrasebook())
    for module in (attributes, conversations, overviews, sentences, speaker, things, turns):
        if hasattr(module, "phrasebook"):
            monkeypatch.setattr(module, "phrasebook", lambda: watched)
    for number in range(_ENOUGH):
        texts_of([draw_labels(number)], "trained")
        if phrasebook().keys() <= used:
            break
    unused = sorted(phrasebook().keys() - used)
    assert unused == []
