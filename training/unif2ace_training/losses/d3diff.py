"""D3Diff: the masked generative loss and the score loss of the same prediction (UniF2ace section 3.1, eq. 6)."""

# B rows, N code positions, K codebook

from typing import NamedTuple

from torch import Tensor

from unif2ace_training.losses.masked_token import masked_log_probabilities, mean_cross_entropy
from unif2ace_training.losses.score_entropy import score_entropy_from_log_probabilities


class D3DiffLoss(NamedTuple):
    """Scalars in nats; `total` is what is minimised, the parts are for the log."""

    total: Tensor
    masked_token: Tensor
    score: Tensor


def d3diff_loss(
    logits_BNK: Tensor,
    targets_BN: Tensor,
    is_masked_BN: Tensor,
    mask_ratio_B: Tensor,
    mask_slope_B: Tensor,
    *,
    alpha: float,
    masked_token_weight: float = 1.0,
    label_smoothing: float = 0.0,
) -> D3DiffLoss:
    """`masked_token_weight * L_mask + alpha * L_score`; the paper's best is 1 and 0.01.

    The mean cross-entropy and the summed score entropy differ by about a factor of N, hence the small alpha.
    Label smoothing applies to the first term only.
    """
    log_probabilities = masked_log_probabilities(logits_BNK, is_masked_BN)
    masked_token = mean_cross_entropy(log_probabilities, targets_BN[is_masked_BN], label_smoothing)
    score = score_entropy_from_log_probabilities(
        log_probabilities, targets_BN, is_masked_BN, mask_ratio_B, mask_slope_B
    )
    return D3DiffLoss(masked_token_weight * masked_token + alpha * score, masked_token, score)
