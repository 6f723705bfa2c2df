"""The resampler: turns one vector into N rows of the backbone's width (UniF2ace, appendix E)."""

# B rows, N picture positions, D backbone width, c condition width, w resampler width

import torch
from torch import Tensor, nn

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.model.attend import attend
from unif2ace_training.model.feed_forward import FeedForward


class Resampler(nn.Module):
    """Learnable latents attend to the projected vector and to themselves, then are projected to the backbone.

    Appendix E names the residual steps but no normalisation; as in perceiver resamplers each step normalises its input.
    """

    def __init__(self, config: ModelConfig, condition_width: int):
        super().__init__()
        width = config.resampler_width
        self.project_in = nn.Linear(condition_width, width)
        self.latents = nn.Parameter(torch.empty(config.image_tokens, width))
        self.layers = nn.ModuleList(ResamplerLayer(config) for _ in range(config.resampler_layers))
        self.norm = nn.LayerNorm(width, eps=config.layer_norm_epsilon)
        self.project_out = nn.Linear(width, config.width)

    def forward(self, condition_Bc: Tensor) -> Tensor:
        """Rows [B, N, D] to be added to the picture's rows."""
        context_B1w = self.project_in(condition_Bc)[:, None]
        latents_BNw = self.latents.expand(len(condition_Bc), -1, -1)
        for layer in self.layers:
            latents_BNw = layer(latents_BNw, context_B1w)
        return self.project_out(self.norm(latents_BNw))

    @torch.no_grad()
    def zero_output(self) -> None:
        """Make the resampler output 0, so that its expert copies at step 0."""
        self.project_out.weight.zero_()
        self.project_out.bias.zero_()


class ResamplerLayer(nn.Module):
    """`Z <- Z + MHA(Z, [e; Z]); Z <- Z + FFN(Z)`."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        width = config.resampler_width
        self.rows = config.image_tokens
        self.num_heads = config.resampler_heads
        self.attention_norm = nn.LayerNorm(width, eps=config.layer_norm_epsilon)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.feed_forward_norm = nn.LayerNorm(width, eps=config.layer_norm_epsilon)
        self.feed_forward = FeedForward(width, 4 * width)

    def forward(self, latents_BNw: Tensor, context_B1w: Tensor) -> Tensor:
        normalised = self.attention_norm(torch.cat([context_B1w, latents_BNw], dim=1))
        query = self._heads(self.query(normalised[:, 1:]))
        key, value = (self._heads(part) for part in self.key_value(normalised).chunk(2, dim=-1))
        attended = attend(query, key, value)
        latents_BNw = latents_BNw + self.out(attended.transpose(1, 2).flatten(2))
        return latents_BNw + self.feed_forward(self.feed_forward_norm(latents_BNw))

    def _heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
