"""The token-level mixture: one shared expert plus the routed experts of the task's group (UniF2ace section 3.2)."""

# B rows, S positions, D width, E experts

from typing import NamedTuple

from torch import Tensor, nn

from unif2ace_training.config.schema import TASKS, ModelConfig, Task
from unif2ace_training.model.experts import RoutedExperts
from unif2ace_training.model.feed_forward import FeedForward
from unif2ace_training.model.router import RoutedTokens, TokenRouter


class TokenRouting(NamedTuple):
    """Use of the routed experts by the real tokens of each row in one layer."""

    counts_BE: Tensor  # int64: tokens that chose the expert
    probability_sums_BE: Tensor  # float32: gate probabilities summed over tokens, differentiable


class RoutedGroup(nn.Module):
    """Router and routed experts of one group."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.router = TokenRouter(config.width, config.num_routed_experts, config.top_k_experts)
        self.experts = RoutedExperts(config.width, config.routed_width, config.num_routed_experts)


class TokenMoE(nn.Module):
    """`shared(x) + sum over the top 2 of p_i expert_i(x)`; the sequence's task picks the group."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.shared = FeedForward(config.width, config.mlp_width)
        self.groups = nn.ModuleDict({task: RoutedGroup(config) for task in TASKS})

    def forward(self, x_BSD: Tensor, task: Task, is_real_BS: Tensor | None) -> tuple[Tensor, TokenRouting]:
        """Apply the mixture; padding (False in `is_real_BS`) is computed but not counted."""
        group = self.groups[task]
        assert isinstance(group, RoutedGroup)
        routed: RoutedTokens = group.router(x_BSD)
        output = self.shared(x_BSD) + group.experts(x_BSD, routed.weights_E)
        return output, count_tokens(routed, is_real_BS)


def count_tokens(routed: RoutedTokens, is_real_BS: Tensor | None) -> TokenRouting:
    """Sum decisions over the real positions of each row."""
    chosen, probabilities = routed.chosen_E, routed.probabilities_E
    if is_real_BS is not None:
        chosen = chosen & is_real_BS[..., None]
        probabilities = probabilities * is_real_BS[..., None]
    return TokenRouting(chosen.sum(dim=1), probabilities.sum(dim=1))
