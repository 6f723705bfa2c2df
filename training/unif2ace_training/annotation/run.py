"""The walk over all pictures: several at a time, their annotations in order."""

import asyncio
import json
import signal
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final, TextIO

from unif2ace_training.annotation.endpoint import EndpointRefusedError
from unif2ace_training.annotation.good_answer import Asker, Unanswered
from unif2ace_training.annotation.pictures import Picture
from unif2ace_training.annotation.prompt_set import PromptSet
from unif2ace_training.annotation.walk import Annotation, annotate_picture
from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.common.progress import Progress

ANNOTATIONS_FILE: Final = "annotations.jsonl"


class Run:
    """One walk. Afterwards `finished` and `unfinished` count pictures; `stop` is set where it did not come to its end.

    SIGTERM and Ctrl-C set it: nothing more is asked, and the answers that are under way, which are paid, are kept.
    """

    def __init__(self, prompts: PromptSet, model: str, stop: asyncio.Event):
        self._prompts, self._model, self._stop = prompts, model, stop
        self._refused: EndpointRefusedError | None = None
        self._ready: dict[int, str] = {}
        self._next = 0
        self.finished = 0
        self.unfinished = 0

    async def over(
        self, pictures: Iterator[Picture], asker: Asker, concurrency: int, out: Path | None, progress: Progress
    ) -> None:
        """Annotate all pictures and write those that are finished to `out`, in order; not where the walk was stopped.

        Raises:
            ValueError: the endpoint answers nothing, or a picture cannot be read.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        try:
            if out is None:
                await self._walk(pictures, asker, concurrency, None, progress)
                return
            with atomic_path(out) as partial:
                with partial.open("w", encoding="utf-8") as lines:
                    await self._walk(pictures, asker, concurrency, lines, progress)
                if self._stop.is_set():
                    raise _NotWritten
        except _NotWritten:
            return
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def _walk(
        self, pictures: Iterator[Picture], asker: Asker, concurrency: int, out: TextIO | None, progress: Progress
    ) -> None:
        numbered = enumerate(pictures)
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(concurrency):
                    tasks.create_task(self._work(numbered, asker, out, progress))
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        if self._refused is not None:
            raise self._refused

    async def _work(
        self, numbered: Iterator[tuple[int, Picture]], asker: Asker, out: TextIO | None, progress: Progress
    ) -> None:
        while not self._stop.is_set():
            number, picture = next(numbered, (0, None))
            if picture is None:
                return
            line = ""
            try:
                line = _line(await annotate_picture(picture, self._prompts, self._model, asker))
                self.finished += 1
            except Unanswered:
                self.unfinished += 1
            except EndpointRefusedError as refused:
                # The others may have answers under way.
                self._refused = refused
                self._stop.set()
                return
            self._put(number, line, out)
            progress.advance()
            # Answers that are on disk take no time at all: let the others and the signals have their turn.
            await asyncio.sleep(0)

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
