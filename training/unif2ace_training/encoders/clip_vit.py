"""CLIP's vision transformer as it is published (openai/clip-vit-large-patch14-336, in the layout of `transformers`).

Parameters have the published names, so that a file is loaded name by name; the text tower's are left over. The vector
has the direction of the published `image_embeds` and the length √width that all encoders here have.
"""

# B pictures, S patches and the class token, D width, C width of the embedding

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.encoders.network import scaled_to_unit_features
from unif2ace_training.encoders.preprocessing import Preprocessing

ARCHITECTURE: Final = "clip-vit"
# Of CLIPImageProcessor: OpenAI's mean and standard deviation of each colour.
_MEAN: Final = (0.48145466, 0.4578275, 0.40821073)
_STD: Final = (0.26862954, 0.26130258, 0.27577711)
_ACTIVATIONS: Final[Mapping[str, Callable[[Tensor], Tensor]]] = {
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
    "gelu": F.gelu,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ClipVitConfig:
    """Sizes, by `vision_config` of the published config.json."""

    image_size: int
    patch_size: int
    width: int
    mlp_width: int
    num_layers: int
    num_heads: int
    embedding_width: int
    activation: str
    layer_norm_epsilon: float

    def __post_init__(self) -> None:
        if self.activation not in _ACTIVATIONS:
            known = ", ".join(_ACTIVATIONS)
            raise ValueError(f"CLIP's hidden_act is {self.activation!r}, and only {known} are known here")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return {"architecture": ARCHITECTURE, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ClipVitConfig":
        """Inverse of `to_dict`."""
        return cls(**{name: value for name, value in values.items() if name != "architecture"})


def clip_vit_config(published: Mapping[str, Any]) -> ClipVitConfig:
    """The sizes that a published config.json states, of CLIP as a whole or of its vision tower.

    Raises:
        ValueError: it is not CLIP's.
    """
    vision = published.get("vision_config", published)
    try:
        return ClipVitConfig(
            image_size=vision["image_size"],
            patch_size=vision["patch_size"],
            width=vision["hidden_size"],
            mlp_width=vision["intermediate_size"],
            num_layers=vision["num_hidden_layers"],
            num_heads=vision["num_attention_heads"],
            embedding_width=published.get("projection_dim") or vision["projection_dim"],
            activation=vision.get("hidden_act", "quick_gelu"),
            layer_norm_epsilon=vision.get("layer_norm_eps", 1e-5),
        )
    except KeyError as error:
        raise ValueError(
            f"config.json says nothing of {error.args[0]}; is it CLIP's, as transformers writes it?"
        ) from None


def clip_vit_preprocessing(config: ClipVitConfig) -> Preprocessing:
    """What the published processor does: the shorter side resized, the middle cut out, OpenAI's colours."""
    return Preprocessing(size=config.image_size, mean=_MEAN, std=_STD, fit="clip")


class ClipVit(nn.Module):
    """Normalised pixels [B, 3, W, W] to embeddings [B, C] of length √C."""

    def __init__(self, config: ClipVitConfig):
        super().__init__()
        self.config = config
        self.vision_model = _VisionModel(config)
        self.visual_projection = nn.Linear(config.width, config.embedding_width, bias=False)

    @property
    def preprocessing(self) -> Preprocessing:
        """What the published processor makes of pictures."""
        return clip_vit_preprocessing(self.config)

    def forward(self, pixels: Tensor) -> Tensor:
        return scaled_to_unit_features(self.visual_projection(self.vision_model(pixels)))


class _VisionModel(nn.Module):
    def __init__(self, config: ClipVitConfig):
        super().__init__()
        self.embeddings = _Embeddings(config)
        # Spelled as published.
        self.pre_layrnorm = nn.LayerNorm(config.width, eps=config.layer_norm_epsilon)
        self.encoder = _Encoder(config)
        self.post_layernorm = nn.LayerNorm(config.width, eps=config.layer_norm_epsilon)

    def forward(self, pixels: Tensor) -> Tensor:
        states = self.encoder(self.pre_layrnorm(self.embeddings(pixels)))
        return self.post_layernorm(states[:, 0])


class _Embeddings(nn.Module):
    def __init__(self, config: ClipVitConfig):
        super().__init__()
        positions = (config.image_size // config.patch_size) ** 2 + 1
        self.class_embedding = nn.Parameter(torch.randn(config.width))
        self.patch_embedding = nn.Conv2d(3, config.width, config.patch_size, stride=config.patch_size, bias=False)
        self.position_embedding = nn.Embedding(positions, config.width)

    def forward(self, pixels: Tensor) -> Tensor:
        patches = self.patch_embedding(pixels).flatten(2).transpose(-1, -2)
        first = self.class_embedding.expand(len(pixels), 1, -1)
        return torch.cat([first, patches], dim=1) + self.position_embedding.weight


class _Encoder(nn.Module):
    def __init__(self, config: ClipVitConfig):
        super().__init__()
        self.layers = nn.ModuleList(_Layer(config) for _ in range(config.num_layers))

    def forward(self, states: Tensor) -> Tensor:
        for layer in self.layers:
            states = layer(states)
        return states


class _Layer(nn.Module):
    def __init__(self, config: ClipVitConfig):
        super().__init__()
        self.self_attn = _Attention(config)
        self.layer_norm1 = nn.LayerNorm(config.width, eps=config.layer_norm_epsilon)
        self.mlp = _Mlp(config)
        self.layer_norm2 = nn.LayerNorm(config.width, eps=config.layer_norm_epsilon)

    def forward(self, states: Tensor) -> Tensor:
        states = states + self.self_attn(self.layer_norm1(states))
        return states + self.mlp(self.layer_norm2(states))


class _Attention(nn.Module):
    def __init__(self, config: ClipVitConfig):
        super().__init__()
        self.num_heads = config.num_heads
        self.k_proj, self.v_proj, self.q_proj, self.out_proj = (nn.Linear(config.width, config.width) for _ in range(4))

    def forward(self, states: Tensor) -> Tensor:
        query, key, value = (
            part(states).unflatten(2, (self.num_heads, -1)).transpose(1, 2)
            for part in (self.q_proj, self.k_proj, self.v_proj)
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        return self.out_proj((torch.softmax(scores, dim=-1) @ value).transpose(1, 2).flatten(2))


class _Mlp(nn.Module):
    def __init__(self, config: ClipVitConfig):
        super().__init__()
        self.activation = _ACTIVATIONS[config.activation]
        self.fc1 = nn.Linear(config.width, config.mlp_width)
        self.fc2 = nn.Linear(config.mlp_width, config.width)

    def forward(self, states: Tensor) -> Tensor:
        return self.fc2(self.activation(self.fc1(states)))
