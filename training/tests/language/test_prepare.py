"""`prepare` as a person runs it, over the twenty rendered persons of the assets."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from unif2ace_training.__main__ import main
from unif2ace_training.config.presets import preset
from unif2ace_training.data.records import KINDS, read_records
from unif2ace_training.data.sequences import QUESTION_TEMPLATE, Sequences, load_tokenizer
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.shard_labels import read_labels
from unif2ace_training.text_tokenizer.train import train_text_tokenizer

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    assert main(["prepare", "--pictures", str(PORTRAITS), "--out", str(folder)]) == 0
    return folder


def records_of(folder: Path, split: str):
    return list(read_records(folder / f"records-{split}.jsonl"))


def test_persons_are_split_by_identity(prepared):
    identity_of = {picture.key: picture.labels.identity for picture in read_labels(PORTRAITS)}
    for split in ("train", "held-out"):
        found = records_of(prepared, split)
        assert found
        assert {is_held_out(identity_of[record.picture]) for record in found} == {split == "held-out"}
    written = {record.picture for split in ("train", "held-out") for record in records_of(prepared, split)}
    assert written == identity_of.keys()


def test_everything_fits_the_small_model(prepared):
    meta = json.loads((prepared / "meta.json").read_text(encoding="utf-8"))
    assert meta["too_long"] == {split: dict.fromkeys(KINDS, 0) for split in ("train", "held-out")}
    sequences, capacity = Sequences(load_tokenizer(prepared), preset("small")), preset("small").prompt_capacity
    prompts = [record for record in records_of(prepared, "train") if record.kind in ("prompt", "caption")]
    assert max(len(sequences.generate_prefix(record.description)) for record in prompts) <= capacity


def test_texts_come_back_from_their_ids(prepared):
    sequences = Sequences(load_tokenizer(prepared), preset("small"))
    for record in records_of(prepared, "held-out")[:50]:
        ids = sequences.generate_prefix(record.description)
        assert sequences.decode(ids[2:-1]) == record.description


def test_the_same_command_writes_the_same_files_again(prepared, tmp_path):
    assert main(["prepare", "--pictures", str(PORTRAITS), "--out", str(tmp_path)]) == 0
    for name in ("records-train.jsonl", "records-held-out.jsonl", "tokenizer.json", "meta.json"):
        assert (tmp_path / name).read_bytes() == (prepared / name).read_bytes()


def test_lines_say_which_wording_and_topics_they_have(prepared):
    lines = (prepared / "records-held-out.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert {record["wording"] for record in records} == {"trained", "held-out"}
    for record in records:
        if record["kind"] in ("conversation", "reasoning"):
            assert len(record["topics"]) * 2 == len(record["conversations"])


def test_examples_are_printed_and_nothing_is_written(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["prepare", "--pictures", str(PORTRAITS), "--examples", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("portraits-00000.tar#") == 2
    assert all(f"  {kind}: " in printed for kind in KINDS)
    assert list(tmp_path.iterdir()) == []


def test_a_given_tokenizer_is_taken(tmp_path):
    given = Tokenizer(models.BPE())
    given.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(special_tokens=["<|endoftext|>"], initial_alphabet=alphabet, show_progress=False)
    given.train_from_iterator(["a man"], trainer)
    given.save(str(tmp_path / "given.json"))
    options = ["--pictures", str(PORTRAITS), "--out", str(tmp_path / "out"), "--preset", "paper"]
    assert main(["prepare", *options, "--tokenizer-file", str(tmp_path / "given.json")]) == 0
    assert load_tokenizer(tmp_path / "out").get_vocab_size() == given.get_vocab_size()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--out DIR"),
        (["--out", "x", "--vocabulary", "100"], "at least 258"),
        (["--out", "x", "--tokenizer-file", "none.json"], "none.json does not exist"),
    ],
)
def test_mistakes_are_named_before_anything_is_written(options, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["prepare", "--pictures", str(PORTRAITS), *options]) == 1
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_shards_is_named(tmp_path, capsys):
    assert main(["prepare", "--pictures", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "holds no portraits-*.tar" in capsys.readouterr().err


def test_the_words_of_the_template_are_one_token_each(prepared):
    tokens = load_tokenizer(prepared).encode(QUESTION_TEMPLATE.format(question="Is it a man?")).tokens
    assert {"USER", "ĠASSISTANT"} <= set(tokens)


def test_a_given_tokenizer_gets_the_words_of_the_template_after_its_own(prepared, tmp_path):
    given = train_text_tokenizer(["Is it a man? Yes."], 300)
    given.save(str(tmp_path / "given.json"))
    command = ["prepare", "--pictures", str(PORTRAITS), "--tokenizer-file", str(tmp_path / "given.json")]
    assert main([*command, "--out", str(tmp_path / "plain")]) == 0
    assert main([*command, "--template-words", "--out", str(tmp_path / "longer")]) == 0
    plain, longer = load_tokenizer(tmp_path / "plain"), load_tokenizer(tmp_path / "longer")
    assert plain.get_vocab() == given.get_vocab()
    assert given.get_vocab().items() < longer.get_vocab().items()
    assert {"USER", "ĠASSISTANT"} <= set(longer.encode(QUESTION_TEMPLATE.format(question="Is it?")).tokens)


def test_template_words_without_a_tokenizer_are_a_mistake(tmp_path, capsys):
    assert main(["prepare", "--pictures", str(PORTRAITS), "--template-words", "--out", str(tmp_path)]) != 0
    assert "--tokenizer-file" in capsys.readouterr().err
