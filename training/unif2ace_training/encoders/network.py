"""The picture towers, the two encoders on top of them, and the graphs that are exported.

No layer mixes rows of a batch, in training neither: GroupNorm instead of BatchNorm. Embeddings have length √width,
so that their features are near 1, as a linear layer after them expects.
"""

# B pictures, P pooled features, C CLIP width, F face width

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.common.residual_block import NORM_GROUPS, residual_blocks
from unif2ace_training.encoders.settings import TowerConfig

# A face counts as found from this probability.
FOUND_FROM = 0.5


class PictureTower(nn.Module):
    """Pixels [B, 3, w, w] to pooled features [B, P]: every position keeps its place in the vector."""

    def __init__(self, config: TowerConfig):
        super().__init__()
        widths = config.widths
        self.fold = nn.PixelUnshuffle(config.patch)
        self.stem = nn.Conv2d(3 * config.patch**2, widths[0], 3, padding=1)
        self.stages = nn.ModuleList(
            residual_blocks(width, count) for width, count in zip(widths, config.blocks, strict=True)
        )
        self.downsample = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in zip(widths, widths[1:], strict=False))
        self.norm = nn.GroupNorm(NORM_GROUPS, widths[-1])
        self.position = nn.Conv2d(widths[-1], config.position_width, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        last = self.stages_of(pixels)[-1]
        return F.silu(self.position(F.silu(self.norm(last)))).flatten(1)

    def stages_of(self, pixels: Tensor) -> list[Tensor]:
        """Features [B, width, side, side] after each stage, from the finest to the coarsest."""
        x, found = self.stem(self.fold(pixels)), []
        for index, stage in enumerate(self.stages):
            found.append(stage(x))
            if index < len(self.downsample):
                x = self.downsample[index](found[-1])
        return found


class ClipEncoder(nn.Module):
    """A picture as a vector that lies near those of the texts which describe it."""

    def __init__(self, config: TowerConfig):
        super().__init__()
        self.config = config
        self.tower = PictureTower(config)
        self.head = nn.Linear(config.pooled_width, config.embedding_width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Embeddings [B, C] of length √C."""
        return scaled_to_unit_features(self.head(self.tower(pixels)))


class FaceEncoder(nn.Module):
    """A picture as a vector that says who it shows, and the logit of whether it shows a face at all."""

    def __init__(self, config: TowerConfig):
        super().__init__()
        self.config = config
        self.tower = PictureTower(config)
        self.head = nn.Linear(config.pooled_width, config.embedding_width)
        self.finder = nn.Linear(config.pooled_width, 1)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings [B, F] of length √F, found or not, and logits [B]."""
        pooled = self.tower(pixels)
        return scaled_to_unit_features(self.head(pooled)), self.finder(pooled)[:, 0]


class ClipGraph(nn.Module):
    """The exported graph `clip`: normalised pixels [B, 3, w, w] to embeddings [B, C]."""

    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.encoder = encoder

    def forward(self, pixels: Tensor) -> Tensor:
        return self.encoder(pixels)


class FaceGraph(nn.Module):
    """The exported graph `face`: normalised pixels [B, 3, w, w] to embeddings [B, F], zeros where no face was found,
    the probability of a face [B], and whether one was found, bool [B]."""

    def __init__(self, encoder: FaceEncoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        embedding, logit = self.encoder(pixels)
        score = torch.sigmoid(logit)
        found = score >= FOUND_FROM
        return embedding * found[:, None], score, found


def scaled_to_unit_features(vectors: Tensor) -> Tensor:
    """Vectors [..., width] stretched to length √width."""
    return F.normalize(vectors, dim=-1) * math.sqrt(vectors.shape[-1])
