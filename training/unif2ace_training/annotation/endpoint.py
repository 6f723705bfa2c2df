"""An endpoint that speaks OpenAI's chat completions: one question over the wire, and what its failure means."""

import email.utils
import time
from dataclasses import dataclass
from typing import Any

from unif2ace_training.annotation.chat_request import Answer, ChatRequest

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


class Endpoint:
    """Use as an asynchronous context manager."""

    def __init__(self, settings: EndpointSettings):
        http = _http()
        headers = {"authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
        limits = http.Limits(max_connections=settings.connections, max_keepalive_connections=settings.connections)
        self._http = http
        self._url = f"{settings.url.rstrip('/')}/chat/completions"
        self._client = http.AsyncClient(headers=headers, timeout=settings.timeout_seconds, limits=limits)

    async def __aenter__(self) -> "Endpoint":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def send(self, request: ChatRequest, address: str) -> Answer:
        """The answer; one whose `error` is set says that this question will never have one.

        Raises:
            TryAgain: it may have one later.
            EndpointRefusedError: no question will have one.
        """
        try:
            response = await self._client.post(self._url, json=request.body(), headers={"idempotency-key": address})
        except (self._http.ConnectError, self._http.ConnectTimeout, self._http.PoolTimeout) as error:
            raise TryAgain(f"{self._url} cannot be reached: {error}", is_unpaid=True) from error
        except (self._http.TransportError, self._http.DecodingError) as error:
            raise TryAgain(f"the connection broke: {error!r}", is_unpaid=False) from error
        if response.status_code == 200:
            return answer_of(_json(response))
        raise_for(response.status_code, _json(response), response.headers)
        return unanswerable(response.status_code, _json(response))


def answer_of(body: Any) -> Answer:
    """The answer in a chat completion.

    Raises:
        TryAgain: it is something else, garbage that may have been paid.
    """
    try:
        choice, usage = body["choices"][0], body.get("usage") or {}
        return Answer(
            content=choice["message"].get("content") or "",
            finish_reason=choice.get("finish_reason") or "stop",
            refusal=choice["message"].get("refusal") or "",
            input_tokens=int(usage.get("prompt_tokens", 0)),
            output_tokens=int(usage.get("completion_tokens", 0)),
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise TryAgain(f"status 200 without a chat completion: {str(body)[:200]}", is_unpaid=False) from error


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
