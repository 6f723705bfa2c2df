"""All records of one picture and of its mirror image, as lines of a LLaVA file."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from unif2ace_training.language.captions import Length, write_caption, write_detail, write_list
from unif2ace_training.language.conversations import write_conversation, write_long_conversation
from unif2ace_training.language.phrasebook import Wording
from unif2ace_training.language.prompts import write_prompt
from unif2ace_training.language.reasoning import write_reasoning
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams
from unif2ace_training.portraits.labels import Labels

PICTURE_MARK: Final = "<image>"
# What is written about each picture, and again about its mirror image.
_CAPTIONS: tuple[Length, ...] = ("short", "medium", "long")
_PROMPTS, _DETAILS, _LISTS, _CONVERSATIONS, _LONG_CONVERSATIONS, _REASONINGS = 4, 3, 4, 2, 4, 1

Message = dict[str, str]
RecordLine = dict[str, Any]


def write_records(key: str, image: str, labels: Labels, *, seed: int, wording: Wording) -> Iterator[RecordLine]:
    """Everything that is written about picture `key`, found at `image` ("shard.tar#key.jpg"), and its mirror image."""
    for is_mirrored, seen in ((False, labels), (True, labels.mirrored())):
        writer = _Writer(key, image, seen, TextStreams(seed, key, "mirrored" if is_mirrored else "plain"), wording)
        for record in writer.records():
            yield {**record, "mirrored": is_mirrored}


def line_of(record: RecordLine) -> str:
    """One line of a records file."""
    return json.dumps(record, ensure_ascii=False) + "\n"


class _Writer:
    def __init__(self, key: str, image: str, labels: Labels, streams: TextStreams, wording: Wording):
        self._wording: Wording = wording
        self._key, self._image, self._labels = key, image, labels
        self._streams = streams

    def records(self) -> Iterator[RecordLine]:
        for number, length in enumerate(_CAPTIONS):
            speaker = self._speaker("caption", number)
            yield self._about("caption", number, speaker, [write_caption(speaker, length)])
        for kind, write, count in (("detail", write_detail, _DETAILS), ("list", write_list, _LISTS)):
            for number in range(count):
                speaker = self._speaker(kind, number)
                yield self._about(kind, number, speaker, [write(speaker)])
        for kind, write, numbers in (
            ("conversation", write_conversation, range(_CONVERSATIONS)),
            ("conversation", write_long_conversation, range(_CONVERSATIONS, _CONVERSATIONS + _LONG_CONVERSATIONS)),
            ("reasoning", write_reasoning, range(_REASONINGS)),
        ):
            for number in numbers:
                speaker = self._speaker(kind, number)
                turns = write(speaker)
                texts = [(turn.question, turn.answer) for turn in turns]
                yield {**self._about(kind, number, speaker, texts), "topics": [turn.topic for turn in turns]}
        for number in range(_PROMPTS):
            speaker = self._speaker("prompt", number)
            yield self._record("prompt", number, speaker, [write_prompt(speaker), PICTURE_MARK])

    def _speaker(self, kind: str, number: int) -> Speaker:
        return Speaker(self._labels, self._streams.within(kind, number), self._wording)

    def _about(self, kind: str, number: int, speaker: Speaker, turns: Sequence[tuple[str, str]]) -> RecordLine:
        (question, answer), *later = turns
        texts = [f"{PICTURE_MARK}\n{question}", answer, *(text for turn in later for text in turn)]
        return self._record(kind, number, speaker, texts)

    def _record(self, kind: str, number: int, speaker: Speaker, texts: Sequence[str]) -> RecordLine:
        messages = [{"from": ("human", "gpt")[i % 2], "value": text} for i, text in enumerate(texts)]
        return {
            "id": f"{self._key}-{kind}-{number}",
            "image": self._image,
            "kind": kind,
            "wording": "held-out" if speaker.used_held_out else "trained",
            "conversations": messages,
        }
