"""A judge that is asked: whom, within which limits, and what it came to."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from unif2ace_training.annotation.budget import Budget, Limits, Prices
from unif2ace_training.annotation.chat_request import Answer, EndpointRequest
from unif2ace_training.annotation.endpoint import Endpoint, EndpointSettings, Sender
from unif2ace_training.annotation.ledger import LEDGER_FILE, Ledger
from unif2ace_training.annotation.online import OnlineAsker, Pace
from unif2ace_training.annotation.plan import PlanningAsker, plan_lines
from unif2ace_training.annotation.workers import Job, Workers
from unif2ace_training.common.progress import Progress
from unif2ace_training.comparison.local_model import LocalModel
from unif2ace_training.comparison.settings import JudgeSettings


class AnyAsker(Protocol):
    """An `Asker` that takes requests of all kinds."""

    async def ask(self, request: EndpointRequest) -> Answer | None: ...


INTERRUPTED: Final = 143  # what a shell reports for a program that SIGTERM ended


class Interrupted(Exception):  # noqa: N818 - somebody wanted it
    """Nothing more was asked, and what was under way is kept."""


# What there is to ask, of whomever answers.
Jobs = Callable[[AnyAsker], Iterator[Job]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How fast, how patiently and for how much."""

    pace: Pace
    prices: Prices
    limits: Limits


def terms_of(judge: JudgeSettings) -> Terms:
    """The terms on which a judge is asked; a model in this process answers one question at a time."""
    pace = Pace(
        concurrency=1 if judge.transformers else judge.concurrency, requests_per_minute=judge.requests_per_minute,
        tokens_per_minute=judge.tokens_per_minute, attempts=judge.attempts, first_wait_seconds=judge.first_wait,
        longest_wait_seconds=judge.longest_wait, picture_tokens=judge.picture_tokens,
    )  # fmt: skip
    return Terms(
        pace=pace,
        prices=Prices(input_tokens=judge.input_price, output_tokens=judge.output_price),
        limits=Limits(requests=judge.max_requests, tokens=judge.max_tokens, cost=judge.max_cost),
    )


@asynccontextmanager
async def opened(judge: JudgeSettings) -> AsyncIterator[Sender]:
    """The judge itself."""
    if judge.transformers is not None:
        yield LocalModel(judge.transformers, judge.device, judge.dtype)
        return
    assert judge.endpoint is not None
    settings = EndpointSettings(
        url=judge.endpoint, api_key=os.environ.get(judge.api_key_variable), timeout_seconds=judge.timeout,
        connections=judge.concurrency,
    )  # fmt: skip
    async with Endpoint(settings) as endpoint:
        yield endpoint


async def ask_all(folder: Path, sender: Sender, terms: Terms, jobs: Jobs, name: str) -> dict[str, Any]:
    """Ask everything; what was answered before is in the folder's ledger. Returns what was sent and what it cost.

    Raises:
        Interrupted: somebody ended it; the same command goes on from there.
        ValueError: it is not all answered; the message says why and what to do.
    """
    ledger = Ledger(folder / LEDGER_FILE)
    try:
        stop = asyncio.Event()
        asker = OnlineAsker(sender, ledger, Budget(terms.limits, terms.prices, ledger.spent()), terms.pace, stop)
        workers = Workers(stop)
        with Progress(name, None) as progress:
            await workers.do(jobs(asker), terms.pace.concurrency, progress)
        if stop.is_set():
            raise Interrupted
        if asker.stopped_by is not None:
            raise ValueError(f"{name}: {asker.stopped_by}; {workers.unfinished} are not asked. Raise it to go on")
        if asker.unanswered:
            raise ValueError(f"{name}: {asker.unanswered} got no answer; run the same command again for them")
        spent = ledger.spent()
        return {
            "sent": asker.sent, "repeated": asker.repeated, **asdict(spent), "doubtful": ledger.counts().doubtful,
            "cost": round(terms.prices.of(spent.input_tokens, spent.output_tokens), 6),
        }  # fmt: skip
    finally:
        ledger.close()


async def plan_all(folder: Path, terms: Terms, jobs: Jobs, name: str) -> list[str]:
    """What asking everything would cost, as lines."""
    ledger = Ledger(folder / LEDGER_FILE)
    try:
        asker = PlanningAsker(ledger, terms.pace.picture_tokens)
        with Progress(name, None) as progress:
            await Workers(asyncio.Event()).do(jobs(asker), 1, progress)
        return plan_lines(asker.stages, terms.prices, (terms.pace.requests_per_minute, terms.pace.tokens_per_minute))
    finally:
        ledger.close()
