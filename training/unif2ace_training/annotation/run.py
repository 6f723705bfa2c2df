"""The walk over all pictures: several at a time, their annotations in order."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from unif2ace_training.annotation.good_answer import Asker
from unif2ace_training.annotation.pictures import Picture
from unif2ace_training.annotation.prompt_set import PromptSet
from unif2ace_training.annotation.walk import Annotation, annotate_picture
from unif2ace_training.annotation.workers import Workers
from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.common.progress import Progress

ANNOTATIONS_FILE: Final = "annotations.jsonl"


class Run:
    """One walk. Afterwards `workers` knows how many pictures are finished; `stop` is set where it was ended early."""

    def __init__(self, prompts: PromptSet, model: str, stop: asyncio.Event):
        self._prompts, self._model, self._stop = prompts, model, stop
        self._ready: dict[int, str] = {}
        self._next = 0
        self.workers = Workers(stop)

    async def over(
        self, pictures: Iterator[Picture], asker: Asker, concurrency: int, out: Path | None, progress: Progress
    ) -> None:
        """Annotate all pictures and write those that are finished to `out`, in order; not where the walk was stopped.

        Raises:
            ValueError: the endpoint answers nothing, or a picture cannot be read.
        """
        if out is None:
            await self._walk(pictures, asker, concurrency, None, progress)
            return
        try:
            with atomic_path(out) as partial_path:
                with partial_path.open("w", encoding="utf-8") as lines:
                    await self._walk(pictures, asker, concurrency, lines, progress)
                if self._stop.is_set():
                    raise _NotWritten
        except _NotWritten:
            return

    async def _walk(
        self, pictures: Iterator[Picture], asker: Asker, concurrency: int, out: TextIO | None, progress: Progress
    ) -> None:
        jobs = (partial(self._annotate, number, picture, asker, out) for number, picture in enumerate(pictures))
        await self.workers.do(jobs, concurrency, progress)

    async def _annotate(self, number: int, picture: Picture, asker: Asker, out: TextIO | None) -> None:
        line = ""
        try:
            line = _line(await annotate_picture(picture, self._prompts, self._model, asker))
        finally:
            # A picture without answers has no line; those after it wait for nothing.
            self._put(number, line, out)

    def _put(self, number: int, line: str, out: TextIO | None) -> None:
        if out is None:
            return
        self._ready[number] = line
        while self._next in self._ready:
            out.write(self._ready.pop(self._next))
            self._next += 1


class _NotWritten(Exception):  # noqa: N818 - tells atomic_path to leave the earlier file
    pass


def _line(annotation: Annotation) -> str:
    return json.dumps(asdict(annotation), ensure_ascii=False) + "\n"
