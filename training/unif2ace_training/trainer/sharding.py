"""A model whose weights, gradients and optimiser states are split over the run's processes (FSDP2)."""

import warnings

import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard, register_fsdp_forward_method

from unif2ace_training.common.ranks import Ranks
from unif2ace_training.model.face_model import FaceModel

# Everything that computes: FSDP gathers weights before a method that it knows of.
_FORWARD_METHODS = ("forward_generate", "forward_understand")


def shard(model: FaceModel, ranks: Ranks, device: torch.device, precision: torch.dtype) -> None:
    """Split a model in place: a layer is gathered when it computes and let go afterwards.

    In bfloat16 weights travel and compute as such; what is kept, averaged and stepped is float32, as are the sums of
    gradients. Every process must hold the same weights.
    """
    mesh = init_device_mesh(device.type, (ranks.world,))
    policy = MixedPrecisionPolicy(cast_forward_inputs=False)
    if precision != torch.float32:
        policy = MixedPrecisionPolicy(param_dtype=precision, reduce_dtype=torch.float32, cast_forward_inputs=False)
    modules: list[nn.Module] = [*model.layers, model]
    for module in modules:
        fully_shard(module, mesh=mesh, mp_policy=policy)
    # Outputs are views (keys and values of a joint projection); nothing writes into them.
    warnings.filterwarnings("ignore", message="FSDP2-wrapped module .* returned a view tensor")
    for name in _FORWARD_METHODS:
        register_fsdp_forward_method(model, name)
