"""Initial weights for training from nothing, and the step-0 state of the experts.

Matrices start with standard deviation 1 / sqrt(fan in) (0.022 at the paper's width, where Phi has 0.02), those that
write into the residual stream smaller by sqrt(2 L). Routed down projections and resampler outputs start at zero and
the sequence routers choose the copies, so that a model with loaded dense weights computes what they computed.
"""

import torch
from torch import Tensor, nn

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.experts import RoutedExperts
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.sequence_moe import SequenceMoE

EMBEDDING_STD = 0.3  # of the order of what a layer adds at first; 0.02 would be drowned by it
_HEAD_STD = 0.02  # near-uniform predictions at step 0
_ROUTER_STD = 0.02  # near-uniform gates at step 0: no expert is favoured
_LATENT_STD = 1.0  # resampler latents enter a LayerNorm: only their differences matter


def new_model(config: ModelConfig, generator: torch.Generator) -> FaceModel:
    """A freshly initialised model; the generator decides every weight."""
    model = FaceModel(config)
    initialise(model, generator)
    return model


@torch.no_grad()
def initialise(model: FaceModel, generator: torch.Generator) -> None:
    """Set every parameter of the model."""
    for name, parameter in model.named_parameters():
        initialise_parameter(name, parameter, model.config, generator)
    start_experts_as_identity(model)


def start_experts_as_identity(model: nn.Module) -> None:
    """Silence the routed experts and the resamplers and route pictures to the copies."""
    for module in model.modules():
        if isinstance(module, RoutedExperts):
            module.zero_output()
        elif isinstance(module, SequenceMoE):
            module.start_as_copy()


def initialise_parameter(name: str, parameter: Tensor, config: ModelConfig, generator: torch.Generator) -> None:
    """Set one parameter by its name, experts included."""
    parts = name.split(".")
    residual_scale = (2 * config.num_layers) ** -0.5
    if parts[-1] == "bias":
        parameter.zero_()
    elif parts[-1] == "latents":
        parameter.normal_(std=_LATENT_STD, generator=generator)
    elif parameter.ndim == 1:  # gains of LayerNorms
        parameter.fill_(1.0)
    elif name == "embedding.weight":
        parameter.normal_(std=EMBEDDING_STD, generator=generator)
    elif name == "head.weight":
        parameter.normal_(std=_HEAD_STD, generator=generator)
    elif "gate" in parts:
        parameter.normal_(std=_ROUTER_STD, generator=generator)
    else:
        std = parameter.shape[1] ** -0.5
        writes_to_residual = parts[-2] in ("out", "down")
        parameter.normal_(std=std * (residual_scale if writes_to_residual else 1.0), generator=generator)
