"""Everything that is measured about drawn pictures."""

# R pictures, N code positions, W pixels of a side

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.data.picture_store import PictureStore
from unif2ace_training.evaluation.agreement import agreement_report, judge_report, text_match
from unif2ace_training.evaluation.distributions import (
    Pictures,
    code_perplexity,
    frechet_distance,
    nearest_equal_codes,
    spread,
)
from unif2ace_training.evaluation.drawing import Prompt
from unif2ace_training.evaluation.features import Encoders, Features, features_of_renders
from unif2ace_training.evaluation.held_out import Portrait, some
from unif2ace_training.evaluation.judge import Judge

DISTANCE_NAME: Final = (
    "Fréchet distance over this project's own CLIP-style features; it is not Inception FID and not comparable to it"
)

# Code ids int64 [R, N] to pictures uint8 [R, W, W, 3].
Decode = Callable[[Tensor], Pictures]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Drawn pictures and what they were drawn from."""

    prompts: Sequence[Prompt]
    prompt_ids: Sequence[list[int]]  # text tokens of each prompt
    code_ids_RN: Tensor
    pictures: Pictures
    same_prompt: Pictures  # several pictures of one prompt

    @property
    def portraits(self) -> list[Portrait]:
        """Whom the prompts were written about."""
        return [prompt.portrait for prompt in self.prompts]


@dataclass(frozen=True, slots=True)
class Portraits:
    """What drawn pictures are compared with."""

    store: PictureStore
    decode: Decode
    train: Sequence[Portrait]
    held_out: Sequence[Portrait]
    held_out_renders: Pictures

    def reconstructed(self, portraits: Sequence[Portrait]) -> Pictures:
        """Portraits as the image tokenizer shows them: what drawing can reach at best."""
        return self.decode(self.codes_of(portraits))

    def codes_of(self, portraits: Sequence[Portrait]) -> Tensor:
        """Their code ids [n, N]."""
        return self.store.gather(torch.tensor([portrait.row for portrait in portraits])).code_ids_BN


def picture_report(
    drawn: Drawn, portraits: Portraits, encoders: Encoders, judge: Judge, codebook: int
) -> dict[str, Any]:
    """All figures by topic; `codebook` is the number of codes that there are."""
    reconstructions = portraits.reconstructed(drawn.portraits)
    features, at_best = encoders.of(drawn.pictures), encoders.of(reconstructions)
    renders = features_of_renders(portraits.store, drawn.portraits)
    shown = {
        "rendered": judge.verdicts(portraits.held_out_renders),
        "reconstructed": judge.verdicts(portraits.reconstructed(portraits.held_out)),
    }
    texts = [prompt.text for prompt in drawn.prompts]
    verdicts = judge.verdicts(drawn.pictures), judge.verdicts(reconstructions)
    compared = {"drawn": features, "reconstructed": at_best, "rendered": renders}
    return {
        "count": len(texts),
        "face_found": {name: float(one.found_n.mean()) for name, one in compared.items()},
        "judge": judge_report(shown, portraits.held_out),
        "agreement": agreement_report(texts, *verdicts),
        "text_match": {
            name: text_match(encoders.text, drawn.prompt_ids, one.clip_nC)
            for name, one in compared.items()
            if encoders.text is not None
        },
        "distance": _distances(features, portraits, encoders),
        # Mean cosine distance between pictures: of different prompts, of the portraits, of one prompt.
        "diversity": {
            "drawn": spread(features.clip_nC),
            "reconstructed": spread(at_best.clip_nC),
            "drawn_from_one_prompt": spread(encoders.of(drawn.same_prompt).clip_nC),
        },
        "codes": _codes(drawn, portraits, codebook),
    }


def _distances(features: Features, portraits: Portraits, encoders: Encoders) -> dict[str, Any]:
    """From all held-out renders, for equal counts of drawn pictures, training renders and their reconstructions."""
    held_out = features_of_renders(portraits.store, portraits.held_out).clip_nC
    others = some(portraits.train, len(features.clip_nC), "distance")
    compared = {
        "drawn": features.clip_nC,
        "training_renders": features_of_renders(portraits.store, others).clip_nC,
        "training_reconstructions": encoders.of(portraits.reconstructed(others)).clip_nC,
    }
    figures = {name: frechet_distance(vectors, held_out) for name, vectors in compared.items()}
    return {"name": DISTANCE_NAME, "features": held_out.shape[1], "held_out_renders": len(held_out), **figures}


def _codes(drawn: Drawn, portraits: Portraits, codebook: int) -> dict[str, float]:
    """Codes in use, and how near drawn and held-out pictures come to a training picture."""
    known = portraits.codes_of(portraits.train).numpy()
    compared = {"drawn": drawn.code_ids_RN.numpy(), "held_out": portraits.codes_of(drawn.portraits).numpy()}
    report: dict[str, float] = {"codebook_size": codebook}
    for name, codes in compared.items():
        nearest = nearest_equal_codes(codes, known)
        report[f"{name}_perplexity"] = code_perplexity(codes, codebook)
        report[f"{name}_nearest_training_mean"] = float(nearest.mean())
        report[f"{name}_nearest_training_max"] = float(nearest.max())
    return report


def in_parts(decode: Decode, rows: int) -> Decode:
    """The same decoder, `rows` pictures at a time."""

    def decoded(code_ids_RN: Tensor) -> Pictures:
        return np.concatenate([decode(part) for part in code_ids_RN.split(rows)])

    return decoded
