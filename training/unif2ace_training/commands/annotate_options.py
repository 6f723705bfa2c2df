"""The options of `annotate`."""

import argparse
import re
from pathlib import Path

from unif2ace_training.annotation.prompt_set import BUILT_IN


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
    _add_endpoint(parser)
    _add_limits(parser)
    _add_batch(parser)
    return parser


def _add_endpoint(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("endpoint")
    group.add_argument("--endpoint", metavar="URL", help="base address, such as http://127.0.0.1:8080/v1")
    group.add_argument(
        "--api-key-variable", default="OPENAI_API_KEY", help="environment variable that has the key (%(default)s)"
    )
    group.add_argument("--concurrency", type=_positive, default=8, help="questions at a time (%(default)s)")
    group.add_argument("--requests-per-minute", type=_rate, help="rate of questions")
    group.add_argument("--tokens-per-minute", type=_rate, help="rate of tokens, read and written")
    group.add_argument("--attempts", type=_positive, default=6, help="times a question is sent (%(default)s)")
    group.add_argument("--first-wait", type=_amount, default=1.0, help="seconds before the second time (%(default)s)")
    group.add_argument("--longest-wait", type=_amount, default=60.0, help="seconds at most (%(default)s)")
    group.add_argument("--timeout", type=_amount, default=120.0, help="seconds for one answer (%(default)s)")


def _add_limits(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("cost")
    group.add_argument("--plan", action="store_true", help="say what would be asked and cost, and stop")
    group.add_argument("--input-price", type=_amount, default=0.0, help="per million tokens read (%(default)s)")
    group.add_argument("--output-price", type=_amount, default=0.0, help="per million tokens written (%(default)s)")
    group.add_argument(
        "--picture-tokens", type=_positive, default=255, help="tokens of a picture, for estimates (%(default)s)"
    )
    group.add_argument("--max-requests", type=_positive, help="most questions of this folder, over all runs")
    group.add_argument("--max-tokens", type=_positive, help="most tokens of this folder, over all runs")
    group.add_argument("--max-cost", type=_amount, help="most money of this folder, over all runs")


def _add_batch(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("batch files (OpenAI's)")
    group.add_argument("--write-batch", type=Path, metavar="JSONL", help="write the questions that can be asked now")
    group.add_argument("--read-batch", type=Path, action="append", metavar="JSONL", help="take results; repeatable")
    group.add_argument("--forget-batch", action="store_true", help="ask anew what batch files have no result of")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0")
    return amount


def _rate(text: str) -> float:
    rate = _amount(text)
    if rate == 0:
        raise argparse.ArgumentTypeError("nothing is asked at a rate of 0; leave it out for no limit")
    return rate


def _part(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or int(match[1]) >= int(match[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a part such as 0/4 or 3/4")
    return int(match[1]), int(match[2])
