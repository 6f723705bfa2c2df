"""Which parameter is trained by what: Muon for hidden matrices, AdamW for the rest; one factor for all rates."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from unif2ace_training.common.muon import Muon
from unif2ace_training.common.whole_tensors import whole
from unif2ace_training.trainer.settings import OptimizerSettings

# Embeddings and the head are tables, not maps between features. Routers are few rows whose scale is the decision.
# Resamplers are many narrow matrices: orthogonalising them costs more than it brings at width 32.
_NOT_MUON = ("embedding", "head", "gate", "resamplers")


class Optimizers:
    """One or two optimisers that step together."""

    def __init__(self, model: nn.Module, settings: OptimizerSettings, matrix_dtype: torch.dtype):
        self._max_gradient_norm = settings.max_gradient_norm
        self._parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        matrices, tables, vectors = split_parameters(model)
        if settings.name == "adamw":
            tables, matrices = tables + matrices, []
        adamw = AdamW(
            [
                {"params": tables, "weight_decay": settings.weight_decay},
                # Gains and biases are not pulled to 0: there is nothing to regularise in them.
                {"params": vectors, "weight_decay": 0.0},
            ],
            lr=settings.lr,
            betas=settings.betas,
            fused=True,
        )
        self._optimizers: dict[str, Optimizer] = {"adamw": adamw}
        if matrices:
            self._optimizers["muon"] = Muon(
                matrices, settings.muon_lr, settings.muon_momentum, settings.weight_decay, matrix_dtype
            )
        self._top_lr = {name: optimizer.param_groups[0]["lr"] for name, optimizer in self._optimizers.items()}

    def step(self, lr_factor: float) -> float:
        """Clip the gradients, update the parameters, forget the gradients; returns the norm before clipping."""
        norm = nn.utils.clip_grad_norm_(self._parameters, self._max_gradient_norm)
        for name, optimizer in self._optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = self._top_lr[name] * lr_factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return float(whole(norm))

    def fill_state(self) -> None:
        """Give every parameter the state it has after steps, without moving it: what a sharded state is read into."""
        for parameter in self._parameters:
            parameter.grad = torch.zeros_like(parameter)
        self.step(lr_factor=0.0)

    def state_dict(self) -> dict[str, Any]:
        """State of all optimisers."""
        return {name: optimizer.state_dict() for name, optimizer in self._optimizers.items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state of optimisers of the same model and settings."""
        for name, optimizer in self._optimizers.items():
            optimizer.load_state_dict(state[name])


def split_parameters(model: nn.Module) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Of what is not frozen: matrices for Muon; other matrices; vectors."""
    matrices: list[Tensor] = []
    tables: list[Tensor] = []
    vectors: list[Tensor] = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if parameter.ndim < 2:
            vectors.append(parameter)
        elif any(part in _NOT_MUON for part in name.split(".")):
            tables.append(parameter)
        else:
            matrices.append(parameter)
    return matrices, tables, vectors
