"""Progress: a bar where a person watches, plain lines where a log is kept."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

from tqdm import tqdm

T = TypeVar("T")

_LINE_EVERY_SECONDS = 10.0


class Progress:
    """Counts units of work on stderr.

    Use as a context manager; call `advance` for work done and `note` for figures that belong beside the count
    (loss, rate). On a terminal it draws a bar, otherwise it prints a line at most every ten seconds and a last one.
    """

    def __init__(self, description: str, total: int | None, *, start: int = 0, stream: TextIO | None = None):
        self._stream = stream or sys.stderr
        self._description = description
        self._total = total
        self._done = start
        self._start = start
        self._figures = ""
        self._began_at = time.monotonic()
        self._line_at = self._began_at
        self._bar = None
        if self._stream.isatty():
            self._bar = tqdm(desc=description, total=total, initial=start, file=self._stream, dynamic_ncols=True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
        else:
            self._print_line()

    def advance(self, units: int = 1) -> None:
        """Count `units` more as done."""
        self._done += units
        if self._bar is not None:
            self._bar.update(units)
        elif time.monotonic() - self._line_at >= _LINE_EVERY_SECONDS:
            self._print_line()

    def note(self, **figures: float | int | str) -> None:
        """Show these figures beside the count from now on."""
        shown = (f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
                 for name, value in figures.items())  # fmt: skip
        self._figures = ", ".join(shown)
        if self._bar is not None:
            self._bar.set_postfix_str(self._figures, refresh=False)

    def _print_line(self) -> None:
        self._line_at = time.monotonic()
        seconds = self._line_at - self._began_at
        of_total = f"/{self._total}" if self._total is not None else ""
        rate = (self._done - self._start) / seconds if seconds > 0 else 0.0
        tail = f", {self._figures}" if self._figures else ""
        print(f"{self._description}: {self._done}{of_total}, {seconds:.0f} s, {rate:.2f}/s{tail}",
              file=self._stream, flush=True)  # fmt: skip


def track(values: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Iterate over `values` and show progress; `total` defaults to their length where they have one."""
    if total is None and hasattr(values, "__len__"):
        total = len(values)  # pyright: ignore[reportArgumentType]
    with Progress(description, total) as progress:
        for value in values:
            yield value
            progress.advance()
