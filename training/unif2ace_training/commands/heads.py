"""`heads`: attribute heads on [face embedding; CLIP embedding], trained where attributes are known."""

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from unif2ace_training import __version__
from unif2ace_training.annotation.pictures import read_attributes, read_pictures
from unif2ace_training.attribute_heads.calibration import calibrate
from unif2ace_training.attribute_heads.drawing import CONFUSION_FILE, RELIABILITY_FILE, draw_confusion, draw_reliability
from unif2ace_training.attribute_heads.examples import Examples, Part, read_examples
from unif2ace_training.attribute_heads.fitting import FitSettings, fit_heads
from unif2ace_training.attribute_heads.folder import TrainedHeads, save_heads
from unif2ace_training.attribute_heads.heads import GROUPS, Group, Head, Value, heads_of
from unif2ace_training.attribute_heads.judgement import HeadFigures, figures_to_dict, judge
from unif2ace_training.attribute_heads.network import AttributeNetwork
from unif2ace_training.attribute_heads.selection import PAPER_ACCURACIES, Verdict, selected_values
from unif2ace_training.attribute_heads.vector_store import VECTORS_FILE, VectorStore
from unif2ace_training.attribute_heads.vectors import open_encoders
from unif2ace_training.common.artifacts import write_json
from unif2ace_training.encoders.report import rounded

REPORT_FILE = "report.json"
# A value is judged on half as many pictures as it needs to be taught.
_JUDGED_SHARE = 2


def main(argv: list[str]) -> int:
    """Embed, train, calibrate, select, measure."""
    arguments = _parser().parse_args(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    encoders = open_encoders(arguments.encoders)
    labels = {} if arguments.labels is None else read_attributes(arguments.labels)
    with VectorStore(encoders, arguments.out / VECTORS_FILE) as store:
        examples, counts = read_examples(read_pictures(arguments.pictures), store, labels)
    fitted = examples.rows("fit").tolist()
    heads, left_out = heads_of((examples.known[row][0] for row in fitted), arguments.least_examples)
    settings = FitSettings(hidden=arguments.hidden, epochs=arguments.epochs, seed=arguments.seed)
    network = fit_heads(examples, heads, settings)
    calibrate(network, *_part(examples, heads, "calibrate"))
    least: dict[Group, float] = {group: getattr(arguments, f"least_{group}") for group in GROUPS}
    verdicts = _verdicts(network, heads, examples, least, arguments.least_examples // _JUDGED_SHARE)
    selected = {name: [value for value, one in of.items() if one == "selected"] for name, of in verdicts.items()}
    figures = judge(network, heads, selected, *_part(examples, heads, "held-out"))
    save_heads(arguments.out, TrainedHeads(heads, network, selected, encoders.digests), settings.hidden)
    report = {
        "command": "heads",
        "version": __version__,
        "settings": asdict(settings) | {"least_accuracy": least, "least_examples": arguments.least_examples},
        "pictures": {part: len(examples.rows(part)) for part in ("fit", "calibrate", "held-out")} | counts,
        "selected": _selected_counts(heads, verdicts),
        "not_taught": left_out,
        "said": _said(figures),
        "heads": {head.name: _head_report(head, verdicts, network, heads, figures) for head in heads},
    }
    write_json(arguments.out / REPORT_FILE, rounded(report))
    draw_confusion(arguments.out / CONFUSION_FILE, heads, figures)
    draw_reliability(arguments.out / RELIABILITY_FILE, heads, figures)
    _print_report(report, heads, verdicts, figures)
    return 0


def _part(examples: Examples, heads: list[Head], part: Part) -> tuple[Tensor, Tensor]:
    """Vectors [n, D] and targets [n, H] of the pictures as they are, not of their mirror images."""
    rows = examples.rows(part)
    if not len(rows):
        raise ValueError(f"no picture is left for the part {part!r}: its persons are a share of all; add persons")
    vectors = torch.from_numpy(examples.vectors_n2D[rows, 0].astype(np.float32))
    return vectors, torch.from_numpy(examples.targets(heads)[rows, 0])


def _verdicts(
    network: AttributeNetwork, heads: list[Head], examples: Examples, least: dict[Group, float], least_pictures: int
) -> dict[str, dict[Value, Verdict]]:
    vectors, targets = _part(examples, heads, "calibrate")
    predicted = torch.stack([one.argmax(dim=1) for one in network.probabilities(vectors)], dim=1)
    return selected_values(heads, predicted.numpy(), targets.numpy(), least, least_pictures)


def _selected_counts(heads: list[Head], verdicts: dict[str, dict[Value, Verdict]]) -> dict[str, dict[str, int]]:
    """What became of the questions, by group."""
    return {
        group: dict(Counter(one for head in heads if head.group == group for one in verdicts[head.name].values()))
        for group in GROUPS
    }


def _said(figures: dict[str, HeadFigures]) -> dict[str, dict[str, float]]:
    """Over all heads: values a picture that would be said from each probability, and the share that is right."""
    totals: dict[str, dict[str, float]] = {}
    for least in next(iter(figures.values())).said if figures else ():
        said = sum(one.said[least]["share"] * one.pictures for one in figures.values())
        right = sum(one.said[least]["share"] * one.said[least]["right"] * one.pictures for one in figures.values())
        pictures = max(one.pictures for one in figures.values())
        totals[least] = {"values_a_picture": said / pictures, "right": right / max(said, 1)}
    return totals


def _head_report(
    head: Head,
    verdicts: dict[str, dict[Value, Verdict]],
    network: AttributeNetwork,
    heads: list[Head],
    figures: dict[str, HeadFigures],
) -> dict[str, Any]:
    report = head.to_dict() | {
        "temperature": float(network.temperature_H[heads.index(head)]),
        "verdicts": {str(value): one for value, one in verdicts[head.name].items()},
    }
    return report | (figures_to_dict(figures[head.name]) if head.name in figures else {"pictures": 0})


def _print_report(
    report: dict[str, Any],
    heads: list[Head],
    verdicts: dict[str, dict[Value, Verdict]],
    figures: dict[str, HeadFigures],
) -> None:
    pictures = report["pictures"]
    print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in pictures.items()))
    for head in heads:
        if head.name in figures:
            one, taken = figures[head.name], [str(v) for v, w in verdicts[head.name].items() if w == "selected"]
            print(f"{head.group:<10} {head.name:<20} {one.accuracy:6.1%} (always the commonest: {one.commonest:.1%}); "
                  f"selected {len(taken)} of {len(head.questions)}")  # fmt: skip
    for group, counts in report["selected"].items():
        print(f"{group}: " + (", ".join(f"{count} {what}" for what, count in counts.items()) or "no heads"))
    for least, said in report["said"].items():
        print(f"from probability {least}: {said['values_a_picture']:.1f} values a picture, {said['right']:.1%} right")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share between 0 and 1")
    return share


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training heads",
        description="Train attribute heads on face and CLIP embeddings of pictures whose attributes are known: "
        "CelebV-HQ as `gather` leaves it, rendered portraits, or those of --labels. Persons are split in three: some "
        "to learn from, some to calibrate and select on, some (every twentieth) to measure on. Needs the `annotate` "
        "extra.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `gather` or `render` wrote")
    parser.add_argument(
        "--encoders", type=Path, required=True, metavar="DIR", help="folder that `encoders` wrote, or a model folder"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the heads")
    parser.add_argument(
        "--labels", type=Path, metavar="JSONL", help='more attributes: {"key": …, "attributes": {…}} a line'
    )
    for group, least in PAPER_ACCURACIES.items():
        parser.add_argument(
            f"--least-{group}", type=_share, default=least, metavar="SHARE",
            help=f"accuracy from which an {group} is selected (%(default)s, the paper's)",
        )  # fmt: skip
    parser.add_argument(
        "--least-examples",
        type=_count,
        default=20,
        help="pictures that a value needs to be taught, and half as many to be judged (%(default)s)",
    )
    parser.add_argument("--hidden", type=_count, default=256, help="width of the shared layer; 0: none (%(default)s)")
    parser.add_argument("--epochs", type=_count, default=12, help="times that every picture is seen (%(default)s)")
    parser.add_argument("--seed", type=_count, default=0, help="seed of weights and order (%(default)s)")
    parser.add_argument("--threads", type=_count, help="threads of PyTorch")
    return parser
