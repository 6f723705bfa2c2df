"""What a model drew and said about a test set: a folder that `collect` fills, or anybody else.

    pictures/         {key}.png, .jpg, .jpeg or .webp; or
    pictures.jsonl    {"key" or "prompt", "image" or "file"} a line, the path beside this file; lines with `error` have
                      no picture. `unif2ace generate --prompts FILE -o FOLDER` writes it so
    answers.jsonl     {"question_id", "text"} a line, as LLaVA's evaluation writes it

A model that only draws has no answers, and one that only talks no pictures.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from unif2ace_training.comparison.test_set import CAPTION, TestPicture

PICTURES_FOLDER, PICTURES_FILE, ANSWERS_FILE = "pictures", "pictures.jsonl", "answers.jsonl"
_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """Pictures by key and answers by question id, of those that the test set has."""

    pictures: dict[str, Path]
    answers: dict[str, str]

    @property
    def descriptions(self) -> int:
        """How many of the answers describe a picture."""
        return sum(question_id.endswith(f"/{CAPTION}") for question_id in self.answers)


def read_collected(folder: Path, test: Sequence[TestPicture]) -> Collected:
    """What of a folder belongs to the test set.

    Raises:
        ValueError: the folder has neither pictures nor answers of it, or a line is something else.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} does not exist; it holds what a model drew and said, as `collect` writes it")
    known = {question_id for one in test for question_id, *_ in one.questions()}
    answers = {
        question_id: text for question_id, text in _answers(folder / ANSWERS_FILE).items() if question_id in known
    }
    keys = {one.key for one in test if one.prompt}
    pictures = {key: path for key, path in _pictures(folder, test).items() if key in keys}
    if not pictures and not answers:
        raise ValueError(
            f"{folder} has neither pictures ({PICTURES_FOLDER}/KEY.png or {PICTURES_FILE}) nor {ANSWERS_FILE} "
            "of this test set"
        )
    return Collected(pictures=pictures, answers=answers)


def _pictures(folder: Path, test: Sequence[TestPicture]) -> dict[str, Path]:
    listed = folder / PICTURES_FILE
    if not listed.is_file():
        inside = sorted((folder / PICTURES_FOLDER).glob("*"))
        return {path.stem: path for path in inside if path.suffix.lower() in _SUFFIXES}
    by_prompt = {one.prompt: one.key for one in test}
    found: dict[str, Path] = {}
    for number, line in _lines(listed):
        key = line.get("key") or by_prompt.get(line.get("prompt", ""))
        image = line.get("image", line.get("file"))
        if "error" in line or (key is None and "prompt" in line):
            continue
        if key is None or image is None:
            raise ValueError(f'{listed}, line {number} is not {{"key" or "prompt": …, "image": …}}')
        path = folder / image
        if not path.is_file():
            raise ValueError(f"{listed}, line {number}: {path} does not exist")
        found[str(key)] = path
    return found


def _answers(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in _lines(path):
        if not isinstance(line.get("text"), str) or "question_id" not in line:
            raise ValueError(f'{path}, line {number} is not {{"question_id": …, "text": "…"}}')
        if (question_id := str(line["question_id"])) in found:
            raise ValueError(f"{path}, line {number}: {question_id} is answered twice")
        found[question_id] = line["text"]
    return found


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{path}, line {number} is no JSON: {error}") from error
        if not isinstance(value, dict):
            raise ValueError(f"{path}, line {number} is no JSON object")
        yield number, value
