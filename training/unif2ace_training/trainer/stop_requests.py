"""SIGTERM and Ctrl-C end a run after the step in progress, in all of its processes after the same one."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from unif2ace_training.common.ranks import Ranks


@contextmanager
def stop_requests(ranks: Ranks) -> Iterator[Callable[[], bool]]:
    """Yield a question that all ranks ask at the same places: was any of them told to stop?

    The first SIGTERM or SIGINT is remembered; a second one stops the program as usual.
    """
    was_told = False
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def request(number: int, _: object) -> None:
        nonlocal was_told
        was_told = True
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, request)
    try:
        yield lambda: bool(ranks.most(float(was_told)))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
