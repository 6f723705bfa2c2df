import json
from pathlib import Path

import pytest

from unif2ace_training.data.records import read_records


def write(path: Path, **changes: object) -> Path:
    record = {
        "id": "7",
        "image": "portraits-00003.tar#000012-03.jpg",
        "mirrored": True,
        "kind": "caption",
        "conversations": [
            {"from": "human", "value": "<image>\nDescribe this face."},
            {"from": "gpt", "value": "A man."},
        ],
    }
    path.write_text(json.dumps({**record, **changes}) + "\n", encoding="utf-8")
    return path


def test_a_record_names_its_picture_without_shard_and_suffix(tmp_path: Path):
    (record,) = read_records(write(tmp_path / "records.jsonl"))
    assert (record.picture, record.mirrored) == ("000012-03", True)
    (record,) = read_records(write(tmp_path / "records.jsonl", image="mine/anna.png"))
    assert record.picture == "anna"


def test_the_mark_of_the_picture_is_not_text(tmp_path: Path):
    (record,) = read_records(write(tmp_path / "records.jsonl"))
    assert record.turns[0].question == "Describe this face."


def test_a_caption_asks_for_its_picture_by_its_answer_and_a_prompt_by_its_question(tmp_path: Path):
    (caption,) = read_records(write(tmp_path / "records.jsonl"))
    assert caption.description == "A man."
    turns = [{"from": "human", "value": "a man please"}, {"from": "gpt", "value": "<image>"}]
    (prompt,) = read_records(write(tmp_path / "records.jsonl", kind="prompt", conversations=turns))
    assert prompt.description == "a man please"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "poem"},
        {"conversations": []},
        {"conversations": [{"from": "gpt", "value": "A man."}, {"from": "human", "value": "Who?"}]},
        {"conversations": [{"from": "human", "value": "Who?"}]},
    ],
)
def test_a_line_that_is_no_record_is_refused_with_its_number(tmp_path: Path, changes: dict[str, object]):
    with pytest.raises(ValueError, match="line 1 is not a LLaVA record"):
        list(read_records(write(tmp_path / "records.jsonl", **changes)))


def test_a_missing_file_names_the_command_that_writes_it(tmp_path: Path):
    with pytest.raises(ValueError, match="`prepare` writes it"):
        list(read_records(tmp_path / "records.jsonl"))
