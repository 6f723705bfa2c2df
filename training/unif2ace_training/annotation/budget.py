"""What may be spent, and what it costs."""

from dataclasses import dataclass

from unif2ace_training.annotation.ledger import Spent


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """Of an endpoint, in any one currency, per million tokens; 0 for an endpoint of one's own."""

    input_tokens: float = 0.0
    output_tokens: float = 0.0

    def of(self, input_tokens: float, output_tokens: float) -> float:
        """The cost of so many tokens."""
        return (input_tokens * self.input_tokens + output_tokens * self.output_tokens) / 1e6


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most that a folder may ever spend, earlier runs included; None is no limit."""

    requests: int | None = None
    tokens: int | None = None
    cost: float | None = None


class BudgetReached(Exception):  # noqa: N818 - a limit that was set is no error
    """The next question might go over a limit; its sentence says which."""


class Budget:
    """Sets aside the most that a question can cost before it is sent, so that no limit is ever passed."""

    def __init__(self, limits: Limits, prices: Prices, spent: Spent):
        self._limits, self._prices = limits, prices
        self._requests, self._read, self._written = spent.requests, spent.input_tokens, spent.output_tokens

    @property
    def cost(self) -> float:
        """Spent and set aside."""
        return self._prices.of(self._read, self._written)

    def reserve(self, input_tokens: int, output_tokens: int) -> None:
        """Set aside one question.

        Raises:
            BudgetReached: there is no room for it.
        """
        requests, read, written = self._requests + 1, self._read + input_tokens, self._written + output_tokens
        limits = self._limits
        if limits.requests is not None and requests > limits.requests:
            raise BudgetReached(f"--max-requests {limits.requests} is reached")
        if limits.tokens is not None and read + written > limits.tokens:
            raise BudgetReached(f"--max-tokens {limits.tokens} would be passed: {self._read + self._written} are spent")
        if limits.cost is not None and self._prices.of(read, written) > limits.cost:
            raise BudgetReached(f"--max-cost {limits.cost:g} would be passed: {self.cost:.4f} is spent")
        self._requests, self._read, self._written = requests, read, written

    def settle(self, reserved: tuple[int, int], input_tokens: int, output_tokens: int) -> None:
        """Replace what was set aside by what the endpoint counted."""
        self._read += input_tokens - reserved[0]
        self._written += output_tokens - reserved[1]

    def give_back(self, reserved: tuple[int, int]) -> None:
        """The question was not answered and not counted."""
        self._requests -= 1
        self.settle(reserved, 0, 0)
