"""A critic of patches: tells pictures from reconstructions by what a few dozen pixels show."""

# B pictures, W pixels of a side, w = W / 8

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

_WIDTHS = (32, 64, 128)
_LEAK = 0.2


class PatchCritic(nn.Module):
    """Convolutions of stride 2, each of norm 1 (Miyato et al. 2018), then a verdict for every patch (PatchGAN).

    VQGAN (Esser et al. 2021) trains its decoder against such a critic. Norms of layers instead of BatchNorm: no row of
    a batch depends on others.
    """

    def __init__(self):
        super().__init__()
        pairs = zip((3, *_WIDTHS), _WIDTHS, strict=False)
        self.stages = nn.ModuleList(spectral_norm(nn.Conv2d(a, b, 4, stride=2, padding=1)) for a, b in pairs)
        self.mix = spectral_norm(nn.Conv2d(_WIDTHS[-1], _WIDTHS[-1], 3, padding=1))
        self.verdict = nn.Conv2d(_WIDTHS[-1], 1, 3, padding=1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Verdicts [B, 1, w, w], high for pictures and low for reconstructions, and the features of each layer."""
        features = []
        x = pictures
        for layer in (*self.stages, self.mix):
            x = F.leaky_relu(layer(x), _LEAK)
            features.append(x)
        return self.verdict(x), features
