import json
from pathlib import Path

import pytest

from unif2ace_training.__main__ import main
from unif2ace_training.comparison.collected import read_collected
from unif2ace_training.comparison.test_set import read_test_set

KEYS = ["000000-00", "000000-01", "000020-00"]


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_test_set_has_prompts_questions_and_pictures(test_set, tmp_path: Path):
    assert [one.key for one in test_set] == KEYS
    first, second, third = test_set
    assert (first.prompt, first.reference) == ("black hair", "A man with black hair.")
    # The second turn of a conversation leans on the first.
    assert [pair.question for pair in first.pairs] == ["Hair?", "Is he happy?"]
    assert (second.prompt, second.reference, second.pairs) == ("A woman.", "A woman.", ())
    assert (third.prompt, third.reference) == ("an old man", "")
    folder = tmp_path / "test"
    assert [line["prompt"] for line in lines(folder / "prompts.jsonl")] == ["black hair", "A woman.", "an old man"]
    asked = [(line["question_id"], line["category"]) for line in lines(folder / "questions.jsonl")]
    assert asked == [
        (f"{KEYS[0]}/caption", "caption"),
        (f"{KEYS[0]}/0", "conversation"),
        (f"{KEYS[0]}/1", "conversation"),
        (f"{KEYS[1]}/caption", "caption"),
    ]
    assert all((folder / one.image).read_bytes()[:2] == b"\xff\xd8" for one in test_set)


def test_all_turns_are_asked_where_they_stand_alone(records, tmp_path: Path):
    pictures = Path(__file__).parents[1] / "assets" / "portraits"
    options = ["--records", str(records), "--pictures", str(pictures), "--out", str(tmp_path / "all")]
    assert main(["testset", *options, "--all-turns", "--count", "3"]) == 0
    questions = [pair.question for pair in read_test_set(tmp_path / "all")[0].pairs]
    assert questions == ["Hair?", "And the eyes?", "Is he happy?"]
    assert main(["testset", *options, "--count", "1"]) == 0
    assert len(read_test_set(tmp_path / "all")) == 1


def test_pictures_that_are_not_there_are_missed(records, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    records.write_text(records.read_text().replace("000020-00", "999999-00"))
    pictures = Path(__file__).parents[1] / "assets" / "portraits"
    options = ["--records", str(records), "--pictures", str(pictures), "--out", str(tmp_path / "out")]
    assert main(["testset", *options]) == 1
    assert "lacks 1 pictures" in capsys.readouterr().err


def test_outputs_are_read_by_name_by_prompt_and_in_llavas_form(test_set, tmp_path: Path):
    folder = tmp_path / "model"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / f"{KEYS[0]}.png").write_bytes(b"p")
    (folder / "pictures" / "somebody.png").write_bytes(b"p")
    answers = [
        {"question_id": f"{KEYS[0]}/caption", "prompt": "…", "text": "Black hair.", "model_id": "m"},
        {"question_id": "of another set", "text": "x"},
    ]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in answers))
    found = read_collected(folder, test_set)
    assert found.pictures == {KEYS[0]: folder / "pictures" / f"{KEYS[0]}.png"}
    assert found.answers == {f"{KEYS[0]}/caption": "Black hair."}
    (folder / "0.png").write_bytes(b"p")
    # As this project's own command line writes it; of prompts that were refused it has no picture.
    (folder / "pictures.jsonl").write_text(
        '{"file": "0.png", "prompt": "an old man", "seed": 1}\n'
        '{"file": "1.png", "prompt": "A woman.", "error": {"code": "c", "message": "m"}}\n'
    )
    assert read_collected(folder, test_set).pictures == {KEYS[2]: folder / "0.png"}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("answers.jsonl", '{"question_id": "a"}', "line 1 is not"),
        ("answers.jsonl", '{"question_id": "a", "text": "x"}\n{"question_id": "a", "text": "y"}', "answered twice"),
        ("answers.jsonl", "no JSON", "line 1 is no JSON"),
        ("pictures.jsonl", '{"key": "000000-00", "image": "gone.png"}', "does not exist"),
        ("pictures.jsonl", '{"image": "gone.png"}', "line 1 is not"),
        ("answers.jsonl", '{"question_id": "a", "text": "x"}', "neither pictures"),
    ],
)
def test_outputs_that_cannot_be_read_are_refused(test_set, tmp_path: Path, name: str, text: str, complaint: str):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / name).write_text(text)
    with pytest.raises(ValueError, match=complaint):
        read_collected(tmp_path / "model", test_set)
