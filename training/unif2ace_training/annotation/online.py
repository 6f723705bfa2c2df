"""Asks an endpoint: within its rates and one's budget, again where it may help, and nothing that was paid before."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from unif2ace_training.annotation.budget import Budget, BudgetReached
from unif2ace_training.annotation.chat_request import Answer, EndpointRequest
from unif2ace_training.annotation.endpoint import EndpointRefusedError, Sender, TryAgain
from unif2ace_training.annotation.ledger import Ledger

# So many questions in a row without an answer mean that there is no endpoint.
_HOPELESS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast, and how patiently."""

    concurrency: int
    requests_per_minute: float | None
    tokens_per_minute: float | None
    attempts: int
    first_wait_seconds: float
    longest_wait_seconds: float
    picture_tokens: int


class OnlineAsker:
    """Implements `Asker`. All of it runs in one thread of one event loop.

    `stopped_by` says why nothing more is asked: what is known is answered all the same, so that the walk goes on.
    """

    def __init__(self, endpoint: Sender, ledger: Ledger, budget: Budget, pace: Pace, stop: asyncio.Event):
        """`stop` is set by whoever wants the run to end: nothing more is sent, what was sent is waited for."""
        self._endpoint, self._ledger, self._budget, self._pace, self._stop = endpoint, ledger, budget, pace, stop
        self._places = asyncio.Semaphore(pace.concurrency)
        self._requests = _limiter(pace.requests_per_minute)
        self._tokens = _limiter(pace.tokens_per_minute)
        self._open_at = 0.0  # of the loop's clock: an endpoint that asked for patience is left alone by everybody
        self._unanswered_in_a_row = 0
        self._under_way: dict[str, asyncio.Event] = {}
        self.stopped_by: str | None = None
        self.sent = 0
        self.repeated = 0
        self.unanswered = 0

    async def ask(self, request: EndpointRequest) -> Answer | None:
        """The answer that was paid before, or a new one; None where there is none in this run.

        Raises:
            EndpointRefusedError: the endpoint answers nothing.
        """
        address = request.address
        # Two pictures may bring the same question, such as pairs from the same caption: it is asked once.
        while (under_way := self._under_way.get(address)) is not None:
            await under_way.wait()
        known = self._ledger.answer(address)
        if known is not None or self._ledger.is_batched(address):
            return known
        done = self._under_way[address] = asyncio.Event()
        try:
            return await self._in_its_place(request, address)
        finally:
            del self._under_way[address]
            done.set()

    async def _in_its_place(self, request: EndpointRequest, address: str) -> Answer | None:
        async with self._places:
            try:
                return await self._ask(request, address)
            except BudgetReached as reached:
                self.stopped_by = str(reached)
                return None

    async def _ask(self, request: EndpointRequest, address: str) -> Answer | None:
        reserved = request.input_tokens(self._pace.picture_tokens), request.settings.max_tokens
        is_reserved = False
        for attempt in range(self._pace.attempts):
            await self._wait_for_turn(sum(reserved))
            if self._stop.is_set() or self.stopped_by is not None:
                break
            if not is_reserved:
                self._budget.reserve(*reserved)
                is_reserved = True
            try:
                return await self._send(request, address, reserved)
            except TryAgain as again:
                # What may have been paid stays set aside; the next attempt may be paid as well.
                is_reserved = again.is_unpaid
                last = again
            self.repeated += 1
            await self._wait(attempt, last.after_seconds)
        else:
            self._give_up(last)
        if is_reserved:
            self._budget.give_back(reserved)
        return None

    async def _send(self, request: EndpointRequest, address: str, reserved: tuple[int, int]) -> Answer:
        self._ledger.begin(address, request.stage, reserved)
        self.sent += 1
        try:
            answer = await self._endpoint.send(request, address)
        except TryAgain as again:
            if again.is_unpaid:
                self._ledger.withdraw(address)
            raise
        except EndpointRefusedError:
            self._ledger.withdraw(address)
            raise
        self._ledger.finish(address, answer)
        self._budget.settle(reserved, answer.input_tokens, answer.output_tokens)
        self._unanswered_in_a_row = 0
        return answer

    async def _wait_for_turn(self, tokens: int) -> None:
        loop = asyncio.get_running_loop()
        while (seconds := self._open_at - loop.time()) > 0 and not self._stop.is_set():
            await self._sleep(seconds)
        if self._requests is not None:
            await self._requests.acquire()
        if self._tokens is not None:
            await self._tokens.acquire(min(tokens, self._tokens.max_rate))

    async def _wait(self, attempt: int, after_seconds: float | None) -> None:
        """Exponential backoff with full jitter; or what the endpoint asks for, of everybody."""
        if after_seconds is not None:
            self._open_at = max(self._open_at, asyncio.get_running_loop().time() + after_seconds)
            return
        longest = min(self._pace.longest_wait_seconds, self._pace.first_wait_seconds * 2**attempt)
        await self._sleep(random.uniform(0, longest))

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def _give_up(self, last: TryAgain) -> None:
        self.unanswered += 1
        self._unanswered_in_a_row += 1
        if self._unanswered_in_a_row >= _HOPELESS:
            raise EndpointRefusedError(f"{_HOPELESS} questions in a row had no answer; the last time: {last}")


def _limiter(per_minute: float | None) -> Any:
    if per_minute is None:
        return None
    try:
        from aiolimiter import AsyncLimiter
    except ImportError as error:
        raise ValueError("rates are kept by aiolimiter; install it with pip install -e '.[annotate]'") from error
    return AsyncLimiter(per_minute, 60)
