"""The options of `annotate`."""

import argparse
import re
from pathlib import Path

from unif2ace_training.annotation.prompt_set import BUILT_IN
from unif2ace_training.commands.asking_options import add_endpoint, add_limits


def annotate_parser() -> argparse.ArgumentParser:
    """What `annotate` takes."""
    parser = argparse.ArgumentParser(
        prog="unif2ace_training annotate",
        description="Ask an endpoint that speaks OpenAI's chat completions for captions, attributes, questions and "
        "answers about pictures. What was answered is never asked again: the same command goes on where it was "
        "stopped or killed. docs/dataset.md has the arithmetic. Needs the `annotate` extra.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `gather` or `render` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the ledger and the annotations")
    parser.add_argument("--model", required=True, help="name of the model at the endpoint")
    parser.add_argument(
        "--prompts", default="paper", help=f"{' or '.join(BUILT_IN)}, or a folder of prompts (%(default)s)"
    )
    parser.add_argument(
        "--attributes", type=Path, metavar="JSONL", help='attributes of pictures: {"key": …, "attributes": {…}} a line'
    )
    parser.add_argument(
        "--part", type=_part, default=(0, 1), metavar="I/N", help="only every N-th shard, from the I-th (0/1: all)"
    )
    add_endpoint(parser)
    add_limits(parser)
    _add_batch(parser)
    return parser


def _add_batch(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("batch files (OpenAI's)")
    group.add_argument("--write-batch", type=Path, metavar="JSONL", help="write the questions that can be asked now")
    group.add_argument("--read-batch", type=Path, action="append", metavar="JSONL", help="take results; repeatable")
    group.add_argument("--forget-batch", action="store_true", help="ask anew what batch files have no result of")


def _part(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or int(match[1]) >= int(match[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a part such as 0/4 or 3/4")
    return int(match[1]), int(match[2])
