"""`collect`: let a served model draw the prompts and answer the questions of a test set."""

import argparse
import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

from unif2ace_training.annotation.endpoint import Endpoint
from unif2ace_training.commands.asking_options import (
    add_endpoint,
    add_limits,
    endpoint_of,
    limits_of,
    pace_of,
    prices_of,
)
from unif2ace_training.common.artifacts import write_json
from unif2ace_training.comparison.asking import INTERRUPTED, Interrupted, Terms, ask_all, plan_all
from unif2ace_training.comparison.collecting import Collection, Collector
from unif2ace_training.comparison.test_set import read_test_set

REPORT_FILE = "collect.json"


def main(argv: list[str]) -> int:
    """Ask, or plan."""
    arguments = _parser().parse_args(argv)
    if not arguments.plan and not arguments.endpoint:
        raise ValueError("say who shall draw and answer: --endpoint URL; or what it would cost: --plan")
    collection = Collection(
        model=arguments.model, draws=arguments.only != "answers", talks=arguments.only != "pictures",
        seed=arguments.seed, picture_options=dict(arguments.picture_option), answer_tokens=arguments.answer_tokens,
    )  # fmt: skip
    collector = Collector(read_test_set(arguments.test), arguments.test, arguments.out, collection)
    terms = Terms(pace=pace_of(arguments), prices=prices_of(arguments), limits=limits_of(arguments))
    if arguments.plan:
        print("\n".join(asyncio.run(plan_all(arguments.out, terms, collector.jobs, "plan"))))
        return 0
    try:
        spent = asyncio.run(_ask(arguments, collector, terms))
    except Interrupted:
        print("stopped; the same command goes on from there", flush=True)
        return INTERRUPTED
    if collection.talks:
        collector.write_answers()
    made = {"pictures": collector.drawn, "answers": len(collector.answers), "failures": collector.failures}
    write_json(arguments.out / REPORT_FILE, {"command": "collect", "model": arguments.model, **made, "spent": spent})
    print(f"{collector.drawn} pictures, {len(collector.answers)} answers, {len(collector.failures)} failures; "
          f"{spent['sent']} sent, cost {spent['cost']:g}", flush=True)  # fmt: skip
    if collector.failures:
        (reason, count), *_ = Counter(collector.failures.values()).most_common(1)
        raise ValueError(f"{len(collector.failures)} failed, {count} of them so: {reason}")
    return 0


async def _ask(arguments: argparse.Namespace, collector: Collector, terms: Terms) -> dict[str, Any]:
    async with Endpoint(endpoint_of(arguments)) as endpoint:
        return await ask_all(arguments.out, endpoint, terms, collector.jobs, "collected")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training collect",
        description="Let a model behind an endpoint that speaks OpenAI's protocol draw the prompts and answer the "
        "questions of a test set, into the folder that `compare` reads. Goes on where it was stopped or killed; "
        "nothing is paid twice.",
    )
    parser.add_argument("--test", type=Path, required=True, help="folder that `testset` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures, answers and the ledger")
    parser.add_argument("--model", required=True, help="name of the model at the endpoint")
    parser.add_argument("--only", choices=("pictures", "answers"), help="one of both")
    parser.add_argument("--seed", type=int, help="pictures get seeds made of this one and their keys (none is sent)")
    parser.add_argument(
        "--picture-option", type=_option, action="append", default=[], metavar="NAME=JSON",
        help="a further field of image generations, such as num_inference_steps=16; repeatable",
    )  # fmt: skip
    parser.add_argument("--answer-tokens", type=int, default=256, help="longest answer (%(default)s)")
    add_endpoint(parser)
    add_limits(parser)
    return parser


def _option(text: str) -> tuple[str, Any]:
    name, is_there, value = text.partition("=")
    if not name or not is_there:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=JSON, such as num_inference_steps=16")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value  # a word needs no quotes
