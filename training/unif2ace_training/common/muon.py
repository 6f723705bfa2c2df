"""Muon: momentum whose every update is orthogonalised, for the hidden matrices of a transformer.

K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024). torch.optim.Muon does the same
one matrix at a time and always in bfloat16, which CPUs without such instructions emulate (measured here: 20 to 40
times slower than float32). This one takes matrices of equal shape together and computes in the precision it is given.
A matrix that is split over processes is orthogonalised as a whole, in each of them.
"""

# P parameters of one shape, rows x columns

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from unif2ace_training.common.whole_tensors import parted_like, whole

# Quintic Newton-Schulz coefficients of the paper: fast at first, ends with singular values in about [0.7, 1.2].
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_STEPS = 5
_EPSILON = 1e-7


def orthogonalised(matrices: Tensor) -> Tensor:
    """The nearest semi-orthogonal matrices, roughly, of [..., rows, columns]: all singular values near 1."""
    a, b, c = _COEFFICIENTS
    is_tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if is_tall else matrices
    x = x / (torch.linalg.matrix_norm(x, keepdim=True) + _EPSILON)
    for _ in range(_STEPS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if is_tall else x


class Muon(Optimizer):
    """Parameters are matrices, stacks of them [S, rows, columns], or convolutions [out, in, height, width].

    Each matrix of a stack is updated on its own; a convolution counts as one matrix [out, in × height × width].
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        dtype: torch.dtype = torch.float32,
    ):
        """`dtype` is what the orthogonalisation computes in: bfloat16 where the device is fast in it."""
        params = list(params)
        flat = [tuple(parameter.shape) for parameter in params if parameter.ndim < 2]
        if flat:
            raise ValueError(f"Muon takes matrices; vectors such as {flat[0]} belong to another optimizer")
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self._dtype = dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """One update of every parameter that has a gradient."""
        assert closure is None
        for group in self.param_groups:
            for parameters in _by_shape(group["params"]):
                self._update(parameters, group)

    def _update(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        # Nesterov: a step from where the momentum is about to be.
        nesterov = torch.stack([whole(self._nesterov(parameter, group["momentum"])) for parameter in parameters])
        matrices = nesterov.flatten(2) if parameters[0].ndim == 4 else nesterov
        updates = orthogonalised(matrices.to(self._dtype)).to(parameters[0].dtype).view_as(nesterov)
        rows, columns = matrices.shape[-2:]
        rate = group["lr"] * max(1.0, rows / columns) ** 0.5
        for parameter, update in zip(parameters, updates, strict=True):
            parameter.mul_(1 - group["lr"] * group["weight_decay"]).add_(parted_like(update, parameter), alpha=-rate)

    def _nesterov(self, parameter: Tensor, momentum: float) -> Tensor:
        assert parameter.grad is not None
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(state["momentum"], momentum)


def _by_shape(parameters: list[Tensor]) -> list[list[Tensor]]:
    """Parameters with gradients, those of equal shape together."""
    groups: dict[torch.Size, list[Tensor]] = defaultdict(list)
    for parameter in parameters:
        if parameter.grad is not None:
            groups[parameter.shape].append(parameter)
    return list(groups.values())
