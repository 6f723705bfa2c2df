"""Reference picture drawing: iterative unmasking over the cached prefixes of prompts, guided by the empty one."""

# R pictures, N code positions

from collections.abc import Sequence

import torch
from torch import Tensor

from unif2ace_training.diffusion.unmask import UnmaskSettings, unmask
from unif2ace_training.model.face_model import FaceModel, Prefix


def generate_pictures(
    model: FaceModel, conditional: Prefix, unconditional: Prefix, settings: UnmaskSettings, seeds: Sequence[int]
) -> Tensor:
    """Code ids [R, N] of one picture for each row of the prefixes, drawn with the row's seed as the server does it."""
    config, device = model.config, model.embedding.weight.device

    def predict(code_ids_RN: Tensor, noise_level_R: Tensor) -> tuple[Tensor, Tensor | None]:
        drawn = model.unmask(conditional, code_ids_RN, noise_level_R).logits_BNK
        if settings.guidance_scale == 1:
            return drawn, None
        return drawn, model.unmask(unconditional, code_ids_RN, noise_level_R).logits_BNK

    masked = torch.full((len(seeds), config.image_tokens), config.mask_code, device=device)
    return unmask(predict, masked, config.codebook_size, settings, seeds=seeds)
