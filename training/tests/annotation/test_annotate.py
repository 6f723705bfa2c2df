"""`annotate` against an endpoint on this machine: what is asked, what is asked again, and what never is."""

import json
import time
from threading import Barrier

import pytest
from scripted_endpoint import Fault, plain_answer, serving, text_of

PICTURES, QUESTIONS = 40, 80  # a caption and pairs each; nothing is known that a caption could be refined with


def annotations(tmp_path) -> list[dict]:
    return [json.loads(line) for line in (tmp_path / "out" / "annotations.jsonl").read_text().splitlines()]


def report(tmp_path) -> dict:
    return json.loads((tmp_path / "out" / "run.json").read_text())


def test_every_picture_is_described_and_asked_about(annotate, tmp_path):
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == len(set(endpoint.keys)) == QUESTIONS
    lines = annotations(tmp_path)
    assert len({line["key"] for line in lines}) == PICTURES
    assert all(len(line["pairs"]) == 7 and line["caption"] and not line["failures"] for line in lines)
    assert report(tmp_path)["all_runs"]["input_tokens"] == 50 * QUESTIONS


def test_a_question_that_two_pictures_bring_is_asked_once(annotate, tmp_path):
    def answer(text, body):
        return plain_answer(text, body) if "response_format" in body else "A calm adult with an oval face smiles."

    with serving(answer=answer) as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == len(set(endpoint.keys)) == PICTURES + 1
    assert all(len(line["pairs"]) == 7 for line in annotations(tmp_path))


def test_captions_see_the_picture_and_pairs_do_not(annotate):
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
    for body in endpoint.bodies:
        parts = [part["type"] for part in body["messages"][0]["content"]]
        assert parts == (["text"] if "response_format" in body else ["image_url", "text"])


def test_a_second_run_asks_nothing_and_writes_the_same(annotate, tmp_path):
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
        first = (tmp_path / "out" / "annotations.jsonl").read_bytes()
        assert annotate("--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == QUESTIONS
    assert (tmp_path / "out" / "annotations.jsonl").read_bytes() == first


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, headers={"retry-after-ms": "20"}),
        Fault(status=500),
        Fault(status=503, headers={"Retry-After": "0"}),
        Fault(status=408),
        Fault(cut=True),
        Fault(raw=b"<html>gateway</html>"),
        Fault(raw=b'{"choices": []}'),
    ],
    ids=["429", "500", "503", "408", "cut", "html", "no choice"],
)
def test_what_may_pass_is_tried_again_with_the_same_key(annotate, tmp_path, fault):
    with serving(lambda number: fault if number % 5 == 2 else None) as endpoint:
        assert annotate("--endpoint", endpoint.url, "--attempts", "12") == 0
        assert len(endpoint.keys) > QUESTIONS
        assert len(set(endpoint.keys)) == len(endpoint.charged) == QUESTIONS
    assert len(annotations(tmp_path)) == PICTURES
    totals = report(tmp_path)["all_runs"]
    is_doubtful = fault.cut or fault.raw is not None or fault.status == 500
    assert (totals["doubtful"] > 0) == is_doubtful
    assert totals["requests"] == QUESTIONS + totals["doubtful"]


def test_everybody_waits_when_the_endpoint_asks_for_it(annotate):
    times: list[float] = []

    def script(number: int) -> Fault | None:
        times.append(time.monotonic())
        return Fault(status=429, headers={"Retry-After": "1"}) if number == 0 else None

    with serving(script) as endpoint:
        assert annotate("--endpoint", endpoint.url, "--concurrency", "1") == 0
    assert times[1] - times[0] >= 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_question_that_is_refused_is_not_asked_again(annotate, tmp_path, status):
    with serving(lambda number: Fault(status=status, message="too long") if number == 0 else None) as endpoint:
        assert annotate("--endpoint", endpoint.url, "--concurrency", "1") == 0
        assert annotate("--endpoint", endpoint.url) == 0
        assert len(endpoint.keys) == len(set(endpoint.keys)) == QUESTIONS - 1
    first = annotations(tmp_path)[0]
    assert [failure["reason"] for failure in first["failures"]] == ["endpoint"]
    assert first["caption"] == ""


@pytest.mark.parametrize(
    "fault", [Fault(status=401), Fault(status=404), Fault(status=429, code="insufficient_quota")], ids=str
)
def test_an_endpoint_that_refuses_everything_ends_the_run(annotate, fault, capsys):
    with serving(lambda _: fault) as endpoint:
        assert annotate("--endpoint", endpoint.url) == 1
        assert len(endpoint.keys) <= 8
    assert "the endpoint refuses" in capsys.readouterr().err


def test_an_endpoint_that_is_not_there_is_named(annotate, capsys):
    assert annotate("--endpoint", "http://127.0.0.1:9/v1", "--attempts", "1") == 1
    assert "20 questions in a row had no answer" in capsys.readouterr().err


def test_an_answer_that_is_none_is_asked_for_once_more(annotate, tmp_path):
    def answer(text, body):
        if "response_format" in body:
            return "no JSON"
        return "I'm sorry, I can't help with that." if body["seed"] == 0 else "A calm adult with an oval face smiles."

    with serving(answer=answer) as endpoint:
        assert annotate("--endpoint", endpoint.url) == 0
        assert sorted({body["seed"] for body in endpoint.bodies}) == [0, 1]
        assert len(endpoint.keys) == 2 * (PICTURES + 1)  # the captions are the same, and so is what they bring
    assert all([failure["reason"] for failure in line["failures"]] == ["schema"] for line in annotations(tmp_path))
    assert all(line["caption"].startswith("A calm adult") for line in annotations(tmp_path))


def test_given_attributes_are_worked_into_the_caption(annotate, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"key": "000000-00", "attributes": {"wearing_hat": true, "hair": "red"}}\n')
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url, "--attributes", str(tmp_path / "a.jsonl")) == 0
        (refining,) = [text for text in map(text_of, endpoint.bodies) if "trained classifier" in text]
    assert "- wearing hat: yes\n- hair: red" in refining
    refined = {line["key"]: line["refined"] for line in annotations(tmp_path)}
    assert refined.pop("000000-00").endswith("looks at the viewer.")
    assert not any(refined.values())


def test_parts_share_the_shards(annotate, tmp_path):
    with serving() as endpoint:
        assert annotate("--endpoint", endpoint.url, "--part", "1/2") == 0
        assert endpoint.keys == []
        assert annotate("--endpoint", endpoint.url, "--part", "0/2") == 0
        assert len(endpoint.keys) == QUESTIONS


def test_so_many_questions_are_under_way_as_was_said(annotate):
    """Each answer waits until three others are asked for as well: with fewer at a time nothing would ever come."""
    barrier = Barrier(4)

    def answer(text, body):
        barrier.wait(timeout=60)
        return plain_answer(text, body)

    with serving(answer=answer) as endpoint:
        assert annotate("--endpoint", endpoint.url, "--concurrency", "4") == 0
        assert len(endpoint.keys) == QUESTIONS
