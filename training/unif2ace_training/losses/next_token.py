"""The next-token loss of understanding: cross-entropy of the answers' tokens (UniF2ace eq. 13)."""

# B rows, T text positions, V text vocabulary

import torch.nn.functional as F
from torch import Tensor


def next_token_loss(logits_BTV: Tensor, text_ids_BT: Tensor, is_answer_BT: Tensor) -> Tensor:
    """Mean cross-entropy in nats over all answer tokens of the batch; float32 scalar.

    Args:
        logits_BTV: position t predicts token t + 1.
        text_ids_BT: the text as it went in.
        is_answer_BT: True at tokens that are to be predicted (answers with their `<|eot|>`), not at questions or
            padding; the first position predicts from the picture alone and is never a target here.
    """
    is_target = is_answer_BT[:, 1:]
    return F.cross_entropy(logits_BTV[:, :-1][is_target].float(), text_ids_BT[:, 1:][is_target])
