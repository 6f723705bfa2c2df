"""`attributes`: what trained heads are sure of in pictures whose source does not say it."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from unif2ace_training.annotation.pictures import Picture, read_pictures
from unif2ace_training.attribute_heads.examples import batches, visible
from unif2ace_training.attribute_heads.folder import load_heads
from unif2ace_training.attribute_heads.prediction import Said, attributes_of, predict
from unif2ace_training.attribute_heads.vector_store import opened
from unif2ace_training.attribute_heads.vectors import open_encoders
from unif2ace_training.common.artifacts import atomic_path, write_json
from unif2ace_training.common.progress import Progress

ATTRIBUTES_FILE, REPORT_FILE = "attributes.jsonl", "report.json"
_BATCH = 64


def main(argv: list[str]) -> int:
    """Write the folder --out."""
    arguments = _parser().parse_args(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    trained, encoders = load_heads(arguments.heads), open_encoders(arguments.encoders)
    if trained.encoders != encoders.digests:
        raise ValueError(f"the heads of {arguments.heads} read vectors of other encoders than those of "
                         f"{arguments.encoders}; take those, or train heads on these")  # fmt: skip
    tally = Tally()
    with (
        atomic_path(arguments.out / ATTRIBUTES_FILE) as partial,
        partial.open("w", encoding="utf-8") as lines,
        Progress("pictures", None) as progress,
    ):
        for batch in batches(read_pictures(arguments.pictures), _BATCH):
            vectors, found = encoders.vectors([opened(picture.jpeg) for picture in batch])
            all_said = predict(trained, vectors, arguments.least_probability)
            for picture, said, is_found in zip(batch, all_said, found, strict=True):
                new = {name: one for name, one in said.items() if is_found and name not in picture.attributes}
                tally.add(picture, new, is_found=bool(is_found))
                if new:
                    lines.write(_line(picture, new))
            progress.advance(len(batch))
    report = {"command": "attributes", "least_probability": arguments.least_probability} | tally.report()
    write_json(arguments.out / REPORT_FILE, report)
    print(f"{tally.pictures} pictures, {tally.without_face} without a face that the encoders find; "
          f"{tally.said.total()} values said ({report['values_a_picture']} a picture)")  # fmt: skip
    if "against_truth" in report:
        print(f"against the truth: {report['against_truth']['all']:.1%} right")
    return 0


class Tally:
    """Counts what was said, and what of it is true of rendered portraits."""

    def __init__(self) -> None:
        self.pictures = self.without_face = 0
        self.said: Counter[str] = Counter()
        self._compared: Counter[str] = Counter()
        self._right: Counter[str] = Counter()

    def add(self, picture: Picture, said: dict[str, Said], *, is_found: bool) -> None:
        """One picture."""
        self.pictures += 1
        self.without_face += not is_found
        self.said.update(list(said))
        if picture.truth is not None:
            truth = visible(picture.truth)
            for name, one in said.items():
                if name in truth:
                    self._compared[name] += 1
                    self._right[name] += one.value == truth[name]

    def report(self) -> dict[str, Any]:
        """For report.json; `against_truth` has the share that is right, where the truth is known."""
        counts = {
            "pictures": self.pictures,
            "without_face": self.without_face,
            "values_a_picture": round(self.said.total() / max(1, self.pictures), 2),
            "said": dict(self.said.most_common()),
        }
        if not self._compared:
            return counts
        shares = {name: round(self._right[name] / count, 4) for name, count in sorted(self._compared.items())}
        return counts | {"against_truth": {"all": round(self._right.total() / self._compared.total(), 4)} | shares}


def _line(picture: Picture, said: dict[str, Said]) -> str:
    probabilities = {name: round(one.probability, 4) for name, one in said.items()}
    entry = {"key": picture.key, "attributes": attributes_of(said), "probabilities": probabilities}
    return json.dumps(entry, ensure_ascii=False) + "\n"


def _probability(text: str) -> float:
    try:
        probability = float(text)
    except ValueError:
        probability = -1.0
    if not 0 <= probability <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a probability between 0 and 1")
    return probability


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training attributes",
        description="Say by trained heads what pictures show, where their source does not say it: a line a picture in "
        f"{ATTRIBUTES_FILE}, which `annotate --attributes` reads.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `gather` or `render` wrote")
    parser.add_argument("--heads", type=Path, required=True, metavar="DIR", help="folder that `heads` wrote")
    parser.add_argument(
        "--encoders", type=Path, required=True, metavar="DIR", help="the encoders that the heads were trained on"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the attributes")
    parser.add_argument(
        "--least-probability", type=_probability, default=0.8, metavar="P",
        help="calibrated probability from which a value is said (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    return parser
