"""The masked generative loss: cross-entropy of the codes that were masked (MaskGIT; UniF2ace eq. 6)."""

# B rows, N code positions, K codebook, M masked positions of the batch

import torch
from torch import Tensor


def masked_token_loss(
    logits_BNK: Tensor, targets_BN: Tensor, is_masked_BN: Tensor, label_smoothing: float = 0.0
) -> Tensor:
    """Mean cross-entropy in nats over all masked positions of the batch; float32 scalar.

    Args:
        logits_BNK: over the codebook only.
        targets_BN: clean code ids.
        is_masked_BN: which positions were masked; at least one.
        label_smoothing: share of the target's mass that is spread over the codebook.
    """
    return mean_cross_entropy(
        masked_log_probabilities(logits_BNK, is_masked_BN), targets_BN[is_masked_BN], label_smoothing
    )


def masked_log_probabilities(logits_BNK: Tensor, is_masked_BN: Tensor) -> Tensor:
    """Log-probabilities [M, K] at the masked positions, in float32 whatever the logits' type."""
    return logits_BNK[is_masked_BN].float().log_softmax(dim=-1)


def mean_cross_entropy(log_probabilities_MK: Tensor, targets_M: Tensor, label_smoothing: float) -> Tensor:
    """Mean over M of the cross-entropy against smoothed targets."""
    loss = torch.nn.functional.nll_loss(log_probabilities_MK, targets_M)
    if label_smoothing == 0.0:
        return loss
    return (1 - label_smoothing) * loss - label_smoothing * log_probabilities_MK.mean()
