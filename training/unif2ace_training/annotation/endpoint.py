"""An endpoint that speaks OpenAI's protocol: one question over the wire, and what its failure means."""

import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from unif2ace_training.annotation.chat_request import Answer, EndpointRequest, chat_answer

# What OpenAI's own client tries again.
_AGAIN = (408, 409, 425, 429)
# The request is right for nobody: the run ends.
_OUR_MISTAKE = (401, 402, 403, 404, 405)
_LONGEST_WAIT_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointSettings:
    """Where questions go."""

    url: str  # up to and with /v1
    api_key: str | None
    timeout_seconds: float
    connections: int


class TryAgain(Exception):  # noqa: N818 - the caller decides whether it is one
    """No answer this time. `is_unpaid`: the endpoint said so; otherwise nobody knows whether it answered."""

    def __init__(self, why: str, *, is_unpaid: bool, after_seconds: float | None = None):
        super().__init__(why)
        self.is_unpaid = is_unpaid
        self.after_seconds = after_seconds


class EndpointRefusedError(ValueError):
    """The endpoint will not answer anything of ours: a wrong key, model or address, or no money."""


class Sender(Protocol):
    """Whoever takes questions: an endpoint, or a model in this process."""

    async def send(self, request: EndpointRequest, address: str) -> Answer:
        """The answer; see `Endpoint.send`."""
        ...


class Endpoint:
    """Use as an asynchronous context manager."""

    def __init__(self, settings: EndpointSettings):
        http = _http()
        headers = {"authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
        limits = http.Limits(max_connections=settings.connections, max_keepalive_connections=settings.connections)
        self._http = http
        self._url = settings.url.rstrip("/")
        self._client = http.AsyncClient(headers=headers, timeout=settings.timeout_seconds, limits=limits)

    async def __aenter__(self) -> "Endpoint":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def send(self, request: EndpointRequest, address: str) -> Answer:
        """The answer; one whose `error` is set says that this question will never have one.

        Raises:
            TryAgain: it may have one later.
            EndpointRefusedError: no question will have one.
        """
        url = f"{self._url}/{request.path}"
        try:
            response = await self._client.post(url, json=request.body(), headers={"idempotency-key": address})
        except (self._http.ConnectError, self._http.ConnectTimeout, self._http.PoolTimeout) as error:
            raise TryAgain(f"{url} cannot be reached: {error}", is_unpaid=True) from error
        except (self._http.TransportError, self._http.DecodingError) as error:
            raise TryAgain(f"the connection broke: {error!r}", is_unpaid=False) from error
        if response.status_code == 200:
            return answer_of(_json(response), request.read)
        raise_for(response.status_code, _json(response), response.headers)
        return unanswerable(response.status_code, _json(response))


def answer_of(body: Any, read: Callable[[Any], Answer] = chat_answer) -> Answer:
    """The answer in what came back with status 200, as `read` finds it.

    Raises:
        TryAgain: it is something else, garbage that may have been paid.
    """
    try:
        return read(body)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise TryAgain(f"status 200 without an answer: {str(body)[:200]}", is_unpaid=False) from error


def raise_for(status: int, body: Any, headers: Any) -> None:
    """Raise what a status means for the run; return where it only concerns this question."""
    why = f"status {status}: {_message(body)}"
    if status in _OUR_MISTAKE or _code(body) == "insufficient_quota":
        raise EndpointRefusedError(f"the endpoint refuses, {why}")
    if status in _AGAIN:
        raise TryAgain(why, is_unpaid=True, after_seconds=retry_after(headers, time.time()))
    if status >= 500:
        # A 503 says that nothing was begun; behind another one an answer may have been made and lost.
        raise TryAgain(why, is_unpaid=status == 503, after_seconds=retry_after(headers, time.time()))


def unanswerable(status: int, body: Any) -> Answer:
    """The endpoint's word that this question will never have an answer."""
    return Answer(content="", error=f"status {status}: {_message(body)}")


def retry_after(headers: Any, now: float) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (seconds or a date), at most ten minutes."""
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            try:
                seconds = email.utils.parsedate_to_datetime(value).timestamp() - now
            except ValueError:
                continue
        return min(max(0.0, seconds), _LONGEST_WAIT_SECONDS)
    return None


def _json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text[:500]


def _message(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("message", error) if isinstance(error, dict) else body)[:300]


def _code(body: Any) -> str | None:
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("code") if isinstance(error, dict) else None


def _http() -> Any:
    try:
        import httpx2
    except ImportError as error:
        raise ValueError("endpoints are asked by HTTPX; install it with pip install -e '.[annotate]'") from error
    return httpx2
