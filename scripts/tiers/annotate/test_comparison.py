"""The served model measured as the paper measures: it draws, it answers, and it is its own judge, by the same server.

What such a judge thinks is worth little. That its log-probabilities, its JSON and its pictures come through is what is tested. The tests are steps and run in their order.
"""

import base64
import json
import math
import shutil
import urllib.request

import pytest

MODEL, PICTURES = "unif2ace-small", 4


@pytest.fixture(scope="module")
def folder(work):
    """Everything of this comparison."""
    (work / "comparison").mkdir()
    return work / "comparison"


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_test_set_is_written_and_the_served_model_draws_and_answers_it(portraits, folder, address, run):
    done = run("prepare", "--pictures", str(portraits), "--preset", "small", "--out", str(folder / "prepared"), "--vocabulary", "800")
    assert done.returncode == 0, done.stderr
    records = folder / "prepared" / "records-train.jsonl"
    done = run("testset", "--records", str(records), "--pictures", str(portraits), "--out", str(folder / "test"), "--count", str(PICTURES), "--caption-kind", "detail")
    assert done.returncode == 0, done.stderr
    asked = lines(folder / "test" / "questions.jsonl")
    command = ["collect", "--test", str(folder / "test"), "--out", str(folder / "ours"), "--model", MODEL, "--endpoint", f"{address}/v1", "--seed", "1", "--answer-tokens", "140", "--picture-option", "num_inference_steps=4"]
    done = run(*command)
    assert done.returncode == 0, done.stderr
    assert len(list((folder / "ours" / "pictures").glob("*.png"))) == PICTURES
    answered = lines(folder / "ours" / "answers.jsonl")
    assert [line["question_id"] for line in answered] == [line["question_id"] for line in asked]
    done = run(*command)
    assert json.loads((folder / "ours" / "collect.json").read_text())["spent"]["sent"] == 0, done.stderr


def test_its_own_judgement_comes_through(folder, address, run):
    # The renders stand beside it: the pictures of the test set as a model that draws them without a fault.
    shutil.copytree(folder / "test" / "pictures", folder / "renders" / "pictures")
    (folder / "comparison.json").write_text(json.dumps({
        "models": [{"name": "renders", "collected": "renders"}, {"name": "ours", "collected": "ours"}],
        "judges": {"own": {"endpoint": f"{address}/v1", "model": MODEL, "rubrics": "short", "concurrency": 4}},
        "measures": [{"name": kind, "kind": kind, "judge": "own"} for kind in ("vqascore", "vlm-score", "desc", "conv")],
    }))
    done = run("compare", "--test", str(folder / "test"), "--comparison", str(folder / "comparison.json"), "--out", str(folder / "report"))
    assert done.returncode == 0, done.stderr
    figures = json.loads((folder / "report" / "comparison.json").read_text())["figures"]
    for kind, low, high in (("vqascore", 0, 1), ("vlm-score", 0, 100), ("desc", 1, 10), ("conv", 1, 10)):
        assert low <= figures[kind]["ours"]["value"] <= high
        # The server's policy refuses to be asked some questions again, as a judge.
        assert figures[kind]["ours"]["failures"].keys() <= ({"refusal"} if kind == "conv" else set())
    assert figures["vqascore"]["renders"]["count"] == PICTURES
    assert figures["desc"].keys() == {"ours"}


def test_the_vqascore_is_the_servers_own_probability(folder, address):
    scored = [line for line in lines(folder / "report" / "scores.jsonl") if line["measure"] == "vqascore" and line["model"] == "ours"]
    prompts = {line["key"]: line["prompt"] for line in lines(folder / "test" / "prompts.jsonl")}
    for line in scored:
        picture = base64.b64encode((folder / "ours" / "pictures" / f"{line['id']}.png").read_bytes()).decode()
        content = [
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
            {"type": "text", "text": f"Is this {prompts[line['id']]}?"},
        ]
        body = {"model": MODEL, "messages": [{"role": "user", "content": content}], "max_tokens": 4, "temperature": 0, "logprobs": True, "top_logprobs": 20, "structured_outputs": {"choice": ["yes", "no"]}}
        request = urllib.request.Request(f"{address}/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request) as response:
            (choice,) = json.load(response)["choices"]
        first = choice["logprobs"]["content"][0]["top_logprobs"]
        # Whatever the tokens are: of the answers yes and no, those that begin with y are yes.
        by_hand = sum(math.exp(one["logprob"]) for one in first if one["token"].strip().lower().startswith("y"))
        assert line["score"] == pytest.approx(by_hand, abs=1e-6)
        assert 0 < line["score"] < 1
