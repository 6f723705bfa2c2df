"""Losses on held-out pictures, always the same texts at the same times and masks, so that two steps compare."""

import numpy as np
import torch

from unif2ace_training.common.seeding import numpy_generator, torch_generator
from unif2ace_training.data.mixture import generate_batch, understand_batch
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.data.tokenised_texts import TokenisedTexts
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.trainer.objective import Objective

_ROWS_PER_PASS = 32
_SEED = 0  # not the run's: runs with different seeds are compared on the same texts


@torch.no_grad()
def validation_losses(model: FaceModel, prepared: PreparedData, objective: Objective, rows: int) -> dict[str, float]:
    """Mean masked-token, score and next-token loss over about `rows` held-out texts of each task."""
    sums: dict[str, float] = {}
    passes: dict[str, int] = {}
    generator = torch_generator(_SEED, "validation")
    held_out, pictures, sequences = prepared.held_out, prepared.pictures, prepared.sequences
    results = []
    for chosen in _chosen(held_out.generate, rows, "generate"):
        nothing_dropped = torch.zeros(len(chosen), dtype=torch.bool)
        drawn = generate_batch(held_out.generate, chosen, pictures, sequences, nothing_dropped)
        results.append(objective.generate(model, drawn, generator))
    for chosen in _chosen(held_out.understand, rows, "understand"):
        about = understand_batch(held_out.understand, chosen, pictures, sequences)
        results.append(objective.understand(model, about))
    for result in results:
        for name, value in result.parts.items():
            sums[name] = sums.get(name, 0.0) + float(value)
            passes[name] = passes.get(name, 0) + 1
    wanted = ("masked_token", "score", "next_token")
    return {f"validation/{name}": sums[name] / passes[name] for name in wanted}


def _chosen(texts: TokenisedTexts, rows: int, name: str) -> list[np.ndarray]:
    """The same random texts every time, sorted by length and cut into passes."""
    order = numpy_generator(_SEED, "validation", name).permutation(len(texts))[:rows]
    by_length = order[np.argsort(texts.lengths[order], kind="stable")]
    return [by_length[start : start + _ROWS_PER_PASS] for start in range(0, len(by_length), _ROWS_PER_PASS)]
