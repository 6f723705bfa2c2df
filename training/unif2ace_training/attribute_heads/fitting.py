"""Trains the network of the heads on the pictures of the part `fit`."""

# n pictures, D vector width, H heads

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from unif2ace_training.attribute_heads.examples import Examples
from unif2ace_training.attribute_heads.heads import Head
from unif2ace_training.attribute_heads.network import AttributeNetwork, heads_loss
from unif2ace_training.common.progress import track

_LEAST_SPREAD = 1e-4


@dataclass(frozen=True, kw_only=True, slots=True)
class FitSettings:
    """How the heads are trained; an epoch sees every picture and its mirror image once."""

    hidden: int = 256
    dropout: float = 0.3
    epochs: int = 12
    batch_size: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    seed: int = 0


def fit_heads(examples: Examples, heads: Sequence[Head], settings: FitSettings) -> AttributeNetwork:
    """The same pictures, heads and settings bring the same network.

    Raises:
        ValueError: no picture belongs to the part `fit`.
    """
    rows = examples.rows("fit")
    if not len(rows):
        raise ValueError("no picture is left to learn from: too few persons (one in twenty is held out)")
    vectors = torch.from_numpy(examples.vectors_n2D[rows].astype(np.float32)).flatten(0, 1)
    targets = torch.from_numpy(examples.targets(heads)[rows]).flatten(0, 1)
    torch.manual_seed(settings.seed)
    network = AttributeNetwork(vectors.shape[1], heads, settings.hidden, settings.dropout)
    network.mean_D.copy_(vectors.mean(dim=0))
    network.spread_D.copy_(vectors.std(dim=0) + _LEAST_SPREAD)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    steps = settings.epochs * -(-len(vectors) // settings.batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in track(range(settings.epochs), "epochs"):
        for chosen in torch.randperm(len(vectors)).split(settings.batch_size):
            optimizer.zero_grad()
            heads_loss(network.logits(vectors[chosen]), targets[chosen]).backward()
            optimizer.step()
            schedule.step()
    return network.eval()
