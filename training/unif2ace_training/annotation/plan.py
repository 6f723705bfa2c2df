"""What a run would ask and cost, before anything is asked."""

from collections import defaultdict
from dataclasses import dataclass

from unif2ace_training.annotation.budget import Prices
from unif2ace_training.annotation.chat_request import Answer, EndpointRequest
from unif2ace_training.annotation.ledger import Ledger


@dataclass(slots=True)
class StagePlan:
    """Questions of a stage: those that are there, those to ask, and the tokens of the latter."""

    known: int = 0
    to_ask: int = 0
    input_tokens: float = 0.0
    output_tokens: float = 0.0
    most_output_tokens: int = 0


class PlanningAsker:
    """Implements `Asker`: knows what was paid before, and makes up the rest at its usual length."""

    def __init__(self, ledger: Ledger, picture_tokens: int):
        self._ledger, self._picture_tokens = ledger, picture_tokens
        self._means = ledger.mean_output_tokens()
        self.stages: dict[str, StagePlan] = defaultdict(StagePlan)

    async def ask(self, request: EndpointRequest) -> Answer | None:
        """What is there, or a placeholder of the expected length."""
        plan, known = self.stages[request.stage], self._ledger.answer(request.address)
        if known is not None:
            plan.known += 1
            return known
        plan.to_ask += 1
        plan.input_tokens += request.input_tokens(self._picture_tokens)
        plan.output_tokens += self._means.get(request.stage, request.settings.expected_tokens)
        plan.most_output_tokens += request.settings.max_tokens
        return Answer(content=request.typical)


def plan_lines(stages: dict[str, StagePlan], prices: Prices, rates: tuple[float | None, float | None]) -> list[str]:
    """The plan as a table, a line a stage, and what all of it costs and takes at these rates a minute."""
    lines = [f"{'stage':<11} {'there':>8} {'to ask':>8} {'tokens read':>13} {'written':>11} {'cost':>10}"]
    read = written = 0.0
    for name, plan in stages.items():
        read, written = read + plan.input_tokens, written + plan.output_tokens
        cost = prices.of(plan.input_tokens, plan.output_tokens)
        asked = f"{name:<11} {plan.known:>8} {plan.to_ask:>8}"
        lines.append(f"{asked} {plan.input_tokens:>13.0f} {plan.output_tokens:>11.0f} {cost:>10.2f}")
    requests = sum(plan.to_ask for plan in stages.values())
    most = sum(plan.most_output_tokens for plan in stages.values())
    lines.append(f"cost: about {prices.of(read, written):.2f}, at most {prices.of(read, most):.2f} without repetitions")
    minutes = [amount / rate for amount, rate in zip((requests, read + written), rates, strict=True) if rate]
    if minutes:
        lines.append(f"time: at least {max(minutes) / 60:.2f} hours at these rates")
    return lines
