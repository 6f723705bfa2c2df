"""The reference sampler: iterative unmasking with guidance, exactly as the server does it (docs/sampling.md).

`unmask_step` is the twin of the `sample_image` graph; `unmask` is the twin of the server's loop around it. Every
random number comes from Philox keyed by (seed, step, row), so a picture does not depend on its batch.
"""

# R pictures, N code positions, K codebook

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.common import rng
from unif2ace_training.diffusion.mask_schedule import masked_after_step

# Logits [R, N, K] of pictures [R, N] at noise levels [R]: conditional, and unconditional (None when guidance is off).
Predict = Callable[[Tensor, Tensor], tuple[Tensor, Tensor | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnmaskSettings:
    """How to sample pictures.

    guidance_scale s is that of `uncond + s (cond - uncond)`: 1 is off. temperature 0 takes the likeliest code.
    confidence_temperature is the Gumbel noise at the start; it falls linearly to 0.
    """

    num_inference_steps: int
    guidance_scale: float = 3.0
    temperature: float = 0.9
    confidence_temperature: float = 3.0

    def __post_init__(self) -> None:
        if self.num_inference_steps < 1:
            raise ValueError(f"num_inference_steps is {self.num_inference_steps}; it must be at least 1")
        for name in ("guidance_scale", "temperature", "confidence_temperature"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more")


class UnmaskStep(NamedTuple):
    """Pictures after one step."""

    next_code_ids_RN: Tensor  # K where still masked
    proposed_code_ids_RN: Tensor  # every masked position filled: a preview


def guided_logits(conditional: Tensor, unconditional: Tensor | None, guidance_scale: float) -> Tensor:
    """`uncond + s (cond - uncond)`; without unconditional logits the conditional ones."""
    if unconditional is None:
        return conditional
    return unconditional + guidance_scale * (conditional - unconditional)


def unmask_step(
    guided_logits_RNK: Tensor,
    code_ids_RN: Tensor,
    *,
    temperature: float,
    confidence_temperature: float,
    keep_masked_R: Tensor,
    token_uniforms_RN: Tensor,
    confidence_uniforms_RN: Tensor,
) -> UnmaskStep:
    """Sample every masked position and keep the most confident; `confidence_temperature` is already annealed."""
    codebook_size = guided_logits_RNK.shape[-1]
    is_masked = code_ids_RN == codebook_size
    if temperature == 0:
        sampled = guided_logits_RNK.argmax(dim=-1)
    else:
        cumulative = (guided_logits_RNK / temperature).softmax(dim=-1).cumsum(dim=-1)
        passed = (cumulative <= token_uniforms_RN[..., None]).sum(dim=-1)
        sampled = passed.clamp(max=codebook_size - 1)
    proposed = torch.where(is_masked, sampled, code_ids_RN)
    log_probability = guided_logits_RNK.log_softmax(dim=-1).gather(-1, sampled[..., None])[..., 0]
    gumbel = -torch.log(-torch.log(confidence_uniforms_RN))
    confidence = (log_probability + confidence_temperature * gumbel).masked_fill(~is_masked, torch.inf)
    # Stable descending order: of equally confident positions the one with the lower index comes first.
    order = confidence.argsort(dim=-1, descending=True, stable=True)
    rank = order.argsort(dim=-1)
    stays_masked = rank >= code_ids_RN.shape[1] - keep_masked_R[:, None]
    return UnmaskStep(proposed.masked_fill(stays_masked, codebook_size), proposed)


@torch.no_grad()
def unmask(
    predict: Predict,
    initial_code_ids_RN: Tensor,
    codebook_size: int,
    settings: UnmaskSettings,
    seeds: Sequence[int],
    rows: Sequence[int] | None = None,
) -> Tensor:
    """Unmask pictures; code id `codebook_size` marks what is to be drawn, everything else is given and kept.

    Args:
        seeds: one a picture.
        rows: each picture's index within its request, by default 0 for all.

    Returns:
        Code ids [R, N] without masks.
    """
    code_ids = initial_code_ids_RN
    rows = rows if rows is not None else [0] * len(seeds)
    initially_masked = (code_ids == codebook_size).sum(dim=1).tolist()
    for step in range(settings.num_inference_steps):
        masked_now = (code_ids == codebook_size).sum(dim=1)
        if not masked_now.any():
            break
        keep_masked = [
            masked_after_step(step=step, num_steps=settings.num_inference_steps, initially_masked=first, masked_now=now)
            for first, now in zip(initially_masked, masked_now.tolist(), strict=True)
        ]
        conditional, unconditional = predict(code_ids, masked_now / code_ids.shape[1])
        device = code_ids.device
        code_ids = unmask_step(
            guided_logits(conditional.float(), _as_float(unconditional), settings.guidance_scale),
            code_ids,
            temperature=settings.temperature,
            confidence_temperature=annealed(settings, step),
            keep_masked_R=torch.tensor(keep_masked, device=device),
            token_uniforms_RN=_uniforms(rng.STREAM_IMAGE_TOKEN, step, seeds, rows, code_ids),
            confidence_uniforms_RN=_uniforms(rng.STREAM_CONFIDENCE, step, seeds, rows, code_ids),
        ).next_code_ids_RN
    return code_ids


def annealed(settings: UnmaskSettings, step: int) -> float:
    """The confidence temperature at 0-based `step`: from the given one at each step, never compounding."""
    return settings.confidence_temperature * (1 - (step + 1) / settings.num_inference_steps)


def _as_float(logits: Tensor | None) -> Tensor | None:
    return logits.float() if logits is not None else None


def _uniforms(stream: int, step: int, seeds: Sequence[int], rows: Sequence[int], code_ids_RN: Tensor) -> Tensor:
    drawn = [
        rng.uniforms(seed, stream=stream, step=step, row=row, count=code_ids_RN.shape[1])
        for seed, row in zip(seeds, rows, strict=True)
    ]
    return torch.from_numpy(np.stack(drawn)).to(code_ids_RN.device)
