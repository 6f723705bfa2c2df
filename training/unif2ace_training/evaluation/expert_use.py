"""Which experts the held-out set uses, layer by layer (UniF2ace, figure 5), and how many parameters that activates."""

# B rows, L layers, E routed experts, Q sequence-level experts

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.common.seeding import numpy_generator, torch_generator
from unif2ace_training.config.schema import SEQUENCE_EXPERTS, TASKS, Task
from unif2ace_training.data.mixture import generate_batch, understand_batch
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.data.tokenised_texts import TokenisedTexts
from unif2ace_training.diffusion.corrupt import corrupt, stratified_times
from unif2ace_training.diffusion.mask_schedule import MaskSchedule
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.parameters import ParameterCounts, count_parameters
from unif2ace_training.model.routing import Routing

_ROWS = 32
_SEED: Final = 0


@dataclass(slots=True)
class Use:
    """What the passes of one task have used so far; one row is one forward pass."""

    token_LE: Tensor
    sequence_LQ: Tensor
    activated: list[Tensor] = field(default_factory=list)
    touched: list[Tensor] = field(default_factory=list)

    def add(self, routing: Routing, counts: ParameterCounts, top_k: int) -> None:
        """Count one batch of passes over a picture and its text."""
        assert routing.sequence_chosen_BL4 is not None
        token_BLE, sequence_BLQ = routing.token_counts_BLE.cpu(), routing.sequence_chosen_BL4.cpu()
        self.token_LE += token_BLE.sum(dim=0)
        self.sequence_LQ += sequence_BLQ.sum(dim=0)
        sizes_Q = torch.tensor(counts.sequence_expert[routing.task])
        fixed_B = counts.dense[routing.task] + (sequence_BLQ * sizes_Q).sum(dim=(1, 2))
        routed = token_BLE.shape[1] * top_k * counts.routed_expert
        self.activated.append(fixed_B + routed)
        self.touched.append(fixed_B + (token_BLE > 0).sum(dim=(1, 2)) * counts.routed_expert)


@torch.inference_mode()
def expert_report(model: FaceModel, prepared: PreparedData, rows: int) -> dict[str, Any]:
    """Use of experts and activated parameters over about `rows` held-out texts of each task.

    Every row is one pass over a whole sequence: an unmasking step at a random mask ratio, or a picture with all that
    is said about it. `activated` counts what each of its tokens uses, `touched` what the tokens use together.
    """
    counts, config = count_parameters(model), model.config
    report: dict[str, Any] = {"parameters": {"total": counts.total, "embedding_tables": counts.embedding_tables}}
    for task in TASKS:
        passes = _drawing_passes if task == "generate" else _talking_passes
        use = Use(
            torch.zeros(config.num_layers, config.num_routed_experts, dtype=torch.long),
            torch.zeros(config.num_layers, config.num_sequence_experts, dtype=torch.long),
        )
        for routing in passes(model, prepared, rows):
            use.add(routing, counts, config.top_k_experts)
        report[task] = _figures(use, task)
    text_only = [set[int]() for _ in range(config.num_layers)]
    report["understand"]["activated_text_pass"] = counts.activated(config, "understand", text_only)
    return report


def _figures(use: Use, task: Task) -> dict[str, Any]:
    activated, touched = torch.cat(use.activated), torch.cat(use.touched)
    return {
        "passes": len(activated),
        "routed_experts": _shares(use.token_LE),
        "sequence_experts": _shares(use.sequence_LQ),
        "sequence_expert_kinds": list(SEQUENCE_EXPERTS[task]),
        "activated": _range(activated),
        "touched": _range(touched),
    }


def _shares(use_LE: Tensor) -> list[list[float]]:
    """Each expert's share of its layer's choices."""
    return (use_LE / use_LE.sum(dim=1, keepdim=True)).tolist()


def _range(values: Tensor) -> dict[str, int]:
    return {"min": int(values.min()), "mean": round(float(values.double().mean())), "max": int(values.max())}


def _drawing_passes(model: FaceModel, prepared: PreparedData, rows: int) -> Iterator[Routing]:
    device, schedule = model.embedding.weight.device, MaskSchedule("cosine")
    generator = torch_generator(_SEED, "expert use")
    for chosen in _chosen(prepared.held_out.generate, rows, "generate"):
        nothing_dropped = torch.zeros(len(chosen), dtype=torch.bool)
        batch = generate_batch(
            prepared.held_out.generate, chosen, prepared.pictures, prepared.sequences, nothing_dropped
        )
        times_B = stratified_times(len(chosen), generator)
        noised = corrupt(batch.pictures.code_ids_BN, times_B, schedule, model.config.mask_code, generator)
        inputs = (batch.text_ids_BT, batch.text_lengths_B, noised.code_ids_BN, noised.noise_level_B)
        yield model.forward_generate(*(tensor.to(device) for tensor in inputs)).routing


def _talking_passes(model: FaceModel, prepared: PreparedData, rows: int) -> Iterator[Routing]:
    device = model.embedding.weight.device
    for chosen in _chosen(prepared.held_out.understand, rows, "understand"):
        batch = understand_batch(prepared.held_out.understand, chosen, prepared.pictures, prepared.sequences)
        pictures = batch.pictures
        inputs = (pictures.code_ids_BN, pictures.clip_BC, pictures.face_BF, batch.text_ids_BT, batch.text_lengths_B)
        yield model.forward_understand(*(tensor.to(device) for tensor in inputs)).routing


def _chosen(texts: TokenisedTexts, rows: int, name: str) -> Iterator[np.ndarray]:
    """Batches of the same random texts every time."""
    order = numpy_generator(_SEED, "expert use", name).permutation(len(texts))[:rows]
    yield from (order[start : start + _ROWS] for start in range(0, len(order), _ROWS))
