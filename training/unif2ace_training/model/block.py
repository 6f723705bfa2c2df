"""One layer: attention and mixture in parallel from the same normalised input, as in Phi-1.5."""

# B rows, S positions, D width

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.attention.flex_attention import BlockMask

from unif2ace_training.config.schema import TASKS, ModelConfig, Task
from unif2ace_training.model.attention import Attention, KeyValues
from unif2ace_training.model.moe import TokenMoE, TokenRouting
from unif2ace_training.model.rope import Rotary
from unif2ace_training.model.sequence_moe import SequenceCondition, SequenceMoE, SequenceRouting


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """What all layers of one forward pass share."""

    task: Task
    rotary: Rotary
    mask: Tensor | BlockMask | None  # see omni_mask
    is_real_BS: Tensor | None  # False at padding; None = no padding
    # Where the picture's codes lie among the S positions; None in a pass without a picture.
    codes: slice | None = None
    condition: SequenceCondition | None = None


class LayerResult(NamedTuple):
    """Output of one layer and what it decided."""

    x_BSD: Tensor
    key_values: KeyValues
    token_routing: TokenRouting
    sequence_routing: SequenceRouting | None


class Block(nn.Module):
    """`x + attention(norm x) + mixtures(norm x)`."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.norm = nn.LayerNorm(config.width, eps=config.layer_norm_epsilon)
        self.attention = Attention(config)
        self.moe = TokenMoE(config)
        self.sequence_moe = nn.ModuleDict({task: SequenceMoE(config, task) for task in TASKS})

    def forward(self, x_BSD: Tensor, shared: Pass, past: KeyValues | None = None) -> LayerResult:
        normalised = self.norm(x_BSD)
        attended, key_values = self.attention(normalised, shared.rotary, shared.mask, past)
        mixed, token_routing = self.moe(normalised, shared.task, shared.is_real_BS)
        sequence_routing = None
        if shared.codes is not None and shared.condition is not None:
            before, codes, after = mixed.tensor_split([shared.codes.start, shared.codes.stop], dim=1)
            codes, sequence_routing = self.sequence_moe[shared.task](codes, shared.condition)
            mixed = torch.cat([before, codes.to(mixed.dtype), after], dim=1)
        return LayerResult(x_BSD + attended + mixed, key_values, token_routing, sequence_routing)
