"""Jobs that ask, several at a time, until they are done or somebody wants the run to end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from unif2ace_training.annotation.endpoint import EndpointRefusedError
from unif2ace_training.annotation.good_answer import Unanswered
from unif2ace_training.common.progress import Progress

# Raises Unanswered where an answer is not to be had in this run.
Job = Callable[[], Awaitable[None]]
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Workers:
    """Afterwards `finished` and `unfinished` count jobs; `stop` is set where they did not come to their end.

    SIGTERM and Ctrl-C set it: nothing more is asked, and the answers that are under way, which are paid, are kept.
    """

    def __init__(self, stop: asyncio.Event):
        self._stop = stop
        self._refused: EndpointRefusedError | None = None
        self.finished = 0
        self.unfinished = 0

    async def do(self, jobs: Iterator[Job], concurrency: int, progress: Progress) -> None:
        """All jobs, begun in their order.

        Raises:
            EndpointRefusedError: the endpoint answers nothing.
            ValueError: whatever a job finds wrong.
        """
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._stop.set)
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(concurrency):
                    tasks.create_task(self._work(jobs, progress))
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
        if self._refused is not None:
            raise self._refused

    async def _work(self, jobs: Iterator[Job], progress: Progress) -> None:
        while not self._stop.is_set():
            job = next(jobs, None)
            if job is None:
                return
            try:
                await job()
                self.finished += 1
            except Unanswered:
                self.unfinished += 1
            except EndpointRefusedError as refused:
                # The others may have answers under way.
                self._refused = refused
                self._stop.set()
                return
            progress.advance()
            # Answers that are on disk take no time at all: let the others and the signals have their turn.
            await asyncio.sleep(0)
