"""Contrast of pictures with texts, and of persons with a margin."""

# B rows, I identities, F face width

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def contrastive_loss(similarities_BB: Tensor) -> Tensor:
    """Mean of both directions' cross-entropy: each picture to find its text and each text its picture (CLIP)."""
    targets = torch.arange(len(similarities_BB), device=similarities_BB.device)
    return (F.cross_entropy(similarities_BB, targets) + F.cross_entropy(similarities_BB.T, targets)) / 2


def margin_loss(cosines_BI: Tensor, persons_B: Tensor, *, margin: float, scale: float) -> Tensor:
    """Cross-entropy over persons after the angle to one's own centre was widened by `margin` radians.

    ArcFace (Deng et al. 2019, equation 3). Beyond π − margin, where widening would lower the angle's cosine no more,
    its tangent goes on, as in the authors' code.
    """
    own_B = cosines_BI.gather(1, persons_B[:, None])[:, 0].float()
    sine_B = (1 - own_B.square()).clamp_min(1e-6).sqrt()
    widened_B = own_B * math.cos(margin) - sine_B * math.sin(margin)
    widened_B = torch.where(own_B > math.cos(math.pi - margin), widened_B, own_B - margin * math.sin(margin))
    logits_BI = cosines_BI.scatter(1, persons_B[:, None], widened_B[:, None].to(cosines_BI.dtype))
    return F.cross_entropy(scale * logits_BI, persons_B)
