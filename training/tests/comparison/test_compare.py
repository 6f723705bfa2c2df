import json
import math
import os
import re
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scripted_endpoint import Fault, completion, serving

from unif2ace_training.__main__ import main
from unif2ace_training.comparison.expert_figure import draw_experts
from unif2ace_training.comparison.settings import read_comparison

KEYS = ["000000-00", "000000-01", "000020-00"]


def collected(folder: Path, colour: str, answers: dict[str, str]) -> Path:
    """What a model drew and said: one colour, and these answers."""
    (folder / "pictures").mkdir(parents=True)
    for key in KEYS:
        Image.new("RGB", (32, 32), colour).save(folder / "pictures" / f"{key}.png")
    lines = [json.dumps({"question_id": name, "text": text}) for name, text in answers.items()]
    (folder / "answers.jsonl").write_text("\n".join(lines))
    return folder


def judge(text: str, body: dict) -> str:
    """Gives as many points as the answer says."""
    said = re.search(r"The program's (?:answer: |description:\n)(\d+)", text)
    return json.dumps({"reason": "r", "score": int(said[1])} if said else {})


def experts(shares: list[float]) -> dict:
    """What `evaluate` reports of a model with two layers, three routed and two sequence-level experts."""
    kinds = ["noise", "copy"]
    task = {"routed_experts": [shares] * 2, "sequence_experts": [[0.5, 0.5]] * 2, "sequence_expert_kinds": kinds}
    return {"generate": task, "understand": task}


def test_models_stand_side_by_side(compare, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    first, second = f"{KEYS[0]}/caption", f"{KEYS[1]}/caption"
    talker = collected(tmp_path / "talker", "red", {first: "4", second: "6", f"{KEYS[0]}/0": "9", f"{KEYS[0]}/1": "9"})
    better = collected(tmp_path / "better", "blue", {first: "7", second: "8"})
    (tmp_path / "report.json").write_text(json.dumps({"experts": experts([0.5, 0.25, 0.25])}))
    with serving(answer=judge) as endpoint:
        comparison = {
            "models": [
                {"name": "talker", "collected": str(talker), "columns": {"# Params": "1B"}, "evaluated": "report.json"},
                {"name": "better", "collected": better.name},
            ],
            "judges": {"J": {"endpoint": endpoint.url, "model": "m"}},
            "measures": [
                {"name": "Desc-J", "kind": "desc", "judge": "J"},
                {"name": "Conv-J", "kind": "conv", "judge": "J"},
            ],
        }
        assert compare(comparison, "--plan") == 0
        assert "desc               0        4" in capsys.readouterr().out
        assert not endpoint.bodies
        assert compare(comparison) == 0
        assert len(endpoint.bodies) == 6
        assert compare(comparison) == 0
        assert len(endpoint.bodies) == 6
    report = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert report["test"] == {"pictures": 3, "prompts": 3, "questions": 4}
    desc = report["figures"]["Desc-J"]
    assert (desc["talker"]["value"], desc["better"]["value"]) == (5, 7.5)
    assert desc["better"]["difference_from_first"]["value"] == 2.5
    assert desc["better"]["difference_from_first"]["low"] >= 2
    assert report["figures"]["Conv-J"].keys() == {"talker"}
    tables = (tmp_path / "out" / "tables.md").read_text()
    assert "| Model | # Params | Desc-J ↑ | Conv-J ↑ |" in tables
    assert "| talker | 1B | 5 [4, 6] | 9 [9, 9] |" in tables
    assert "| better | - | **7.5** [7, 8] | - |" in tables
    assert "- Conv-J: talker 2" in tables
    assert Image.open(tmp_path / "out" / "experts.png").size == (1200, 700)
    lines = [json.loads(line) for line in (tmp_path / "out" / "scores.jsonl").read_text().splitlines()]
    assert {"measure": "Desc-J", "model": "better", "id": second, "score": 8, "reason": ""} in lines


def test_failures_are_counted_beside_the_figure(compare, tmp_path: Path):
    model = collected(tmp_path / "model", "red", {f"{KEYS[0]}/caption": "4", f"{KEYS[1]}/caption": "none"})

    def answer(text: str, body: dict) -> str:
        return "no JSON" if "none" in text else judge(text, body)

    with serving(answer=answer) as endpoint:
        comparison = {
            "models": [{"name": "m", "collected": str(model)}],
            "judges": {"J": {"endpoint": endpoint.url}},
            "measures": [{"name": "Desc", "kind": "desc", "judge": "J"}],
        }
        assert compare(comparison) == 0
    assert "- Desc: m 1 (without: 1 schema)" in (tmp_path / "out" / "tables.md").read_text()


def test_pictures_are_compared_by_judges_and_as_sets(compare, tmp_path: Path, encoders: Path):
    red = collected(tmp_path / "red", "red", {})
    # The pictures of the test set themselves: no distance at all.
    real = tmp_path / "real"
    real.mkdir()
    lines = [json.dumps({"key": key, "image": f"../test/pictures/{key}.jpg"}) for key in KEYS]
    (real / "pictures.jsonl").write_text("\n".join(lines))
    body = completion("Yes")
    top = [{"token": "Yes", "logprob": math.log(0.75)}, {"token": "No", "logprob": math.log(0.25)}]
    body["choices"][0]["logprobs"] = {"content": [{"token": "Yes", "logprob": 0, "top_logprobs": top}]}
    with serving(lambda _: Fault(raw=json.dumps(body).encode())) as endpoint:
        comparison = {
            "models": [{"name": "red", "collected": str(red)}, {"name": "real", "collected": str(real)}],
            "judges": {"J": {"endpoint": endpoint.url}},
            "features": {"own": {"encoders": str(encoders)}},
            "measures": [
                {"name": "VQAscore", "kind": "vqascore", "judge": "J"},
                {"name": "FID", "kind": "fid", "features": "own"},
                {"name": "KID", "kind": "kid", "features": "own"},
            ],
        }
        assert compare(comparison, "--distance-resamples", "5") == 0
    figures = json.loads((tmp_path / "out" / "comparison.json").read_text())["figures"]
    assert figures["VQAscore"]["red"]["value"] == pytest.approx(0.75)
    assert figures["FID"]["real"]["value"] == pytest.approx(0, abs=1e-3)
    assert figures["FID"]["red"]["value"] > 1
    assert figures["KID"]["real"]["value"] < figures["KID"]["red"]["value"]
    assert "**" in (tmp_path / "out" / "tables.md").read_text().split("FID ↓")[1]


def test_what_a_comparison_lacks_is_said(tmp_path: Path):
    model = {"name": "m", "collected": "."}
    judge, desc = {"J": {"endpoint": "u"}}, {"name": "D", "kind": "desc", "judge": "J"}
    path = tmp_path / "comparison.json"
    for comparison, complaint in [
        ({"modells": []}, "modells"),
        ({"models": [], "measures": [desc], "judges": judge}, "no models"),
        ({"models": [model, model], "measures": [desc], "judges": judge}, "two of the same name"),
        ({"models": [{"name": "m"}], "measures": []}, "collected"),
        ({"models": [model | {"colour": 1}], "measures": []}, "colour"),
        ({"models": [model], "measures": [desc], "judges": {}}, "needs a judge, one of none"),
        ({"models": [model], "measures": [desc | {"kind": "taste"}], "judges": judge}, "taste"),
        ({"models": [model], "measures": [{"name": "F", "kind": "fid"}]}, "needs features"),
        ({"models": [model], "measures": [desc], "judges": {"J": {}}}, "one of them"),
        ({"models": [model], "measures": [desc], "judges": {"J": {"endpoint": "u", "concurrency": 0}}}, "at least 1"),
    ]:
        path.write_text(json.dumps(comparison))
        with pytest.raises(ValueError, match=complaint):
            read_comparison(path)


def test_a_served_model_draws_and_answers(test_set, tmp_path: Path):
    def answer(text: str, body: dict) -> str:
        # What it says is what it is measured on: a refusal too.
        return "I'm sorry, I cannot tell." if text == "Is he happy?" else f"about {text}"

    options = ["--test", str(tmp_path / "test"), "--out", str(tmp_path / "out"), "--model", "m"]
    with serving(answer=answer) as endpoint:
        asked = ["collect", *options, "--endpoint", endpoint.url, "--only", "answers"]
        assert main(asked) == 0
        assert len(endpoint.bodies) == 4
        assert main(asked) == 0
        assert len(endpoint.bodies) == 4
    lines = [json.loads(line) for line in (tmp_path / "out" / "answers.jsonl").read_text().splitlines()]
    assert lines[1] == {"question_id": f"{KEYS[0]}/0", "text": "about Hair?", "model_id": "m"}
    assert [line["text"] for line in lines if line["question_id"] == f"{KEYS[0]}/1"] == ["I'm sorry, I cannot tell."]
    assert main(["collect", *options]) == 1  # nobody to ask


def test_what_a_served_model_refuses_is_said_in_its_words(test_set, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def script(number: int) -> Fault | None:
        return Fault(status=422, message="max_tokens is 256") if number == 0 else None

    with serving(script) as endpoint:
        options = ["--test", str(tmp_path / "test"), "--out", str(tmp_path / "out"), "--endpoint", endpoint.url]
        assert main(["collect", *options, "--model", "m", "--only", "answers", "--concurrency", "1"]) == 1
    assert "1 failed, 1 of them so: status 422: max_tokens is 256" in capsys.readouterr().err
    assert len((tmp_path / "out" / "answers.jsonl").read_text().splitlines()) == 3


def test_a_run_that_is_stopped_keeps_what_was_paid(test_set, tmp_path: Path):
    def script(number: int) -> None:
        if number == 1:
            os.kill(os.getpid(), signal.SIGTERM)

    options = ["--test", str(tmp_path / "test"), "--out", str(tmp_path / "out"), "--model", "m", "--only", "answers"]
    with serving(script) as endpoint:
        command = ["collect", *options, "--endpoint", endpoint.url, "--concurrency", "1"]
        assert main(command) == 143
        assert not (tmp_path / "out" / "answers.jsonl").exists()
        assert main(command) == 0
        assert len(endpoint.bodies) == len(set(endpoint.keys)) == 4
    assert len((tmp_path / "out" / "answers.jsonl").read_text().splitlines()) == 4


def test_the_figure_of_experts_shows_the_shares(tmp_path: Path):
    pictures = {}
    for name, shares in {"even": [0.3, 0.3, 0.4], "uneven": [0.0, 0.0, 1.0]}.items():
        draw_experts(tmp_path / f"{name}.png", {name: experts(shares)})
        pictures[name] = np.asarray(Image.open(tmp_path / f"{name}.png").convert("L"), np.int32)
    # The upper left plot: an expert that is never chosen is white, one that is chosen as often as most is not.
    first_expert = (slice(250, 290), slice(100, 140))
    assert pictures["uneven"][first_expert].min() > 240
    assert pictures["even"][first_expert].max() < 200
