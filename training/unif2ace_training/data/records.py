"""LLaVA records: what is said about a picture, or the prompt that asks for it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

Kind = Literal["caption", "detail", "conversation", "reasoning", "prompt", "list"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_PICTURE_MARK = "<image>"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, without the mark that says where the picture goes."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a records file.

    A `prompt` has one turn: the prompt as its question and an empty answer (the picture is the answer).
    """

    picture: str  # the picture's key: the file name in its shard, or in a folder, without suffix
    mirrored: bool
    kind: Kind
    turns: tuple[Turn, ...]

    @property
    def description(self) -> str:
        """The text that asks for this picture: a prompt itself, or a caption used as one."""
        return self.turns[0].question if self.kind == "prompt" else self.turns[0].answer


def read_records(path: Path) -> Iterator[Record]:
    """The records of a JSONL file in order.

    Raises:
        ValueError: the file is missing, or a line is not a record; the message has the line's number.
    """
    if not path.exists():
        raise ValueError(f"{path} does not exist; `prepare` writes it (or write it yourself, see training/README.md)")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _parse(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}, line {number} is not a LLaVA record: {error!r}") from error


def _parse(value: dict[str, Any]) -> Record:
    kind = value["kind"]
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, not one of {', '.join(KINDS)}")
    turns = turns_of(value["conversations"])
    return Record(_key_of(value["image"]), bool(value.get("mirrored", False)), kind, turns)


def turns_of(messages: Sequence[dict[str, Any]]) -> tuple[Turn, ...]:
    """LLaVA's messages as turns.

    Raises:
        ValueError: human and gpt do not alternate.
    """
    speakers = [message["from"] for message in messages]
    if not messages or len(messages) % 2 or speakers != ["human", "gpt"] * (len(messages) // 2):
        raise ValueError("conversations must alternate between human and gpt, beginning with human")
    texts = [str(message["value"]).replace(_PICTURE_MARK, "").strip() for message in messages]
    return tuple(Turn(*pair) for pair in zip(texts[::2], texts[1::2], strict=True))


def _key_of(image: str) -> str:
    """`portraits-00003.tar#000012-03.jpg` and `folder/000012-03.jpg` are both picture `000012-03`."""
    return Path(image.rpartition("#")[2]).stem
