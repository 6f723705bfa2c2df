"""What a pass costs, measured on the model itself with tensors that have a shape and no content: nothing is computed.

Layers are alike, so models of one and two layers say what any number of them costs.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from unif2ace_training.config.schema import ModelConfig, Task
from unif2ace_training.model.face_model import FaceModel

# Where logits are scored they are kept as float32 beside their log-probabilities, of pictures their exponentials too.
_LOSS_BYTES_PER_LOGIT: dict[Task, int] = {"generate": 12, "understand": 8}


@dataclass(frozen=True, slots=True)
class PassCost:
    """One row of one task."""

    positions: int
    flops: float  # of the forward pass; multiplications and additions counted apart
    kept_bytes: float  # what the gradient needs of the forward pass
    layer_bytes: float  # the part of it that is one layer's

    @property
    def recomputed_bytes(self) -> float:
        """With activation checkpointing: what is kept, and the one layer that is being computed again."""
        return self.kept_bytes + self.layer_bytes


def pass_cost(
    config: ModelConfig, task: Task, text_tokens: int, precision: torch.dtype, *, activation_checkpointing: bool
) -> PassCost:
    """Measure one row with a text of this length."""
    flops_1, bytes_1 = _measured(config, 1, task, text_tokens, precision, activation_checkpointing)
    flops_2, bytes_2 = _measured(config, 2, task, text_tokens, precision, activation_checkpointing)
    more = config.num_layers - 1
    positions = text_tokens + (config.image_block_length if task == "generate" else config.picture_prefix_length)
    kept = bytes_1 + more * (bytes_2 - bytes_1) + _loss_bytes(config, task, text_tokens)
    layer = bytes_2 - bytes_1
    if activation_checkpointing:
        # Keys and values of all layers live until the pass is over, and one layer at a time is computed again.
        kept += config.num_layers * 2 * positions * config.width * precision.itemsize
        whole_1, whole_2 = (
            _measured(config, layers, task, text_tokens, precision, checkpointing=False)[1] for layers in (1, 2)
        )
        layer = whole_2 - whole_1
    return PassCost(positions, flops_1 + more * (flops_2 - flops_1), kept, layer)


def _measured(
    config: ModelConfig, layers: int, task: Task, text_tokens: int, precision: torch.dtype, checkpointing: bool
) -> tuple[int, int]:
    """Operations and kept bytes of one row more through a model of so many layers.

    The second row's, because the first one's hold the weights that autocast has cast.
    """
    with FakeTensorMode():
        model = FaceModel(replace(config, num_layers=layers))
        model.activation_checkpointing = checkpointing
        one, two = (_of_rows(model, rows, task, text_tokens, precision) for rows in (1, 2))
    return two[0] - one[0], two[1] - one[1]


def _of_rows(model: FaceModel, rows: int, task: Task, text_tokens: int, precision: torch.dtype) -> tuple[int, int]:
    """Operations of a forward pass, and bytes of what it keeps for the gradient beside the weights."""
    weights = {_address(parameter) for parameter in model.parameters()}
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        if _address(tensor) not in weights:
            kept[_address(tensor)] = tensor
        return tensor

    counter = FlopCounterMode(display=False)
    autocast = torch.autocast("cpu", precision, enabled=precision != torch.float32)
    with counter, saved_tensors_hooks(keep, lambda tensor: tensor), autocast:
        _forward(model, rows, task, text_tokens)
    return counter.get_total_flops(), sum(tensor.untyped_storage().nbytes() for tensor in kept.values())


def _forward(model: FaceModel, rows: int, task: Task, text_tokens: int) -> object:
    config = model.config
    codes = torch.zeros(rows, config.image_tokens, dtype=torch.long)
    text = torch.zeros(rows, text_tokens, dtype=torch.long), torch.full((rows,), text_tokens)
    if task == "generate":
        return model.forward_generate(*text, codes, torch.zeros(rows))
    return model.forward_understand(
        codes, torch.zeros(rows, config.clip_width), torch.zeros(rows, config.face_width), *text
    )


def _loss_bytes(config: ModelConfig, task: Task, text_tokens: int) -> int:
    logits = config.image_tokens * config.codebook_size if task == "generate" else text_tokens * config.text_vocabulary
    return logits * _LOSS_BYTES_PER_LOGIT[task]


def _address(tensor: Tensor) -> int:
    """What tells two storages apart; several tensors may share one."""
    return tensor.untyped_storage()._cdata
