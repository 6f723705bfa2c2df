"""What the picture codec loses on held-out renders: it bounds everything that is drawn."""

# n pictures, N code positions

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from unif2ace_training.evaluation.distributions import Pictures, code_perplexity
from unif2ace_training.evaluation.judge import Judge
from unif2ace_training.image_tokenizer.losses import peak_signal_to_noise, structural_similarity

_AT_ONCE = 32


def codec_report(
    pictures: Pictures, shown: Pictures, codes_nN: NDArray[np.int32], codebook: int, judge: Judge
) -> dict[str, Any]:
    """PSNR in decibels, SSIM, perceptual distance and use of codes; `shown` are the pictures as they come back."""
    psnr, ssim = [], []
    for start in range(0, len(pictures), _AT_ONCE):
        first, second = (_as_tensor(some[start : start + _AT_ONCE]) for some in (shown, pictures))
        psnr.append(peak_signal_to_noise(first, second))
        ssim.append(structural_similarity(first, second).flatten(1).mean(dim=1))
    apart = judge.perceptual_distances(pictures, np.roll(pictures, 1, axis=0))
    return {
        "pictures": len(pictures),
        "psnr_db": float(torch.cat(psnr).mean()),
        "ssim": float(torch.cat(ssim).mean()),
        "perceptual_distance": float(judge.perceptual_distances(pictures, shown).mean()),
        "perceptual_distance_of_others": float(apart.mean()),
        "codes_used": int(len(np.unique(codes_nN))),
        "codebook": codebook,
        "code_perplexity": code_perplexity(codes_nN, codebook),
    }


def _as_tensor(pictures: Pictures) -> torch.Tensor:
    """Pictures as [n, 3, W, W] in −1…1."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).movedim(-1, 1).float() / 127.5 - 1
