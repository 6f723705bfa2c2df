"""A test set in files that any model can be run on.

    test.jsonl        what is known: {"key", "image", "prompt", "reference", "pairs": [{"question", "answer"}]} a line
    prompts.jsonl     what to draw: {"key", "prompt"} a line
    questions.jsonl   what to answer, in LLaVA's form: {"question_id", "image", "text", "category"} a line
    pictures/         the pictures, {key}.jpg

A `question_id` is the key with `/caption` for the description, or with `/0`, `/1`, … for the pairs.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from unif2ace_training.annotation.pictures import read_pictures
from unif2ace_training.common.artifacts import atomic_path, write_text
from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.data.records import Kind, Record, Turn, read_records

TEST_FILE, PROMPTS_FILE, QUESTIONS_FILE, PICTURES_FOLDER = "test.jsonl", "prompts.jsonl", "questions.jsonl", "pictures"
CAPTION: Final = "caption"
CAPTION_QUESTION: Final = "Describe this face in detail."


@dataclass(frozen=True, kw_only=True, slots=True)
class TestPicture:
    """A picture, the prompt that asks for it, its description, and questions about it with their answers."""

    key: str
    image: str  # below the test set's folder
    prompt: str
    reference: str
    pairs: tuple[Turn, ...]

    def questions(self) -> Iterator[tuple[str, str, str]]:
        """Id, question and right answer: first that for the description."""
        if self.reference:
            yield f"{self.key}/{CAPTION}", CAPTION_QUESTION, self.reference
        for number, pair in enumerate(self.pairs):
            yield f"{self.key}/{number}", pair.question, pair.answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What of the records goes into a test set."""

    count: int | None
    caption_kind: Kind
    all_turns: bool  # else only the first of each record: later ones may lean on it
    seed: int


def write_test_set(records: Path, pictures: Path, out: Path, selection: Selection) -> list[TestPicture]:
    """Choose pictures of the records and write the folder.

    Raises:
        ValueError: the records describe none of the pictures.
    """
    described = _described(records, selection)
    wanted = {one.key: one for one in _chosen(described, selection)}
    found: dict[str, TestPicture] = {}
    for picture in read_pictures(pictures):
        if picture.key in wanted:
            with atomic_path(out / wanted[picture.key].image) as partial:
                partial.write_bytes(picture.jpeg)
            found[picture.key] = wanted[picture.key]
    if missing := sorted(wanted.keys() - found.keys()):
        raise ValueError(f"{pictures} lacks {len(missing)} pictures of {records} (the first is {missing[0]})")
    test = [found[key] for key in wanted]
    _write_lines(out / TEST_FILE, (asdict(one) for one in test))
    _write_lines(out / PROMPTS_FILE, ({"key": one.key, "prompt": one.prompt} for one in test if one.prompt))
    _write_lines(out / QUESTIONS_FILE, (line for one in test for line in _questions(one)))
    return test


def read_test_set(folder: Path) -> list[TestPicture]:
    """The pictures of a test set in their order.

    Raises:
        ValueError: the file is missing or empty, has a key twice, or a line is something else.
    """
    path = folder / TEST_FILE
    if not path.is_file():
        raise ValueError(f"{path} does not exist; `testset` writes it")
    test: dict[str, TestPicture] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            one = _parsed(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number} is no picture of a test set: {error!r}") from error
        if one.key in test:
            raise ValueError(f"{path}, line {number}: {one.key} is there twice")
        test[one.key] = one
    if not test:
        raise ValueError(f"{path} is empty")
    return list(test.values())


def _parsed(value: dict[str, Any]) -> TestPicture:
    pairs = tuple(Turn(pair["question"], pair["answer"]) for pair in value["pairs"])
    return TestPicture(
        key=value["key"], image=value["image"], prompt=value["prompt"], reference=value["reference"], pairs=pairs
    )


def _described(records: Path, selection: Selection) -> list[TestPicture]:
    by_key: dict[str, list[Record]] = {}
    for record in read_records(records):
        if not record.mirrored:
            by_key.setdefault(record.picture, []).append(record)
    test = []
    for key, some in by_key.items():
        captions = [record.description for record in some if record.kind == selection.caption_kind]
        prompts = [record.description for record in some if record.kind == "prompt"] or captions
        asked = [record for record in some if record.kind not in ("prompt", "caption", selection.caption_kind)]
        turns = [turn for record in asked for turn in record.turns[: None if selection.all_turns else 1]]
        pairs = {turn.question: turn for turn in reversed(turns)}  # the first of those that ask the same
        if prompts:
            image = f"{PICTURES_FOLDER}/{key}.jpg"
            reference = captions[0] if captions else ""
            test.append(
                TestPicture(
                    key=key, image=image, prompt=prompts[0], reference=reference, pairs=tuple(reversed(pairs.values()))
                )
            )
    if not test:
        raise ValueError(f"{records} has neither prompts nor records of the kind {selection.caption_kind}")
    return test


def _chosen(test: list[TestPicture], selection: Selection) -> list[TestPicture]:
    """So many of them, in their order; always the same ones."""
    order = numpy_generator(selection.seed, "test set").permutation(len(test))[: selection.count]
    return [test[index] for index in sorted(order)]


def _questions(one: TestPicture) -> Iterator[dict[str, str]]:
    for question_id, question, _ in one.questions():
        category = CAPTION if question_id.endswith(f"/{CAPTION}") else "conversation"
        yield {"question_id": question_id, "image": f"{one.key}.jpg", "text": question, "category": category}


def _write_lines(path: Path, values: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> None:
    write_text(path, "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values))
