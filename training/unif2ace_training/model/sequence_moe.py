"""The sequence-level mixture: experts that see a whole picture's features (UniF2ace section 3.2, appendix B).

They act on the N code positions only. Text and `<|soi|>`, `<|eoi|>` never pass through them, which keeps the keys
and values of a text prefix independent of the picture and of the noise level.
"""

# B rows, N picture positions, D width

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from unif2ace_training.config.schema import SEQUENCE_EXPERTS, ModelConfig, Task
from unif2ace_training.model.noise_embedding import embed_noise_level
from unif2ace_training.model.resampler import Resampler
from unif2ace_training.model.router import gate_probabilities, top_k_mask

# How far above the others the copy experts' gate logits start. Only the order matters at step 0; the balance loss
# brings the other experts into use while the copies are still interchangeable.
COPY_BIAS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceCondition:
    """What the sequence-level experts are told about a picture: the noise level, or its two embeddings."""

    noise_level_B: Tensor | None = None  # mask ratio in [0, 1]; task generate
    clip_BC: Tensor | None = None  # task understand
    face_BF: Tensor | None = None  # task understand; zeros where no face was found


class SequenceRouting(NamedTuple):
    """Use of the sequence-level experts in one layer."""

    chosen_B4: Tensor  # bool
    probabilities_B4: Tensor  # float32, differentiable


class SequenceMoE(nn.Module):
    """`sum over the top 2 of g_i E_i(X)`, g renormalised; E copies, zeroes, or adds a resampled condition."""

    def __init__(self, config: ModelConfig, task: Task):
        super().__init__()
        self.kinds = SEQUENCE_EXPERTS[task]
        self.top_k = config.top_k_sequence_experts
        self.noise_width = config.resampler_width
        self.gate = nn.Linear(config.width, config.num_sequence_experts)
        widths = {"noise": config.resampler_width, "clip": config.clip_width, "face": config.face_width}
        self.resamplers = nn.ModuleDict(
            {kind: Resampler(config, widths[kind]) for kind in self.kinds if kind in widths}
        )

    def forward(self, x_BND: Tensor, condition: SequenceCondition) -> tuple[Tensor, SequenceRouting]:
        """Mix the experts' outputs for each picture."""
        probabilities = gate_probabilities(self.gate, x_BND.float().mean(dim=1))
        chosen = top_k_mask(probabilities, self.top_k)
        gates = probabilities * chosen
        gates = gates / gates.sum(dim=-1, keepdim=True)
        output = x_BND
        if "zero" in self.kinds:
            # Every other expert passes X through, so X keeps 1 minus the zero expert's share: exactly 1 without it.
            kept_B = 1 - gates[:, self.kinds.index("zero")]
            output = output * kept_B[:, None, None].to(x_BND.dtype)
        for kind, resampler in self.resamplers.items():
            share_B = gates[:, self.kinds.index(kind)]  # pyright: ignore[reportArgumentType]
            output = output + share_B[:, None, None].to(x_BND.dtype) * resampler(self._vector(kind, condition))
        return output, SequenceRouting(chosen, probabilities)

    def _vector(self, kind: str, condition: SequenceCondition) -> Tensor:
        """The vector that the resampler of this kind reads."""
        if kind == "noise":
            assert condition.noise_level_B is not None
            return embed_noise_level(condition.noise_level_B, self.noise_width)
        vector = condition.clip_BC if kind == "clip" else condition.face_BF
        assert vector is not None
        return vector

    @torch.no_grad()
    def start_as_copy(self) -> None:
        """Route every picture to the copy experts and silence the resamplers."""
        self.gate.weight.zero_()
        for index, kind in enumerate(self.kinds):
            self.gate.bias[index] = COPY_BIAS if kind == "copy" else 0.0
        for resampler in self.resamplers.values():
            assert isinstance(resampler, Resampler)
            resampler.zero_output()
