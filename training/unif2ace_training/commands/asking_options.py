"""The options of commands that ask an endpoint, and what they mean."""

import argparse
import os

from unif2ace_training.annotation.budget import Limits, Prices
from unif2ace_training.annotation.endpoint import EndpointSettings
from unif2ace_training.annotation.online import Pace


def add_endpoint(parser: argparse.ArgumentParser) -> None:
    """Whom to ask, how fast and how patiently."""
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


def add_limits(parser: argparse.ArgumentParser) -> None:
    """What it may cost."""
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


def endpoint_of(arguments: argparse.Namespace) -> EndpointSettings:
    """Whom to ask."""
    return EndpointSettings(
        url=arguments.endpoint,
        api_key=os.environ.get(arguments.api_key_variable),
        timeout_seconds=arguments.timeout,
        connections=arguments.concurrency,
    )


def pace_of(arguments: argparse.Namespace) -> Pace:
    """How fast and how patiently."""
    return Pace(
        concurrency=arguments.concurrency,
        requests_per_minute=arguments.requests_per_minute,
        tokens_per_minute=arguments.tokens_per_minute,
        attempts=arguments.attempts,
        first_wait_seconds=arguments.first_wait,
        longest_wait_seconds=arguments.longest_wait,
        picture_tokens=arguments.picture_tokens,
    )


def prices_of(arguments: argparse.Namespace) -> Prices:
    """What tokens cost."""
    return Prices(input_tokens=arguments.input_price, output_tokens=arguments.output_price)


def limits_of(arguments: argparse.Namespace) -> Limits:
    """What may be spent."""
    return Limits(requests=arguments.max_requests, tokens=arguments.max_tokens, cost=arguments.max_cost)


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
