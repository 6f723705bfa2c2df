"""Expert-level balance losses: `sum_i f_i P_i`, 1 when all experts share the work equally.

UniF2ace eq. 7, after DeepSeekMoE eq. 12:
f_i is the share of tokens that chose expert i, times experts / k; P_i is its mean gate probability. One loss a group:
a batch's pictures being drawn and its pictures being described are separate passes with separate routings.
"""

# B rows, L layers, E experts

import torch
from torch import Tensor

from unif2ace_training.common.ranks import ALONE, Ranks
from unif2ace_training.model.routing import Routing


def token_balance_loss(routing: Routing, ranks: Ranks = ALONE) -> Tensor:
    """Balance of the routed experts of the pass's group over all real tokens of the batch, mean over layers.

    Where the batch is split over ranks, f is that of all of them and the mean of their losses is the batch's.
    """
    tokens = ranks.total(routing.tokens_B.sum())
    return _balance(
        ranks.total(routing.token_counts_BLE.sum(dim=0)).float() / tokens,
        ranks.world * routing.token_probability_sums_BLE.sum(dim=0) / tokens,
    )


def sequence_balance_loss(routing: Routing, ranks: Ranks = ALONE) -> Tensor:
    """Balance of the sequence-level experts over the pictures of the batch, mean over layers; 0 without pictures."""
    if routing.sequence_chosen_BL4 is None or routing.sequence_probabilities_BL4 is None:
        return torch.zeros((), device=routing.tokens_B.device)
    pictures = ranks.total(torch.tensor(len(routing.tokens_B)))
    return _balance(
        ranks.total(routing.sequence_chosen_BL4.sum(dim=0)).float() / pictures,
        ranks.world * routing.sequence_probabilities_BL4.sum(dim=0) / pictures,
    )


def _balance(share_LE: Tensor, probability_LE: Tensor) -> Tensor:
    """`share` sums to k over the experts; the factor makes f average 1."""
    num_experts = share_LE.shape[-1]
    top_k = share_LE.sum(dim=-1, keepdim=True)
    frequency_LE = share_LE * num_experts / top_k
    return (frequency_LE * probability_LE).sum(dim=-1).mean()
