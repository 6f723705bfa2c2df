"""A run that is killed, terminated, or at the end of its budget: nothing is lost, and nothing is paid twice."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from scripted_endpoint import serving

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits"
QUESTIONS, AT_A_TIME = 80, 4


def answered_in(out: Path) -> dict[str, float]:
    """Addresses of the answers on disk, with the times at which they came."""
    rows = sqlite3.connect(out / "ledger.sqlite")
    try:
        return dict(rows.execute("select address, ended_at from questions where state = 'answered'"))
    finally:
        rows.close()


def started(out: Path, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "unif2ace_training", "annotate", "--pictures", str(PORTRAITS), "--out", str(out)]
    options = ["--model", "m", "--endpoint", url, "--concurrency", str(AT_A_TIME)]
    return subprocess.Popen([*command, *options], env={**os.environ, "OMP_NUM_THREADS": "1"})


@pytest.mark.parametrize("after", [0, 1, 30, 78])
def test_a_killed_run_goes_on_without_paying_again(annotate, tmp_path, after):
    """The endpoint holds its answers after some: the kill finds as many questions under way as there can be."""
    released = threading.Event()

    def script(number: int) -> None:
        if number >= after:
            reached.set()
            released.wait()

    reached = threading.Event()
    out = tmp_path / "out"
    with serving(script) as endpoint:
        run = started(out, endpoint.url)
        assert reached.wait(120)
        run.kill()
        assert run.wait() == -signal.SIGKILL
        released.set()
        before = answered_in(out)
        sent_before = list(endpoint.keys)
        assert annotate("--endpoint", endpoint.url) == 0
        sent_after = endpoint.keys[len(sent_before) :]
        assert not set(sent_after) & before.keys()
        assert set(sent_before) - before.keys() <= set(sent_after)
        assert len(set(sent_before) - before.keys()) <= AT_A_TIME
        assert sorted(endpoint.charged.values()) == [1] * QUESTIONS
    after_all = answered_in(out)
    assert len(after_all) == QUESTIONS
    assert before.items() <= after_all.items()
    assert len((out / "annotations.jsonl").read_text().splitlines()) == 40


def test_a_terminated_run_keeps_what_is_under_way(annotate, tmp_path):
    reached = threading.Event()
    out = tmp_path / "out"
    with serving(lambda number: reached.set() if number == 20 else None) as endpoint:
        run = started(out, endpoint.url)
        assert reached.wait(120)
        run.terminate()
        assert run.wait(60) == 143
        assert answered_in(out).keys() == set(endpoint.keys)
        assert not (out / "annotations.jsonl").exists()
        assert annotate("--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == QUESTIONS


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--max-requests", "25"], "--max-requests 25 is reached"),
        (["--max-tokens", "8000"], "--max-tokens 8000 would be passed"),
        (["--max-cost", "0.05", "--input-price", "5", "--output-price", "15"], "--max-cost 0.05 would be passed"),
    ],
)
def test_no_limit_is_ever_passed(annotate, tmp_path, capsys, options, sentence):
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url, *options) == 1
        assert sentence in capsys.readouterr().err
        report = json.loads((tmp_path / "out" / "run.json").read_text())
        spent = report["all_runs"]
        assert 0 < spent["requests"] == len(endpoint.keys) <= 25
        assert spent["input_tokens"] + spent["output_tokens"] <= 8000
        assert report["cost"] <= 0.05
        assert annotate("--endpoint", endpoint.url, *options) == 1
        more = len(endpoint.keys)
        assert annotate("--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == len(set(endpoint.keys)) == QUESTIONS > more


def test_two_runs_in_one_folder_are_one_too_many(annotate, tmp_path, capsys):
    released, reached = threading.Event(), threading.Event()

    def script(number: int) -> None:
        reached.set()
        released.wait()

    with serving(script) as endpoint:
        run = started(tmp_path / "out", endpoint.url)
        try:
            assert reached.wait(120)
            assert annotate("--endpoint", endpoint.url) == 1
            assert "does another annotate work there?" in capsys.readouterr().err
        finally:
            run.kill()
            run.wait()
            released.set()
