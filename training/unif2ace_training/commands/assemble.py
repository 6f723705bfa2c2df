"""`assemble`: validated records, shards, figures and a dataset card out of pictures and their annotations."""

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from unif2ace_training.annotation.against_truth import TruthComparison
from unif2ace_training.annotation.assembled import Counts, assemble, read_annotations
from unif2ace_training.annotation.dataset_card import CARD_FILE, dataset_card
from unif2ace_training.annotation.figures import FIGURE_FILE, draw_statistics
from unif2ace_training.annotation.run import ANNOTATIONS_FILE
from unif2ace_training.annotation.validators import Validator, ValidatorSettings, names_of
from unif2ace_training.common.artifacts import read_json, write_json, write_text

_REPORT_FILE = "report.json"


def main(argv: list[str]) -> int:
    """Write the folder --out."""
    arguments = _parser().parse_args(argv)
    names = names_of(arguments.names.read_text(encoding="utf-8").splitlines()) if arguments.names else ()
    settings = replace(
        ValidatorSettings(names=names),
        least_caption_words=arguments.least_caption_words,
        most_repeats=arguments.most_repeats,
    )
    annotations = read_annotations([folder / ANNOTATIONS_FILE for folder in arguments.annotations])
    counts, validator, truth = assemble(arguments.pictures, annotations, arguments.out, settings)
    report = _report(counts, validator, truth, arguments.annotations[0])
    write_json(arguments.out / _REPORT_FILE, report)
    draw_statistics(arguments.out / FIGURE_FILE, counts)
    write_text(arguments.out / CARD_FILE, dataset_card(arguments.name, report))
    _print_report(report)
    return 0


def _report(counts: Counts, validator: Validator, truth: TruthComparison, annotations: Path) -> dict[str, Any]:
    run = read_json(annotations / "run.json") if (annotations / "run.json").is_file() else {}
    return {
        "command": "assemble",
        "texts": {"model": run.get("model", "unknown"), "prompts": run.get("prompts", "unknown")},
        "pictures": {split: dict(sources) for split, sources in counts.pictures.items()},
        "records": {split: dict(kinds) for split, kinds in counts.records.items()},
        "without_annotation": counts.without_annotation,
        "without_caption": counts.without_caption,
        "caption_words": _lengths(counts.caption_words),
        "pairs_a_picture": _lengths(counts.pairs_a_picture),
        "pairs": dict(counts.pairs.most_common()),
        "attributes": dict(counts.attributes.most_common()),
        "licences": dict(counts.licences.most_common()),
        "rejected": validator.counts(),
        "against_truth": truth.report(),
    }


def _lengths(counts: Counter[int]) -> dict[str, float]:
    values = sorted(counts.elements())
    if not values:
        return {"mean": 0, "least": 0, "median": 0, "most": 0}
    mean = round(sum(values) / len(values), 2)
    return {"mean": mean, "least": values[0], "median": values[len(values) // 2], "most": values[-1]}


def _print_report(report: dict[str, Any]) -> None:
    for split, kinds in report["records"].items():
        pictures = sum(report["pictures"][split].values())
        print(
            f"{split}: {pictures} pictures, " + (", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "no records")
        )
    for what, reasons in report["rejected"].items():
        print(f"rejected {what}: " + ", ".join(f"{count} {reason}" for reason, count in reasons.items()))
    for what, shares in report["against_truth"].items():
        print(f"{what} against the truth: {shares['all']['right']:.1%} of {shares['all']['count']} right")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training assemble",
        description="Judge what `annotate` brought and write what passes as a data set: records for `prepare "
        "--records`, shards for WebDataset, statistics, figures, and a dataset card. Costs nothing and can be run "
        "again. Needs the `annotate` extra.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `gather` or `render` wrote")
    parser.add_argument(
        "--annotations", type=Path, action="append", required=True, help="folder that `annotate` wrote; repeatable"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the data set")
    parser.add_argument("--name", default="Faces with captions and questions", help="title of the card (%(default)s)")
    parser.add_argument("--names", type=Path, metavar="TXT", help="names that must not occur, a line each")
    parser.add_argument(
        "--least-caption-words", type=_count, default=8, help="shorter captions are left out (%(default)s)"
    )
    parser.add_argument(
        "--most-repeats", type=_count, default=20, help="pictures that may have the same caption (%(default)s)"
    )
    return parser
