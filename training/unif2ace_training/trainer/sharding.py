"""A model whose weights, gradients and optimiser states are split over the run's processes (FSDP2)."""

import warnings

import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method

from unif2ace_training.common.ranks import Ranks
from unif2ace_training.model.face_model import FaceModel

# Everything that computes: FSDP gathers weights before a method that it knows of.
_FORWARD_METHODS = ("forward_generate", "forward_understand")


def shard(model: FaceModel, ranks: Ranks, device: torch.device) -> None:
    """Split a model in place: a layer is gathered when it computes and let go afterwards.

    Weights and sums of gradients travel as float32 and autocast casts them, as it does in one process: FSDP's own mixed
    precision would make the residual stream and the routers' weights bfloat16.
    Every process must hold the same weights.
    """
    mesh = init_device_mesh(device.type, (ranks.world,))
    modules: list[nn.Module] = [*model.layers, model]
    for module in modules:
        fully_shard(module, mesh=mesh)
    # Outputs are views (keys and values of a joint projection); nothing writes into them.
    warnings.filterwarnings("ignore", message="FSDP2-wrapped module .* returned a view tensor")
    for name in _FORWARD_METHODS:
        register_fsdp_forward_method(model, name)
