"""What was asked and what came back, on disk before anybody goes on.

One SQLite file, by address of the question. The order is what makes a kill harmless:

1. `begin` is on disk before the question is sent: what may have been paid is never forgotten.
2. `finish` is on disk before the answer is used: what was paid is never asked again.

A kill between the two leaves the question *open*. It is sent again with the same `Idempotency-Key` (its address), so
that an endpoint which honours the header answers from what it has; for one that does not, the number of open questions
bounds what may be paid twice: at most as many as were in flight.
"""

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from unif2ace_training.annotation.chat_request import Answer

LEDGER_FILE: Final = "ledger.sqlite"

_TABLE: Final = """
create table if not exists questions (
  address text primary key,
  stage text not null,
  state text not null check (state in ('open', 'batched', 'answered', 'failed')),
  batch text,
  sent integer not null default 0,      -- how often it went out
  doubtful integer not null default 0,  -- how often nobody knows whether it was answered, and paid
  reserved_input integer not null default 0,
  reserved_output integer not null default 0,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  content text not null default '',
  finish_reason text not null default '',
  refusal text not null default '',
  error text not null default '',
  first_token text not null default '[]',  -- JSON: the likeliest first tokens with their log-probabilities
  begun_at real not null,
  ended_at real
) strict
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What was paid, at most: answers by their own count, open and doubtful questions by what was set aside."""

    requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerCounts:
    """How many questions are in which state, and how often it is not known whether one was paid."""

    answered: int
    failed: int
    open: int
    batched: int
    doubtful: int


class Ledger:
    """Opens the file for one process; a second one is refused."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rows = sqlite3.connect(path, timeout=1, isolation_level=None)
        try:
            self._rows.execute("pragma locking_mode = exclusive")
            self._rows.execute("pragma journal_mode = wal")
            self._rows.execute("pragma synchronous = full")
            self._rows.execute(_TABLE)
            self._add_missing()
            self._rows.execute("begin immediate")
            self._rows.execute("commit")
        except sqlite3.Error as error:
            raise ValueError(f"{path} cannot be opened ({error}); does another annotate work there?") from error

    def _add_missing(self) -> None:
        """What files from before lack."""
        names = {row[1] for row in self._rows.execute("pragma table_info(questions)")}
        if "first_token" not in names:
            self._rows.execute("alter table questions add column first_token text not null default '[]'")

    def close(self) -> None:
        """Give the file back."""
        self._rows.close()

    def answer(self, address: str) -> Answer | None:
        """The answer to a question that has one; also the endpoint's final word that it has none."""
        row = self._rows.execute(
            "select content, finish_reason, refusal, error, input_tokens, output_tokens, first_token from questions "
            "where address = ? and state in ('answered', 'failed')",
            (address,),
        ).fetchone()
        if row is None:
            return None
        content, finish_reason, refusal, error, read, written, first_token = row
        return Answer(
            content=content, finish_reason=finish_reason, refusal=refusal, error=error,
            input_tokens=read, output_tokens=written,
            first_token=tuple((token, logprob) for token, logprob in json.loads(first_token)),
        )  # fmt: skip

    def is_batched(self, address: str) -> bool:
        """Whether a batch file has the question and its result was not read yet."""
        found = self._rows.execute("select 1 from questions where address = ? and state = 'batched'", (address,))
        return found.fetchone() is not None

    def begin(self, address: str, stage: str, reserved: tuple[int, int]) -> None:
        """A question is about to be sent; `reserved` are the tokens set aside for it, read and written.

        One that is open already went out before and was never heard of: it may have been paid.
        """
        self._rows.execute(
            "insert into questions (address, stage, state, sent, reserved_input, reserved_output, begun_at) "
            "values (?, ?, 'open', 1, ?, ?, ?) on conflict (address) do update set sent = sent + 1, "
            "doubtful = doubtful + (state = 'open'), state = 'open'",
            (address, stage, *reserved, time.time()),
        )

    def withdraw(self, address: str) -> None:
        """The endpoint said that it did not answer: as if it had not been asked, but for what is doubtful before."""
        self._rows.execute("delete from questions where address = ? and doubtful = 0", (address,))
        self._rows.execute("update questions set doubtful = doubtful - 1 where address = ?", (address,))

    def finish(self, address: str, answer: Answer) -> None:
        """The answer, or the endpoint's word that it will never have one."""
        self._rows.execute(
            "update questions set state = ?, content = ?, finish_reason = ?, refusal = ?, error = ?, "
            "input_tokens = ?, output_tokens = ?, first_token = ?, ended_at = ? where address = ?",
            (
                "failed" if answer.error else "answered",
                answer.content,
                answer.finish_reason,
                answer.refusal,
                answer.error,
                answer.input_tokens,
                answer.output_tokens,
                json.dumps(answer.first_token),
                time.time(),
                address,
            ),
        )

    def batch(self, name: str, questions: Iterable[tuple[str, str, tuple[int, int]]]) -> None:
        """All questions of a batch file at once."""
        rows = [(address, stage, name, *reserved, time.time()) for address, stage, reserved in questions]
        self._rows.execute("begin immediate")
        self._rows.executemany(
            "insert into questions (address, stage, state, batch, sent, reserved_input, reserved_output, begun_at) "
            "values (?, ?, 'batched', ?, 1, ?, ?, ?) on conflict (address) do nothing",
            rows,
        )
        self._rows.execute("commit")

    def forget_batched(self, addresses: Iterable[str] | None = None) -> int:
        """Questions of batch files that shall be asked anew: these, or all. Returns how many."""
        if addresses is None:
            return self._rows.execute("delete from questions where state = 'batched'").rowcount
        query = "delete from questions where state = 'batched' and address = ?"
        return self._rows.executemany(query, [(address,) for address in addresses]).rowcount

    def spent(self) -> Spent:
        """Everything that this folder has cost so far, or may have."""
        requests, read, written = self._rows.execute(
            "select coalesce(sum((state in ('answered', 'failed', 'open')) + doubtful), 0), "
            "coalesce(sum(input_tokens + reserved_input * ((state = 'open') + doubtful)), 0), "
            "coalesce(sum(output_tokens + reserved_output * ((state = 'open') + doubtful)), 0) from questions"
        ).fetchone()
        return Spent(requests=requests, input_tokens=read, output_tokens=written)

    def counts(self) -> LedgerCounts:
        """How far it has come."""
        states = dict(self._rows.execute("select state, count(*) from questions group by state"))
        (doubtful,) = self._rows.execute("select coalesce(sum(doubtful), 0) from questions").fetchone()
        return LedgerCounts(
            answered=states.get("answered", 0), failed=states.get("failed", 0), open=states.get("open", 0),
            batched=states.get("batched", 0), doubtful=doubtful,
        )  # fmt: skip

    def mean_output_tokens(self) -> dict[str, float]:
        """How long answers are, by stage, of those there are."""
        return dict(
            self._rows.execute(
                "select stage, avg(output_tokens) from questions where state = 'answered' group by stage"
            )
        )
