"""The text tower: token ids to the vector that CLIP's picture vector is compared with."""

# B texts, T text positions, D width, C CLIP width

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.encoders.network import ClipEncoder, scaled_to_unit_features
from unif2ace_training.encoders.settings import TextTowerConfig, TowerConfig

# CLIP starts at exp(s) = 1 / 0.07 and never lets it exceed 100 (Radford et al. 2021).
_FIRST_LOGIT_SCALE, _LARGEST_LOGIT_SCALE = math.log(1 / 0.07), math.log(100)


class TextLayer(nn.Module):
    """Full attention, then a feed-forward; each reads its normalised input and is added."""

    def __init__(self, config: TextTowerConfig):
        super().__init__()
        self.num_heads = config.num_heads
        self.attention_norm = nn.LayerNorm(config.width)
        self.query_key_value = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.feed_forward_norm = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, 4 * config.width)
        self.down = nn.Linear(4 * config.width, config.width)

    def forward(self, x_BTD: Tensor, is_real_BT: Tensor) -> Tensor:
        heads = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in self.query_key_value(self.attention_norm(x_BTD)).chunk(3, dim=-1)
        )
        attended = F.scaled_dot_product_attention(*heads, attn_mask=is_real_BT[:, None, None])
        x_BTD = x_BTD + self.out(attended.transpose(1, 2).flatten(2))
        return x_BTD + self.down(F.gelu(self.up(self.feed_forward_norm(x_BTD)), approximate="tanh"))


class TextTower(nn.Module):
    """Token ids int64 [B, T], right padded, with real lengths [B] to embeddings [B, C] of length √C."""

    def __init__(self, config: TextTowerConfig):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        nn.init.normal_(self.embedding.weight, std=0.5)
        self.layers = nn.ModuleList(TextLayer(config) for _ in range(config.num_layers))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, config.embedding_width)

    def forward(self, ids_BT: Tensor, lengths_B: Tensor) -> Tensor:
        positions = torch.arange(ids_BT.shape[1], device=ids_BT.device)
        is_real_BT = positions < lengths_B[:, None]
        x = self.embedding(ids_BT) + sinusoids(positions, self.config.width)
        for layer in self.layers:
            x = layer(x, is_real_BT)
        pooled = (self.norm(x) * is_real_BT[..., None]).sum(dim=1) / lengths_B[:, None]
        return scaled_to_unit_features(self.head(pooled))


class ClipPair(nn.Module):
    """Both towers and the sharpness of their comparison: what is trained."""

    def __init__(self, picture: TowerConfig, text: TextTowerConfig):
        super().__init__()
        self.picture = ClipEncoder(picture)
        self.text = TextTower(text)
        self.logit_scale = nn.Parameter(torch.tensor(_FIRST_LOGIT_SCALE))

    def similarities(self, pictures_BC: Tensor, texts_BC: Tensor) -> Tensor:
        """Scaled cosines [B, B] of every picture with every text."""
        scale = self.logit_scale.clamp(max=_LARGEST_LOGIT_SCALE).exp() / pictures_BC.shape[1]
        return scale * pictures_BC @ texts_BC.T


def sinusoids(positions_T: Tensor, width: int) -> Tensor:
    """Sinusoidal position embeddings [T, width] (Vaswani et al. 2017)."""
    frequencies = 10_000.0 ** (-torch.arange(0, width, 2, device=positions_T.device) / width)
    angles = positions_T[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def padded(texts: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Token ids int64 [B, T], right padded with 0, and lengths [B]; no text may be empty."""
    lengths = torch.tensor([len(text) for text in texts])
    longest = int(lengths.max())
    return torch.tensor([text + [0] * (longest - len(text)) for text in texts]), lengths
