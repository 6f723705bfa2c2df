"""Fills templates of the phrase book with the words of one portrait."""

import re
from dataclasses import fields

from unif2ace_training.language.as_typed import as_typed
from unif2ace_training.language.english import american, polished, pronouns
from unif2ace_training.language.phrasebook import Section, Wording, phrasebook
from unif2ace_training.language.streams import Stream, TextStreams
from unif2ace_training.portraits.labels import Labels

_SLOT = re.compile(r"\{(\w+)\}")
# Of held-out texts, how often a held-out phrasing is taken where there is one.
_HELD_OUT_SHARE = 0.5


class Speaker:
    """Says things about one portrait in one text. Notes whether it has used a held-out phrasing."""

    def __init__(self, labels: Labels, streams: TextStreams, wording: Wording):
        self.labels, self.streams = labels, streams
        self.used_held_out = False
        self._wording: Wording = wording
        self._values = _label_values(labels)
        self._slots = pronouns(labels.gender)
        self._counts: dict[str, int] = {}
        self._is_american = streams.of("spelling").chance(0.5)

    def say(self, section: str, **slots: str) -> str:
        """A phrasing of this section with its slots filled: by `slots`, pronouns, and words for labels."""
        count = self._counts[section] = self._counts.get(section, 0) + 1
        stream = self.streams.of(section, count)
        template = self._pick(phrasebook()[section], stream)
        return _SLOT.sub(lambda match: self._word(match.group(1), slots, stream), template)

    def finish(self, text: str) -> str:
        """The whole text with its articles and spelling."""
        text = polished(text)
        return american(text) if self._is_american else text

    def ask(self, question: str) -> str:
        """A whole question as somebody types it."""
        return as_typed(self.finish(question), self.streams.of("typed", question))

    def _pick(self, section: Section, stream: Stream) -> str:
        if self._wording == "held-out" and section.held_out and stream.chance(_HELD_OUT_SHARE):
            self.used_held_out = True
            return stream.pick(section.held_out)
        return stream.pick(section.trained)

    def _word(self, slot: str, slots: dict[str, str], stream: Stream) -> str:
        if slot in slots:
            return slots[slot]
        if slot in self._slots:
            return self._slots[slot]
        return self.word(slot, self._values[slot], stream)

    def word(self, slot: str, value: str, stream: Stream | None = None) -> str:
        """A word for a label's value; words for this gender go before words for everybody."""
        stream = stream or self.streams.of("word", slot, value)
        for name in (f"word {slot} {self.labels.gender} {value}", f"word {slot} {value}"):
            if section := phrasebook().get(name):
                word = self._pick(section, stream)
                return _SLOT.sub(lambda match: self._slots[match.group(1)], word)
        return value


def _label_values(labels: Labels) -> dict[str, str]:
    """Labels by name, and the slots that stand for the same label in another grammatical place."""
    values = {field.name: getattr(labels, field.name) for field in fields(labels)}
    return {name: value for name, value in values.items() if isinstance(value, str)} | {
        "garment": labels.neckline,
        # There is no adjective for a person of medium skin tone.
        "skinned": "" if labels.skin_tone == "medium" else labels.skin_tone,
        "turn_side": labels.head_turn.removeprefix("far "),
        "gaze_side": labels.gaze,
        "tilt_side": labels.head_tilt or "",
    }
