"""The score loss: denoising score entropy of the absorbing-state process (UniF2ace section 3.1, after SEDD).

Bayes' link (UniF2ace arXiv:2503.08120, eq. 5) turns the model's prediction of the clean code into a concrete score:
  s_theta(x_t, t)_{i,v} = exp(-sigma_bar) / (1 - exp(-sigma_bar)) * p_theta(x_0^i = v | x_t)
and the loss is
  sigma(t) * sum_{i masked} sum_v [ s - r log s + K(r) ],   K(a) = a (log a - 1),
with the true score r = exp(-sigma_bar) / (1 - exp(-sigma_bar)) at v = x_0^i and 0 elsewhere.
"""

# B rows, N code positions, K codebook, M masked positions of the batch

from torch import Tensor

from unif2ace_training.losses.masked_token import masked_log_probabilities

# exp(-sigma_bar) = 1 - m is a difference of nearly equal numbers near m = 1; below this it is noise in float32.
_SMALLEST_KEPT = 1e-6


def score_entropy_loss(
    logits_BNK: Tensor, targets_BN: Tensor, is_masked_BN: Tensor, mask_ratio_B: Tensor, mask_slope_B: Tensor
) -> Tensor:
    """Score entropy in nats summed over a picture's masked positions, mean over pictures; float32 scalar.

    Args:
        logits_BNK: over the codebook only.
        targets_BN: clean code ids.
        is_masked_BN: which positions were masked.
        mask_ratio_B: m(t); taken as at least 1 / N, where m' / m has its pole.
        mask_slope_B: m'(t).
    """
    log_probabilities = masked_log_probabilities(logits_BNK, is_masked_BN)
    return score_entropy_from_log_probabilities(log_probabilities, targets_BN, is_masked_BN, mask_ratio_B, mask_slope_B)


def score_entropy_from_log_probabilities(
    log_probabilities_MK: Tensor, targets_BN: Tensor, is_masked_BN: Tensor, mask_ratio_B: Tensor, mask_slope_B: Tensor
) -> Tensor:
    """The same from log-probabilities at the masked positions (row-major order of `is_masked_BN`)."""
    batch, positions = targets_BN.shape
    ratio_B = mask_ratio_B.float().clamp(min=1 / positions, max=1 - _SMALLEST_KEPT)
    sigma_B = mask_slope_B.float() / (1 - ratio_B)
    odds_B = (1 - ratio_B) / ratio_B
    row_M = is_masked_BN.nonzero()[:, 0]
    odds_M = odds_B[row_M]
    entropy_M = score_entropy(log_probabilities_MK, targets_BN[is_masked_BN], odds_M)
    return (sigma_B[row_M] * entropy_M).sum() / batch


def score_entropy(log_probabilities_MK: Tensor, targets_M: Tensor, odds_M: Tensor) -> Tensor:
    """`sum_v [ s - r log s + K(r) ]` for each masked position, where odds = exp(-sigma_bar) / (1 - exp(-sigma_bar)).

    Only v = x_0 has r > 0, so the sum needs s over all v and log s at the target alone.
    """
    log_odds_M = odds_M.log()
    sum_of_scores_M = odds_M * log_probabilities_MK.exp().sum(dim=-1)
    log_score_at_target_M = log_odds_M + log_probabilities_MK.gather(-1, targets_M[:, None])[:, 0]
    return sum_of_scores_M - odds_M * log_score_at_target_M + odds_M * (log_odds_M - 1)
