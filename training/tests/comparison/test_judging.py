import asyncio
import json
import math
import sqlite3
from pathlib import Path

import pytest
from scripted_endpoint import Fault, completion, serving

from unif2ace_training.annotation.chat_request import Answer, ChatRequest, StageSettings, chat_answer
from unif2ace_training.annotation.ledger import Ledger
from unif2ace_training.comparison.asking import ask_all, opened, terms_of
from unif2ace_training.comparison.judging import Asked, Score, probability_of_yes, score_by
from unif2ace_training.comparison.rubric_set import load_rubrics
from unif2ace_training.comparison.settings import JudgeSettings


def first(*tokens: tuple[str, float]) -> Answer:
    return Answer(content="", first_token=tuple((token, math.log(share)) for token, share in tokens))


def test_yes_is_counted_in_all_its_spellings():
    answer = first(("Yes", 0.5), (" yes", 0.2), ("▁YES", 0.1), ("No", 0.15), ("Yesterday", 0.05))
    assert probability_of_yes(answer) == pytest.approx(0.8)
    assert probability_of_yes(first(("No", 0.9), ("Maybe", 0.05))) == 0
    # "y" may begin anything; of yes and no it can only begin yes.
    assert probability_of_yes(first(("y", 0.6), ("n", 0.4))) == 0
    assert probability_of_yes(first((" y", 0.6), (" n", 0.4)), ("yes", "no")) == pytest.approx(0.6)
    assert probability_of_yes(first(("ye", 0.6), ("yes", 0.1)), ("yes", "yesterday")) == pytest.approx(0.1)


def test_log_probabilities_are_read_sent_and_kept(tmp_path: Path):
    top = [{"token": "Yes", "logprob": -0.1, "bytes": None}, {"token": "No", "logprob": -2.5, "bytes": None}]
    body = completion("Yes")
    body["choices"][0]["logprobs"] = {"content": [{"token": "Yes", "logprob": -0.1, "top_logprobs": top}]}
    answer = chat_answer(body)
    assert answer.first_token == (("Yes", -0.1), ("No", -2.5))
    assert chat_answer(completion("Yes")).first_token == ()
    settings = StageSettings(sees_picture=False, max_tokens=1, expected_tokens=1, temperature=0)
    plain = ChatRequest(stage="vqascore", model="m", text="?", settings=settings)
    asked = ChatRequest(stage="vqascore", model="m", text="?", settings=settings, top_logprobs=20, choice=("yes", "no"))
    assert "logprobs" not in plain.body()
    drawn = ChatRequest(stage="vqascore", model="m", text="?", settings=settings, jpeg=b"\x89PNG\r\n")
    assert drawn.body()["messages"][0]["content"][0]["image_url"]["url"].startswith("data:image/png;base64,")
    assert asked.body()["top_logprobs"] == 20
    assert asked.body()["structured_outputs"] == {"choice": ["yes", "no"]}
    assert asked.address != plain.address
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.begin(asked.address, asked.stage, (1, 1))
    ledger.finish(asked.address, answer)
    assert ledger.answer(asked.address) == answer
    ledger.close()


def test_a_ledger_from_before_goes_on(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    rows = sqlite3.connect(path)
    rows.execute("alter table questions drop column first_token")
    rows.execute(
        "insert into questions (address, stage, state, content, finish_reason, begun_at) "
        "values ('a', 'caption', 'answered', 'brown hair', 'stop', 0)"
    )
    rows.commit()
    rows.close()
    ledger = Ledger(path)
    assert ledger.answer("a") == Answer(content="brown hair")
    ledger.close()


def scores(folder: Path, url: str, *kinds: str, judge: dict | None = None) -> tuple[list[Score], dict]:
    """Scores of one answer by a judge behind an endpoint."""
    settings = JudgeSettings(endpoint=url, first_wait=0.01, **(judge or {}))
    rubrics, found = load_rubrics("paper"), []
    filled = {"question": "Hair?", "reference": "Black.", "answer": "Dark.", "prompt": "black hair"}

    def jobs(asker):
        for kind in kinds:

            async def job(kind=kind):
                found.append(await score_by(asker, rubrics[kind], "m", Asked(kind=kind, filled=filled, jpeg=b"j")))

            yield job

    async def ask() -> dict:
        async with opened(settings) as sender:
            return await ask_all(folder, sender, terms_of(settings), jobs, "scores")

    spent = asyncio.run(ask())
    return found, spent


def saying(content: str):
    return lambda text, body: content


def test_a_number_by_the_rubric_is_the_score_and_is_paid_once(tmp_path: Path):
    with serving(answer=saying('{"reason": "dark is vague", "score": 7}')) as endpoint:
        found, spent = scores(tmp_path, endpoint.url, "conv", judge={"input_price": 1e6, "output_price": 0})
        assert found == [Score(value=7)]
        assert (spent["sent"], spent["cost"]) == (1, 50)
        found, spent = scores(tmp_path, endpoint.url, "conv", judge={"input_price": 1e6, "output_price": 0})
        assert found == [Score(value=7)]
        assert (spent["sent"], spent["cost"]) == (0, 50)
        (body,) = endpoint.bodies
    schema = body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["score"] == {"type": "integer", "minimum": 1, "maximum": 10}
    (part,) = body["messages"][0]["content"]  # words alone: the paper's second judge sees no pictures
    assert "Question: Hair?" in part["text"]
    assert "Correct answer: Black." in part["text"]
    assert "The program's answer: Dark." in part["text"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"reason": "", "score": 11}', "schema"),
        ('{"reason": "", "score": 0}', "schema"),
        ('{"reason": "", "score": 7.5}', "schema"),
        ('{"reason": "", "score": "7"}', "schema"),
        ('{"reason": "", "score": true}', "schema"),
        ('{"score": 7}', "schema"),
        ('{"reason": "", "score": 7, "more": 1}', "schema"),
        ("I would say 7.", "schema"),
        ('```json\n{"reason": "", "score": 7}\n```', "schema"),
        ("I'm sorry, I cannot help with that.", "refusal"),
        (" ", "empty"),
    ],
)
def test_what_is_no_score_is_asked_once_more_and_then_counted_as_none(tmp_path: Path, content: str, reason: str):
    with serving(answer=saying(content)) as endpoint:
        found, spent = scores(tmp_path, endpoint.url, "desc")
        assert found == [Score(value=None, reason=reason)]
        assert spent["sent"] == 2
        assert [body["seed"] for body in endpoint.bodies] == [0, 1]


def test_a_second_try_may_bring_the_score(tmp_path: Path):
    def answer(text: str, body: dict) -> str:
        return "hm" if body["seed"] == 0 else '{"reason": "r", "score": 3}'

    with serving(answer=answer) as endpoint:
        assert scores(tmp_path, endpoint.url, "vlm-score")[0] == [Score(value=3)]
        assert endpoint.bodies[0]["messages"][0]["content"][0]["type"] == "image_url"


def test_an_endpoint_without_log_probabilities_gives_no_vqascore(tmp_path: Path):
    with serving(answer=saying("Yes")) as endpoint:
        assert scores(tmp_path, endpoint.url, "vqascore")[0] == [Score(value=None, reason="no log-probabilities")]


def test_log_probabilities_over_the_wire(tmp_path: Path):
    body = completion("Yes")
    top = [{"token": "Yes", "logprob": math.log(0.75)}, {"token": "No", "logprob": math.log(0.25)}]
    body["choices"][0]["logprobs"] = {"content": [{"token": "Yes", "logprob": 0, "top_logprobs": top}]}
    with serving(lambda _: Fault(raw=json.dumps(body).encode())) as endpoint:
        ((score,), _) = scores(tmp_path, endpoint.url, "vqascore")
        text = endpoint.bodies[0]["messages"][0]["content"][1]["text"]
    assert score.value == pytest.approx(0.75)
    assert text == 'Does this figure show "black hair"? Please answer yes or no.'


def test_limits_end_the_run_with_what_to_do(tmp_path: Path):
    with (
        serving(answer=saying('{"reason": "r", "score": 3}')) as endpoint,
        pytest.raises(ValueError, match="--max-requests 1 is reached; 1 are not asked"),
    ):
        scores(tmp_path, endpoint.url, "desc", "conv", judge={"max_requests": 1, "concurrency": 1})
    assert len(endpoint.bodies) == 1


def test_rubrics_are_files(tmp_path: Path):
    (tmp_path / "conv.txt").write_text("$question | $answer")
    settings = {"sees_picture": False, "max_tokens": 5, "expected_tokens": 1, "temperature": 0}
    (tmp_path / "settings.json").write_text(json.dumps({"conv": {"ask": settings, "range": [0, 4]}}))
    rubrics = load_rubrics(str(tmp_path))
    assert rubrics.keys() == {"conv"}
    assert rubrics["conv"].schema["properties"] == {"score": {"type": "integer", "minimum": 0, "maximum": 4}}
    for text, described, complaint in [
        ("$prompt", {"ask": settings}, "what can be filled in"),
        ("x", {"ask": settings, "range": [4, 4]}, "no room"),
        ("x", {"ask": settings, "rang": [0, 4]}, "nobody knows rang"),
        ("x", {}, "says nothing of conv"),
    ]:
        (tmp_path / "conv.txt").write_text(text)
        (tmp_path / "settings.json").write_text(json.dumps({"conv": described}))
        with pytest.raises(ValueError, match=complaint):
            load_rubrics(str(tmp_path))
    with pytest.raises(ValueError, match="neither paper nor short"):
        load_rubrics("elsewhere")
