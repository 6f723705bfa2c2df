"""`annotate`: captions, questions and answers about pictures, by an endpoint that speaks OpenAI's chat completions."""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from unif2ace_training.annotation.batch_files import BatchAsker, read_results
from unif2ace_training.annotation.budget import Budget
from unif2ace_training.annotation.endpoint import Endpoint
from unif2ace_training.annotation.good_answer import Asker
from unif2ace_training.annotation.ledger import LEDGER_FILE, Ledger
from unif2ace_training.annotation.online import OnlineAsker
from unif2ace_training.annotation.pictures import Picture, read_attributes, read_pictures
from unif2ace_training.annotation.plan import PlanningAsker, plan_lines
from unif2ace_training.annotation.prompt_set import PromptSet, load_prompts
from unif2ace_training.annotation.run import ANNOTATIONS_FILE, Run
from unif2ace_training.commands.annotate_options import annotate_parser
from unif2ace_training.commands.asking_options import endpoint_of, limits_of, pace_of, prices_of
from unif2ace_training.common.artifacts import write_json
from unif2ace_training.common.progress import Progress

_INTERRUPTED = 143
_REPORT_FILE = "run.json"


def main(argv: list[str]) -> int:
    """Ask; or plan, or write or read batch files."""
    arguments = annotate_parser().parse_args(argv)
    prompts = load_prompts(arguments.prompts)
    if not (arguments.plan or arguments.read_batch or arguments.write_batch or arguments.endpoint):
        raise ValueError("say who shall be asked: --endpoint URL; or --plan, --write-batch FILE, --read-batch FILE")
    ledger = Ledger(arguments.out / LEDGER_FILE)
    try:
        return asyncio.run(_carry_out(arguments, prompts, ledger))
    finally:
        ledger.close()


async def _carry_out(arguments: argparse.Namespace, prompts: PromptSet, ledger: Ledger) -> int:
    for path in arguments.read_batch or ():
        results = asdict(read_results(path, ledger))
        print(f"{path.name}: " + ", ".join(f"{count} {name}" for name, count in results.items()), flush=True)
    if arguments.forget_batch:
        print(f"{ledger.forget_batched()} questions of batch files will be asked anew")
    if arguments.plan:
        return await _plan(arguments, prompts, ledger)
    if arguments.write_batch:
        return await _write_batch(arguments, prompts, ledger)
    if arguments.endpoint:
        return await _ask(arguments, prompts, ledger)
    return 0


async def _plan(arguments: argparse.Namespace, prompts: PromptSet, ledger: Ledger) -> int:
    asker = PlanningAsker(ledger, arguments.picture_tokens)
    run = await _walk(arguments, prompts, asker, None, asyncio.Event(), concurrency=1)
    print(f"{run.workers.finished} pictures")
    rates = arguments.requests_per_minute, arguments.tokens_per_minute
    print("\n".join(plan_lines(asker.stages, prices_of(arguments), rates)))
    return 0


async def _write_batch(arguments: argparse.Namespace, prompts: PromptSet, ledger: Ledger) -> int:
    asker = BatchAsker(ledger, arguments.picture_tokens)
    run = await _walk(arguments, prompts, asker, arguments.out / ANNOTATIONS_FILE, asyncio.Event(), concurrency=1)
    written = asker.write(arguments.write_batch)
    print(f"{len(asker.lines)} questions in {len(written)} files: {', '.join(path.name for path in written) or 'none'}")
    print(f"{run.workers.finished} pictures are finished, {run.workers.unfinished} wait for answers")
    return 0


async def _ask(arguments: argparse.Namespace, prompts: PromptSet, ledger: Ledger) -> int:
    stop = asyncio.Event()
    budget = Budget(limits_of(arguments), prices_of(arguments), ledger.spent())
    pace = pace_of(arguments)
    async with Endpoint(endpoint_of(arguments)) as endpoint:
        asker = OnlineAsker(endpoint, ledger, budget, pace, stop)
        run = await _walk(
            arguments, prompts, asker, arguments.out / ANNOTATIONS_FILE, stop, concurrency=arguments.concurrency
        )
    _report(arguments, run, asker, ledger)
    if stop.is_set():
        print("stopped; the same command goes on from there", flush=True)
        return _INTERRUPTED
    if asker.stopped_by is not None:
        raise ValueError(f"{asker.stopped_by}; {run.workers.unfinished} pictures are not finished. Raise it to go on")
    if asker.unanswered:
        raise ValueError(f"{asker.unanswered} questions got no answer; run the same command again for them")
    return 0


async def _walk(
    arguments: argparse.Namespace,
    prompts: PromptSet,
    asker: Asker,
    out: Path | None,
    stop: asyncio.Event,
    *,
    concurrency: int,
) -> Run:
    run = Run(prompts, arguments.model, stop)
    with Progress("pictures", None) as progress:
        await run.over(_pictures(arguments), asker, concurrency, out, progress)
    return run


def _pictures(arguments: argparse.Namespace) -> Iterator[Picture]:
    given = {} if arguments.attributes is None else read_attributes(arguments.attributes)
    for picture in read_pictures(arguments.pictures, arguments.part):
        yield replace(picture, attributes=picture.attributes | given.get(picture.key, {}))


def _report(arguments: argparse.Namespace, run: Run, asker: OnlineAsker, ledger: Ledger) -> None:
    spent, counts = ledger.spent(), ledger.counts()
    report = {
        "command": "annotate",
        "model": arguments.model,
        "prompts": arguments.prompts,
        "pictures": {"finished": run.workers.finished, "unfinished": run.workers.unfinished},
        "this_run": {"sent": asker.sent, "repeated": asker.repeated, "unanswered": asker.unanswered},
        "all_runs": {**asdict(counts), **asdict(spent)},
        "cost": round(prices_of(arguments).of(spent.input_tokens, spent.output_tokens), 6),
    }
    write_json(arguments.out / _REPORT_FILE, report)
    print(f"{run.workers.finished} pictures finished, {run.workers.unfinished} not; {asker.sent} questions sent, "
          f"{asker.repeated} of them again; in all {counts.answered} answered, {counts.failed} failed, "
          f"{spent.input_tokens} + {spent.output_tokens} tokens, cost {report['cost']:g}", flush=True)  # fmt: skip
    if counts.doubtful:
        print(f"{counts.doubtful} times it is not known whether an answer was paid that never came", flush=True)
