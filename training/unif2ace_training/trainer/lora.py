"""Low-rank adapters (LoRA, arXiv:2106.09685): `W + alpha / rank * up @ down`, of which only `up` and `down` learn.

They are PyTorch's own parametrizations: whoever reads `weight` gets the adapted matrix. The package `peft` wraps the
`forward` of modules instead; here some matrices are read without it (the head's rows), and would quietly stay as they
are.
"""

# r rank

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.trainer.settings import LoraSettings

# What is adapted: maps between features. Routers, resamplers and norms stay, and so does the embedding.
_ADAPTED = ("qkv", "out", "up", "down", "gate_up", "head")
_LEFT_ALONE = ("sequence_moe",)
_ORIGINAL = ".parametrizations.weight.original"


class LowRank(nn.Module):
    """Adds a product of two narrow matrices to a matrix [out, in]; nothing at first."""

    def __init__(self, weight: Tensor, settings: LoraSettings, generator: torch.Generator):
        super().__init__()
        outputs, inputs = weight.shape
        down = torch.empty(settings.rank, inputs).normal_(std=inputs**-0.5, generator=generator)
        self.down = nn.Parameter(down.to(weight.device))  # [r, in]
        self.up = nn.Parameter(torch.zeros(outputs, settings.rank, device=weight.device))  # [out, r]
        self.scale = settings.alpha / settings.rank

    def forward(self, weight: Tensor) -> Tensor:
        """The adapted matrix."""
        return torch.addmm(weight, self.up, self.down, alpha=self.scale)


def attach_lora(model: nn.Module, settings: LoraSettings, seed: int) -> None:
    """Freeze the model and give its matrices adapters that learn; rank 0 leaves everything as it is."""
    if settings.rank == 0:
        return
    model.requires_grad_(False)
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear) and _is_adapted(name):
            low_rank = LowRank(module.weight, settings, torch_generator(seed, "lora", name))
            parametrize.register_parametrization(module, "weight", low_rank)


def merged_state(model: nn.Module) -> dict[str, Tensor]:
    """Weights under the names of a model without adapters, each adapter added to its matrix."""
    modules = dict(model.named_modules())
    state: dict[str, Tensor] = {}
    for name, tensor in model.state_dict().items():
        if name.endswith(_ORIGINAL):
            adapted = name.removesuffix(_ORIGINAL)
            with torch.no_grad():
                state[f"{adapted}.weight"] = modules[adapted].weight  # pyright: ignore[reportArgumentType]
        elif ".parametrizations." not in name:
            state[name] = tensor
    return state


def _is_adapted(name: str) -> bool:
    path = name.split(".")
    return path[-1] in _ADAPTED and not set(path) & set(_LEFT_ALONE)
