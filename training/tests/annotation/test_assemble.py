"""`assemble` as a person runs it, and what reads its output."""

import json
from pathlib import Path

import pytest
import webdataset
from PIL import Image
from scripted_endpoint import serving

from unif2ace_training.__main__ import main
from unif2ace_training.data.records import read_records
from unif2ace_training.data.sequences import load_tokenizer
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.shard_labels import read_labels

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits"
SPLITS = ("train", "held-out")


@pytest.fixture(scope="module")
def annotated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("annotated")
    # The first portrait is said to have black hair: its texts say that it is brown.
    (folder / "given.jsonl").write_text('{"key": "000000-00", "attributes": {"hair_colour": "black"}}\n')
    options = ["--model", "m", "--attributes", str(folder / "given.jsonl")]
    with serving() as endpoint:
        command = ["annotate", "--pictures", str(PORTRAITS), "--out", str(folder), "--endpoint", endpoint.url]
        assert main([*command, *options]) == 0
    return folder


@pytest.fixture(scope="module")
def assembled(annotated, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("assembled")
    assert assemble(annotated, out) == 0
    return out


def assemble(annotated: Path, out: Path, *options: str) -> int:
    return main(
        ["assemble", "--pictures", str(PORTRAITS), "--annotations", str(annotated), "--out", str(out), *options]
    )


def report(out: Path) -> dict:
    return json.loads((out / "report.json").read_text())


def test_records_are_split_by_person(assembled):
    identity_of = {picture.key: picture.labels.identity for picture in read_labels(PORTRAITS)}
    pictures = {split: {r.picture for r in read_records(assembled / f"records-{split}.jsonl")} for split in SPLITS}
    assert len(pictures["train"]) + len(pictures["held-out"]) == 40
    for split in SPLITS:
        assert {is_held_out(identity_of[key]) for key in pictures[split]} == {split == "held-out"}


def test_records_are_llavas(assembled):
    for line in (assembled / "records-train.jsonl").read_text().splitlines():
        record = json.loads(line)
        assert record["licence"]
        turns = record["conversations"]
        assert turns[0]["value"].startswith("<image>\n")
        assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
    kinds = report(assembled)["records"]["train"]
    assert kinds.keys() == {"caption", "detail", "conversation", "reasoning"}


def test_what_contradicts_an_attribute_is_left_out_with_the_reason(assembled):
    rejected = [json.loads(line) for line in (assembled / "rejected.jsonl").read_text().splitlines()]
    assert {one["key"] for one in rejected} == {"000000-00"}
    assert {(one["what"], one["reason"], one["detail"]) for one in rejected} == {
        ("refined", "contradiction", "hair_colour"),
        ("caption", "contradiction", "hair_colour"),
        ("pair", "contradiction", "hair_colour"),
    }
    assert report(assembled)["without_caption"] == 1
    assert report(assembled)["rejected"] == {what: {"contradiction": 1} for what in ("caption", "pair", "refined")}


def test_the_shards_are_webdatasets(assembled):
    urls = sorted(str(path) for path in (assembled / "shards").glob("*.tar"))
    samples = list(webdataset.WebDataset(urls, shardshuffle=False).decode("pil"))
    assert len({sample["__key__"] for sample in samples}) == 40
    for sample in samples:
        assert isinstance(sample["jpg"], Image.Image)
        assert sample["json"]["records"][0]["kind"] in ("caption", "detail")


def test_figures_and_a_card_say_what_there_is(assembled):
    assert Image.open(assembled / "statistics.png").size == (1400, 1000)
    card = (assembled / "README.md").read_text()
    counts = report(assembled)
    assert f"| caption | {counts['records']['train']['caption']} | {counts['records']['held-out']['caption']} |" in card
    assert "- Apache-2.0: 40 pictures" in card
    assert "$" not in card


def test_prepare_takes_the_records(assembled, tmp_path):
    assert main(["prepare", "--records", str(assembled), "--out", str(tmp_path), "--vocabulary", "400"]) == 0
    for split in SPLITS:
        name = f"records-{split}.jsonl"
        assert (tmp_path / name).read_bytes() == (assembled / name).read_bytes()
    assert load_tokenizer(tmp_path).get_vocab_size() <= 400


@pytest.mark.parametrize("options", [[], ["--pictures", "a", "--records", "b"]])
def test_prepare_takes_one_or_the_other(options, tmp_path, capsys):
    assert main(["prepare", *options, "--out", str(tmp_path)]) == 1
    assert "--pictures DIR, or --records DIR" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "left_out"),
    [
        (["--least-caption-words", "99"], {"too short": 40}),
        (["--names", "names.txt"], {"leaked name": 40}),
    ],
)
def test_options_change_what_is_kept(annotated, tmp_path, monkeypatch, options, left_out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("calm adult\n")
    assert assemble(annotated, tmp_path / "out", *options) == 0
    assert report(tmp_path / "out")["rejected"]["caption"] == left_out


def test_annotations_that_are_missing_or_doubled_are_named(annotated, tmp_path, capsys):
    assert assemble(tmp_path, tmp_path / "out") == 1
    assert "`annotate` writes it" in capsys.readouterr().err
    assert assemble(annotated, tmp_path / "out", "--annotations", str(annotated)) == 1
    assert "was annotated twice" in capsys.readouterr().err
