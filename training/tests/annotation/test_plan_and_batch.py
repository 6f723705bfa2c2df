"""Plans and batch files: the same walk without an endpoint."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from scripted_endpoint import completion, plain_answer, serving, text_of

from unif2ace_training.annotation.batch_files import BatchAsker
from unif2ace_training.annotation.chat_request import ChatRequest, StageSettings
from unif2ace_training.annotation.ledger import Ledger

SETTINGS = StageSettings(sees_picture=False, max_tokens=10, expected_tokens=5, temperature=0)


def table(printed: str) -> dict[str, list[float]]:
    rows = [line.split() for line in printed.splitlines() if re.match(r"(caption|questions) ", line)]
    return {name: [float(figure) for figure in figures] for name, *figures in rows}


def test_a_plan_asks_nothing_and_says_what_it_would_cost(annotate, capsys):
    assert annotate("--plan", "--input-price", "2.5", "--output-price", "10", "--requests-per-minute", "10") == 0
    printed = capsys.readouterr().out
    rows = table(printed)
    assert rows["caption"][:2] == [0, 40]
    assert rows["questions"][:2] == [0, 40]
    assert rows["caption"][3] == 40 * 180
    for _, _, read, written, cost in rows.values():
        assert cost == pytest.approx((2.5 * read + 10 * written) / 1e6, abs=0.006)
    assert "time: at least 0.13 hours" in printed


def test_what_was_answered_costs_nothing_in_a_plan(annotate, capsys):
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
    capsys.readouterr()
    assert annotate("--plan") == 0
    assert {tuple(row) for row in table(capsys.readouterr().out).values()} == {(40, 0, 0, 0, 0)}


@pytest.mark.parametrize("tokens", ["85", "765"])
def test_the_tokens_of_a_picture_are_counted(annotate, capsys, tokens):
    assert annotate("--plan", "--picture-tokens", tokens) == 0
    with_picture = table(capsys.readouterr().out)["caption"][2]
    assert annotate("--plan", "--picture-tokens", "1") == 0
    assert with_picture - table(capsys.readouterr().out)["caption"][2] == 40 * (int(tokens) - 1)


def results_of(batch: Path, results: Path, failing: dict[int, dict] | None = None) -> None:
    """What an endpoint makes of a batch file: lines in another order, some of them failed."""
    lines = []
    for number, line in enumerate(batch.read_text().splitlines()):
        request = json.loads(line)
        assert (request["method"], request["url"]) == ("POST", "/v1/chat/completions")
        body = request["body"]
        response = {"status_code": 200, "body": completion(plain_answer(text_of(body), body))}
        result = {"custom_id": request["custom_id"], "response": response, "error": None}
        lines.append(json.dumps(result | (failing or {}).get(number, {})))
    results.write_text("".join(f"{line}\n" for line in reversed(lines)))


def test_batches_bring_what_an_endpoint_brings(annotate, tmp_path):
    captions, pairs, results = (tmp_path / name for name in ("captions.jsonl", "pairs.jsonl", "results.jsonl"))
    assert annotate("--write-batch", str(captions)) == 0
    assert len(captions.read_text().splitlines()) == 40
    results_of(captions, results)
    assert annotate("--read-batch", str(results), "--write-batch", str(pairs)) == 0
    assert len(pairs.read_text().splitlines()) == 40
    results_of(pairs, results)
    assert annotate("--read-batch", str(results), "--write-batch", str(tmp_path / "none.jsonl")) == 0
    assert not (tmp_path / "none.jsonl").exists()
    batched = (tmp_path / "out" / "annotations.jsonl").read_text()
    (tmp_path / "out").rename(tmp_path / "batched")
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
    assert batched == (tmp_path / "out" / "annotations.jsonl").read_text()


def test_a_question_in_a_batch_is_asked_nowhere_else(annotate, tmp_path, capsys):
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert annotate("--write-batch", str(first)) == 0
    assert annotate("--write-batch", str(second)) == 0
    assert not second.exists()
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
        assert endpoint.keys == []
        assert annotate("--forget-batch", "--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == 80
    assert "40 questions of batch files will be asked anew" in capsys.readouterr().out


def test_results_that_failed_are_asked_again_or_never(annotate, tmp_path, capsys):
    batch, results, again = (tmp_path / name for name in ("batch.jsonl", "results.jsonl", "again.jsonl"))
    assert annotate("--write-batch", str(batch)) == 0
    refused = {"response": {"status_code": 400, "body": {"error": {"message": "too long"}}}}
    limited = {"response": {"status_code": 429, "body": {}}}
    expired = {"response": None, "error": {"code": "batch_expired"}}
    results_of(batch, results, {0: refused, 1: limited, 2: expired})
    assert annotate("--read-batch", str(results), "--write-batch", str(again)) == 0
    assert "37 answered, 1 failed, 2 again, 0 unknown" in capsys.readouterr().out
    asked = [json.loads(line) for line in again.read_text().splitlines()]
    assert sum("response_format" not in line["body"] for line in asked) == 2
    assert annotate("--read-batch", str(results)) == 0
    assert "0 answered, 0 failed" in capsys.readouterr().out


def test_a_broken_result_file_is_not_taken_in_part(annotate, tmp_path, capsys):
    batch, results = tmp_path / "batch.jsonl", tmp_path / "results.jsonl"
    assert annotate("--write-batch", str(batch)) == 0
    results_of(batch, results)
    results.write_text(results.read_text()[:-30])
    assert annotate("--read-batch", str(results)) == 1
    assert "results.jsonl, line 40 is no result of a batch" in capsys.readouterr().err
    results_of(batch, results)
    assert annotate("--read-batch", str(results)) == 0
    assert "40 answered" in capsys.readouterr().out


def test_large_batches_are_several_files(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    asker = BatchAsker(ledger, 255)
    for number in range(7):
        request = ChatRequest(stage="caption", model="m", text=f"question {number}", settings=SETTINGS)
        assert asyncio.run(asker.ask(request)) is None
    written = asker.write(tmp_path / "batch.jsonl", max_requests=3)
    assert [len(path.read_text().splitlines()) for path in written] == [3, 3, 1]
    assert [path.name for path in written] == ["batch.jsonl", "batch-00001.jsonl", "batch-00002.jsonl"]
    assert ledger.counts().batched == 7
    ledger.close()
