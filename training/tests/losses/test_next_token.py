import pytest
import torch

from unif2ace_training.losses.next_token import next_token_loss

TEXT = torch.tensor([[5, 1, 2, 3, 4], [5, 3, 3, 0, 0]])
# The first row's answer is its last three tokens, the second row's one token; its padding is no answer.
IS_ANSWER = torch.tensor([[0, 0, 1, 1, 1], [0, 0, 1, 0, 0]], dtype=torch.bool)


def test_position_t_is_judged_by_token_t_plus_1_of_the_answer():
    logits = torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(0))
    log_probabilities = logits.log_softmax(dim=-1)
    targets = [(0, 1, 2), (0, 2, 3), (0, 3, 4), (1, 1, 3)]  # row, position that predicts, token
    expected = -sum(float(log_probabilities[place]) for place in targets) / 4
    assert float(next_token_loss(logits, TEXT, IS_ANSWER)) == pytest.approx(expected, rel=1e-6)


def test_questions_padding_and_the_last_position_teach_nothing():
    logits = torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(0)).requires_grad_()
    next_token_loss(logits, TEXT, IS_ANSWER).backward()
    assert logits.grad is not None
    assert logits.grad.any(dim=-1).tolist() == [[False, True, True, True, False], [False, True, False, False, False]]


def test_half_precision_logits_are_summed_in_single():
    logits = torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(0)).bfloat16()
    loss = next_token_loss(logits, TEXT, IS_ANSWER)
    assert torch.equal(loss, next_token_loss(logits.float(), TEXT, IS_ANSWER))
