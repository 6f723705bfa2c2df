import io
import re
from collections.abc import Iterator

import pytest

from unif2ace_training.common import progress
from unif2ace_training.common.progress import Progress, track


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_at_most_every_ten_seconds_and_a_last_one(clock: Clock):
    stream = io.StringIO()
    with Progress("draw", 40, stream=stream) as shown:
        for _ in range(40):
            clock.now += 0.75
            shown.advance()
    assert stream.getvalue().splitlines() == [
        "draw: 14/40, 10 s, 1.33/s",
        "draw: 28/40, 21 s, 1.33/s",
        "draw: 40/40, 30 s, 1.33/s",
    ]


def test_a_log_has_no_control_characters(clock: Clock):
    stream = io.StringIO()
    with Progress("draw", 2, stream=stream) as shown:
        shown.advance(2)
    assert re.fullmatch(r"[ -~\n]*", stream.getvalue())


def test_figures_stand_beside_the_count(clock: Clock):
    stream = io.StringIO()
    with Progress("train", None, stream=stream) as shown:
        shown.note(loss=1.23456789, stage=2)
        clock.now += 2
        shown.advance(4)
    assert stream.getvalue() == "train: 4, 2 s, 2.00/s, loss 1.235, stage 2\n"


def test_a_resumed_count_begins_where_it_stood_and_its_rate_counts_new_work(clock: Clock):
    stream = io.StringIO()
    with Progress("train", 100, start=90, stream=stream) as shown:
        clock.now += 5
        shown.advance(10)
    assert stream.getvalue() == "train: 100/100, 5 s, 2.00/s\n"


def test_an_error_still_prints_where_it_stopped(clock: Clock):
    stream = io.StringIO()

    def fail() -> None:
        with Progress("draw", 9, stream=stream) as shown:
            shown.advance(3)
            raise RuntimeError("lens cap")

    with pytest.raises(RuntimeError, match="lens cap"):
        fail()
    assert stream.getvalue().startswith("draw: 3/9")


def test_a_terminal_gets_a_bar():
    stream = Terminal()
    with Progress("draw", 3, stream=stream) as shown:
        shown.note(loss=0.5)
        shown.advance(3)
    assert "3/3" in stream.getvalue()
    assert "\r" in stream.getvalue()


def test_track_yields_everything_and_counts_it(capsys: pytest.CaptureFixture[str]):
    def endless() -> Iterator[int]:
        yield from (1, 2)

    assert list(track([3, 4, 5], "read")) == [3, 4, 5]
    assert list(track(endless(), "read")) == [1, 2]
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == ["read: 3/3", "read: 2"]
