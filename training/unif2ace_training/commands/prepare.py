"""`prepare`: captions, prompts, questions and answers from the portraits' labels, and the text tokenizer."""

import argparse
import itertools
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from unif2ace_training.common.artifacts import atomic_path, write_json
from unif2ace_training.common.progress import track
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.records import KINDS, Record, read_records
from unif2ace_training.data.sequences import (
    ANSWER_TEMPLATE,
    QUESTION_TEMPLATE,
    TEMPLATE_WORDS,
    TOKENIZER_FILE,
    Sequences,
)
from unif2ace_training.language.writer import PICTURE_MARK, RecordLine, line_of, write_records
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.shard_labels import LabelledKey, read_labels
from unif2ace_training.text_tokenizer.given import given_text_tokenizer
from unif2ace_training.text_tokenizer.train import check_vocabulary, train_text_tokenizer
from unif2ace_training.text_tokenizer.whole_words import with_whole_words

_META_FILE = "meta.json"
_SPLITS = ("train", "held-out")


def main(argv: list[str]) -> int:
    """Write the folder --out, or print --examples."""
    arguments = _parser().parse_args(argv)
    if (arguments.pictures is None) == (arguments.records is None):
        raise ValueError("say what the texts are made from: --pictures DIR, or --records DIR that `assemble` wrote")
    if arguments.examples:
        if arguments.pictures is None:
            raise ValueError("--examples N shows what would be written about --pictures DIR")
        _print_examples(arguments.pictures, arguments.examples, arguments.seed)
        return 0
    if arguments.out is None:
        raise ValueError("say where to write with --out DIR, or look at texts with --examples N")
    # What is wrong with the command shall be said before the texts are written, which takes a minute.
    check_vocabulary(arguments.vocabulary)
    given = _given_tokenizer(arguments.tokenizer_file, template_words=arguments.template_words)
    paths = {split: arguments.out / f"records-{split}.jsonl" for split in _SPLITS}
    if arguments.records:
        counts = _take_splits(arguments.records, paths)
    else:
        counts = _write_splits(arguments.pictures, paths, arguments.seed)
    tokenizer = given or train_text_tokenizer(_texts(paths["train"]), arguments.vocabulary)
    with atomic_path(arguments.out / TOKENIZER_FILE) as partial:
        tokenizer.save(str(partial), pretty=False)
    sizes = preset(arguments.preset)
    too_long = {split: _too_long(path, tokenizer, sizes) for split, path in paths.items()}
    report = {
        "command": "prepare",
        "settings": {"seed": arguments.seed, "preset": arguments.preset},
        "vocabulary": tokenizer.get_vocab_size(),
        "records": {split: dict(counts[split]) for split in _SPLITS},
        "too_long": {split: dict(too_long[split]) for split in _SPLITS},
    }
    write_json(arguments.out / _META_FILE, report)
    _print_report(report)
    return 0


def _given_tokenizer(path: Path | None, *, template_words: bool) -> Tokenizer | None:
    if path is None:
        if template_words:
            raise ValueError("--template-words is for a --tokenizer-file; a tokenizer that is trained here has them")
        return None
    given = given_text_tokenizer(path)
    return with_whole_words(given, TEMPLATE_WORDS) if template_words else given


def _write_splits(pictures: Path, paths: dict[str, Path], seed: int) -> dict[str, Counter[str]]:
    """Both record files in one pass; returns how many records of each kind."""
    counts = {split: Counter[str]() for split in _SPLITS}
    with ExitStack() as files:
        partial = {split: files.enter_context(atomic_path(path)) for split, path in paths.items()}
        lines = {split: files.enter_context(path.open("w", encoding="utf-8")) for split, path in partial.items()}
        for picture in read_labels(pictures):
            split = "held-out" if is_held_out(picture.labels.identity) else "train"
            for record in _records(picture, seed):
                counts[split][record["kind"]] += 1
                lines[split].write(line_of(record))
    return counts


def _take_splits(folder: Path, paths: dict[str, Path]) -> dict[str, Counter[str]]:
    """The record files of `assemble` as they are, every line checked; returns how many records of each kind."""
    counts = {split: Counter(record.kind for record in read_records(folder / paths[split].name)) for split in _SPLITS}
    for split, path in paths.items():
        if not counts[split]:
            raise ValueError(
                f"{folder / path.name} has no records; a model needs some to learn and some to be measured"
            )
    for path in paths.values():
        with atomic_path(path) as partial:
            shutil.copyfile(folder / path.name, partial)
    return counts


def _records(picture: LabelledKey, seed: int) -> Iterator[RecordLine]:
    wording = "held-out" if is_held_out(picture.labels.identity) else "trained"
    return write_records(picture.key, picture.image, picture.labels, seed=seed, wording=wording)


def _texts(path: Path) -> Iterator[str]:
    """Every piece of text as it is tokenised: with the words of the template, answers with their blank."""
    for record in read_records(path):
        if record.kind == "prompt":
            yield record.description
            continue
        for turn in record.turns:
            yield QUESTION_TEMPLATE.format(question=turn.question)
            yield ANSWER_TEMPLATE.format(answer=turn.answer)


def _too_long(path: Path, tokenizer: Tokenizer, config: ModelConfig) -> Counter[str]:
    """How many texts of each kind the preset has no room for; a caption that is too long as a prompt counts as one."""
    sequences = Sequences(tokenizer, config)
    text_capacity = config.slot_capacity - config.picture_prefix_length
    counts: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    for record in track(read_records(path), f"lengths of {path.stem}"):
        counts[record.kind] += not _fits(record, sequences, config.prompt_capacity, text_capacity)
    return counts


def _fits(record: Record, sequences: Sequences, prompt_capacity: int, text_capacity: int) -> bool:
    if record.kind in ("prompt", "caption") and len(sequences.generate_prefix(record.description)) > prompt_capacity:
        return False
    return record.kind == "prompt" or len(sequences.conversation(record.turns)[0]) <= text_capacity


def _print_examples(pictures: Path, count: int, seed: int) -> None:
    """Texts of the first pictures, as they are written."""
    for picture in itertools.islice(read_labels(pictures), count):
        print(picture.image)
        for record in _records(picture, seed):
            if not record["mirrored"]:
                texts = " | ".join(message["value"] for message in record["conversations"])
                print(f"  {record['kind']}: {texts.replace(PICTURE_MARK, '').strip()}")


def _print_report(report: dict[str, Any]) -> None:
    print(f"vocabulary: {report['vocabulary']} tokens")
    for split in _SPLITS:
        counts, too_long = report["records"][split], report["too_long"][split]
        print(f"{split}: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
        print(f"{split}: {sum(too_long.values())} do not fit the preset: {too_long}")


def _count(text: str) -> int:
    """A number of pictures, for argparse."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pictures; give 1 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training prepare",
        description="Write captions, prompts, questions and answers from the labels of portraits, and the text "
        "tokenizer. Every twentieth person is held out. A few phrasings, marked `~` in language/phrasebook/, "
        'occur only in the held-out file, in records whose "wording" is "held-out": they measure whether a model '
        "understands wording that it was not trained on.",
    )
    parser.add_argument("--pictures", type=Path, help="folder that `render` wrote")
    parser.add_argument("--records", type=Path, metavar="DIR", help="take the records that `assemble` wrote instead")
    parser.add_argument("--out", type=Path, help="folder for records and tokenizer")
    parser.add_argument("--seed", type=int, default=0, help="seed of the texts (%(default)s)")
    parser.add_argument("--vocabulary", type=int, default=2048, help="most tokens of the tokenizer (%(default)s)")
    parser.add_argument(
        "--tokenizer-file", type=Path, help="a byte-level BPE tokenizer.json to take instead (Phi's, for preset paper)"
    )
    parser.add_argument(
        "--template-words",
        action="store_true",
        help="give that tokenizer tokens for USER and ASSISTANT, which stand in every turn, after those that it has: "
        "half as many tokens a question; `train --init-from` a run with the old one gives the model the new rows",
    )
    parser.add_argument(
        "--preset", choices=sorted(PRESETS), default="small", help="whose capacities count (%(default)s)"
    )
    parser.add_argument("--examples", type=_count, metavar="N", help="print the texts of the first N pictures and stop")
    return parser
