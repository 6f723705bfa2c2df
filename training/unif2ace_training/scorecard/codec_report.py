"""What the picture codec loses on held-out renders: it bounds everything that is drawn."""

# n pictures, N code positions

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.evaluation.distributions import Pictures, code_perplexity
from unif2ace_training.evaluation.judge import Judge
from unif2ace_training.image_tokenizer.losses import mean_quality
from unif2ace_training.image_tokenizer.trainer import as_input

_AT_ONCE = 32


def codec_report(
    pictures: Pictures, shown: Pictures, codes_nN: NDArray[np.int32], codebook: int, judge: Judge
) -> dict[str, Any]:
    """PSNR in decibels, SSIM, perceptual distance and use of codes; `shown` are the pictures as they come back."""
    starts = range(0, len(pictures), _AT_ONCE)
    psnr, ssim = mean_quality(
        (as_input(shown[start : start + _AT_ONCE]), as_input(pictures[start : start + _AT_ONCE])) for start in starts
    )
    apart = judge.perceptual_distances(pictures, np.roll(pictures, 1, axis=0))
    return {
        "pictures": len(pictures),
        "psnr_db": psnr,
        "ssim": ssim,
        "perceptual_distance": float(judge.perceptual_distances(pictures, shown).mean()),
        "perceptual_distance_of_others": float(apart.mean()),
        "codes_used": int(len(np.unique(codes_nN))),
        "codebook": codebook,
        "code_perplexity": code_perplexity(codes_nN, codebook),
    }
