"""OpenAI's batch files: questions as JSON Lines, sent by whatever means, and their results read back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from unif2ace_training.annotation.chat_request import Answer, ChatRequest
from unif2ace_training.annotation.endpoint import TryAgain, answer_of, unanswerable
from unif2ace_training.annotation.ledger import Ledger
from unif2ace_training.common.artifacts import write_text

# OpenAI's limits of one file.
MAX_REQUESTS: Final = 50_000
MAX_BYTES: Final = 200_000_000
# What will never be answered; other statuses are worth another try.
_FINAL: Final = (400, 413, 422)


@dataclass(slots=True)
class BatchAsker:
    """Implements `Asker`: answers what is there and writes down the rest, once each."""

    ledger: Ledger
    picture_tokens: int
    lines: dict[str, tuple[str, str, tuple[int, int]]] = field(default_factory=dict)

    async def ask(self, request: ChatRequest) -> Answer | None:
        """What is there; None for what goes into the files, or is in earlier ones."""
        address = request.address
        known = self.ledger.answer(address)
        if known is None and not self.ledger.is_batched(address):
            line = {"custom_id": address, "method": "POST", "url": "/v1/chat/completions", "body": request.body()}
            reserved = request.input_tokens(self.picture_tokens), request.settings.max_tokens
            self.lines[address] = json.dumps(line, ensure_ascii=False) + "\n", request.stage, reserved
        return known

    def write(self, path: Path, *, max_requests: int = MAX_REQUESTS, max_bytes: int = MAX_BYTES) -> list[Path]:
        """Write `path`, and `path` with -00001, -00002 … where one file cannot hold all. Returns what was written.

        A file is on disk before its questions count as batched: a kill in between writes it again.
        """
        written: list[Path] = []
        for number, addresses in enumerate(self._files(max_requests, max_bytes)):
            target = path if number == 0 else path.with_name(f"{path.stem}-{number:05d}{path.suffix}")
            write_text(target, "".join(self.lines[address][0] for address in addresses))
            questions = [(address, *self.lines[address][1:]) for address in addresses]
            self.ledger.batch(target.name, questions)
            written.append(target)
        return written

    def _files(self, max_requests: int, max_bytes: int) -> Iterable[list[str]]:
        addresses: list[str] = []
        size = 0
        for address, (line, *_) in self.lines.items():
            length = len(line.encode())
            if addresses and (len(addresses) == max_requests or size + length > max_bytes):
                yield addresses
                addresses, size = [], 0
            addresses.append(address)
            size += length
        if addresses:
            yield addresses


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchResults:
    """What a result file held."""

    answered: int
    failed: int
    again: int  # expired, limited, broken: to be asked anew
    unknown: int  # questions that this folder never asked, or has the answer of


def read_results(path: Path, ledger: Ledger) -> BatchResults:
    """Take the results (or the errors) of a batch into the ledger.

    Raises:
        ValueError: a line is no result; nothing of the file was taken then.
    """
    results = list(_results(path))
    answered = failed = unknown = 0
    again: list[str] = []
    for address, answer in results:
        if not ledger.is_batched(address):
            unknown += 1
        elif answer is None:
            again.append(address)
        else:
            ledger.finish(address, answer)
            answered, failed = answered + (not answer.error), failed + bool(answer.error)
    ledger.forget_batched(again)
    return BatchResults(answered=answered, failed=failed, again=len(again), unknown=unknown)


def _results(path: Path) -> Iterable[tuple[str, Answer | None]]:
    if not path.is_file():
        raise ValueError(f"{path} does not exist; it is the output (or the error) file of a batch")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            result: dict[str, Any] = json.loads(line)
            yield result["custom_id"], _answer(result.get("response"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}, line {number} is no result of a batch: {error!r}") from error


def _answer(response: dict[str, Any] | None) -> Answer | None:
    if response is None:
        return None
    status, body = response["status_code"], response["body"]
    if status in _FINAL:
        return unanswerable(status, body)
    if status != 200:
        return None
    try:
        return answer_of(body)
    except TryAgain:
        return None
