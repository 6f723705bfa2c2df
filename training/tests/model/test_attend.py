import pytest
import torch
import torch.nn.functional as F

from unif2ace_training.model.attend import attend


@pytest.mark.parametrize("masked", [False, True])
def test_plain_products_are_the_fused_kernel_in_bfloat16(masked: bool):
    generator = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn((2, 3, 7, 16), generator=generator) for _ in range(3))
    mask = torch.ones(7, 7, dtype=torch.bool).tril()[None, None] if masked else None
    exact = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    short = [tensor.bfloat16().requires_grad_() for tensor in (query, key, value)]
    attended = attend(*short, mask)
    assert attended.dtype == torch.bfloat16
    # Eight bits of mantissa: products of 16 and means of 7 stay within a few of their last places.
    torch.testing.assert_close(attended.float(), exact, atol=0.03, rtol=0.03)
    attended.float().square().sum().backward()
    assert all(tensor.grad is not None and tensor.grad.isfinite().all() for tensor in short)


def test_float32_is_pytorchs_own_to_the_bit():
    query, key, value = torch.randn(3, 2, 3, 7, 16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(attend(query, key, value), F.scaled_dot_product_attention(query, key, value))
