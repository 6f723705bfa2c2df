"""Lets a served model draw and answer a test set."""

import base64
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from unif2ace_training.annotation.chat_request import ChatRequest, StageSettings
from unif2ace_training.annotation.good_answer import Unanswered
from unif2ace_training.annotation.workers import Job
from unif2ace_training.common.artifacts import atomic_path, write_text
from unif2ace_training.common.seeding import stream_seed
from unif2ace_training.comparison.asking import AnyAsker
from unif2ace_training.comparison.collected import ANSWERS_FILE, PICTURES_FOLDER
from unif2ace_training.comparison.picture_request import PictureRequest
from unif2ace_training.comparison.test_set import CAPTION, TestPicture

# Servers take seeds of 32 bits; OpenAI's own images know none.
_SEED_BITS = 31


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """What is asked for, and how."""

    model: str
    draws: bool
    talks: bool
    seed: int | None
    picture_options: dict[str, Any]
    answer_tokens: int


@dataclass(slots=True)
class Collector:
    """One test set and one model. `failures` says by id why something is missing."""

    test: Sequence[TestPicture]
    folder: Path  # of the test set
    out: Path
    collection: Collection
    answers: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    drawn: int = 0

    def jobs(self, asker: AnyAsker) -> Iterator[Job]:
        """A picture or an answer each."""
        for one in self.test:
            if self.collection.draws and one.prompt:
                yield partial(self._draw, one, asker)
            if self.collection.talks:
                jpeg = (self.folder / one.image).read_bytes()
                for question_id, question, _ in one.questions():
                    yield partial(self._answer, question_id, question, jpeg, asker)

    def write_answers(self) -> None:
        """All answers in the order of the test set, as LLaVA's evaluation writes them."""
        asked = [question_id for one in self.test for question_id, *_ in one.questions()]
        lines = [
            {"question_id": question_id, "text": self.answers[question_id], "model_id": self.collection.model}
            for question_id in asked
            if question_id in self.answers
        ]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        write_text(self.out / ANSWERS_FILE, text)

    async def _draw(self, one: TestPicture, asker: AnyAsker) -> None:
        options = dict(self.collection.picture_options)
        if self.collection.seed is not None:
            options["seed"] = stream_seed(self.collection.seed, "collect", one.key) % 2**_SEED_BITS
        answer = await asker.ask(PictureRequest(model=self.collection.model, prompt=one.prompt, options=options))
        if answer is None:
            raise Unanswered
        if answer.error or not answer.content:
            self.failures[one.key] = answer.error or "empty"
            return
        picture = base64.b64decode(answer.content)
        suffix = Image.open(io.BytesIO(picture)).format or "PNG"
        with atomic_path(self.out / PICTURES_FOLDER / f"{one.key}.{suffix.lower()}") as partial_path:
            partial_path.write_bytes(picture)
        self.drawn += 1

    async def _answer(self, question_id: str, question: str, jpeg: bytes, asker: AnyAsker) -> None:
        tokens = self.collection.answer_tokens
        settings = StageSettings(sees_picture=True, max_tokens=tokens, expected_tokens=tokens // 2, temperature=0)
        stage = CAPTION if question_id.endswith(f"/{CAPTION}") else "questions"
        request = ChatRequest(
            stage=stage, model=self.collection.model, text=question, settings=settings, jpeg=jpeg, typical="x"
        )
        answer = await asker.ask(request)
        if answer is None:
            raise Unanswered
        # A refusal is an answer, and to some questions the right one; so is a text that was cut short.
        text = (answer.content or answer.refusal).strip()
        if answer.error or not text:
            self.failures[question_id] = answer.error or "empty"
        else:
            self.answers[question_id] = text
