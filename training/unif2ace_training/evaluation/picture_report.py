"""Everything that is measured about drawn pictures."""

# R pictures, N code positions, W pixels of a side

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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
from unif2ace_training.evaluation.features import Encoders, Features, features_of_renders, fit_judges
from unif2ace_training.evaluation.held_out import Portrait, some

_JUDGE_TRAINING = 4000
_DISTANCE_NAME = "Fréchet distance over this project's own CLIP-style features; not Inception FID, not comparable to it"

# Code ids int64 [R, N] to pictures uint8 [R, W, W, 3].
Decode = Callable[[Tensor], Pictures]


@dataclass(frozen=True, slots=True)
class Judged:
    """Drawn pictures and what they are compared with."""

    prompts: Sequence[Prompt]
    prompt_ids: Sequence[list[int]]  # text tokens of each prompt
    code_ids_RN: Tensor
    pictures: Pictures
    same_prompt_code_ids_RN: Tensor  # several pictures of one prompt


class PictureJudge:
    """Holds the renders' features and the classifiers that were trained on them."""

    def __init__(
        self,
        encoders: Encoders,
        decode: Decode,
        store: PictureStore,
        train: Sequence[Portrait],
        held_out: Sequence[Portrait],
    ):
        self._encoders, self._decode, self._store = encoders, decode, store
        self._train, self._held_out = list(train), list(held_out)
        chosen = some(self._train, _JUDGE_TRAINING, "judges")
        self._judges = fit_judges(features_of_renders(store, chosen), chosen)

    def report(self, judged: Judged, codebook_size: int) -> dict[str, Any]:
        """All figures by topic."""
        drawn = self._encoders.of(judged.pictures)
        portraits = [prompt.portrait for prompt in judged.prompts]
        reconstructed = self._encoders.of(self.reconstructed(portraits))
        texts = [prompt.text for prompt in judged.prompts]
        tower = self._encoders.clip.text
        return {
            "count": len(texts),
            "face_found": {"drawn": float(drawn.found_n.mean()), "reconstructed": float(reconstructed.found_n.mean())},
            "judges": self._judges_report(),
            "agreement": agreement_report(self._judges, texts, drawn, reconstructed),
            "text_match": {
                "drawn": text_match(tower, judged.prompt_ids, drawn.clip_nC),
                "reconstructed": text_match(tower, judged.prompt_ids, reconstructed.clip_nC),
                "rendered": text_match(tower, judged.prompt_ids, features_of_renders(self._store, portraits).clip_nC),
            },
            "distance": self._distances(drawn),
            "diversity": self._diversity(judged, drawn, reconstructed),
            "codes": self._codes(judged, portraits, codebook_size),
        }

    def reconstructed(self, portraits: Sequence[Portrait]) -> Pictures:
        """The portraits as the image tokenizer shows them: what drawing can reach at best."""
        return self._decode(self._codes_of(portraits))

    def _judges_report(self) -> dict[str, Any]:
        rendered = features_of_renders(self._store, self._held_out)
        reconstructed = self._encoders.of(self.reconstructed(self._held_out))
        return judge_report(self._judges, rendered, reconstructed, self._held_out)

    def _distances(self, drawn: Features) -> dict[str, Any]:
        """From all held-out renders, for equal counts of drawn pictures, training renders and their reconstructions."""
        held_out = features_of_renders(self._store, self._held_out).clip_nC
        others = some(self._train, len(drawn.clip_nC), "distance")
        return {
            "name": _DISTANCE_NAME,
            "features": held_out.shape[1],
            "held_out_renders": len(held_out),
            "drawn": frechet_distance(drawn.clip_nC, held_out),
            "training_renders": frechet_distance(features_of_renders(self._store, others).clip_nC, held_out),
            "training_reconstructions": frechet_distance(
                self._encoders.of(self.reconstructed(others)).clip_nC, held_out
            ),
        }

    def _diversity(self, judged: Judged, drawn: Features, reconstructed: Features) -> dict[str, float]:
        """Mean cosine distance between pictures: of different prompts, of the renders, of one prompt."""
        same = self._encoders.of(self._decode(judged.same_prompt_code_ids_RN))
        return {
            "drawn": spread(drawn.clip_nC),
            "reconstructed": spread(reconstructed.clip_nC),
            "drawn_from_one_prompt": spread(same.clip_nC),
        }

    def _codes(self, judged: Judged, portraits: Sequence[Portrait], codebook_size: int) -> dict[str, float]:
        """Codes in use, and how near drawn and held-out pictures come to a training picture."""
        drawn, real = judged.code_ids_RN.numpy(), self._codes_of(portraits).numpy()
        known = self._codes_of(self._train).numpy()
        copies = {name: nearest_equal_codes(codes, known) for name, codes in (("drawn", drawn), ("held_out", real))}
        return {
            "codebook_size": codebook_size,
            "drawn_perplexity": code_perplexity(drawn, codebook_size),
            "held_out_perplexity": code_perplexity(real, codebook_size),
            **{f"{name}_nearest_training_mean": float(shares.mean()) for name, shares in copies.items()},
            **{f"{name}_nearest_training_max": float(shares.max()) for name, shares in copies.items()},
        }

    def _codes_of(self, portraits: Sequence[Portrait]) -> Tensor:
        return self._store.gather(torch.tensor([portrait.row for portrait in portraits])).code_ids_BN


def in_parts(decode: Decode, rows: int) -> Decode:
    """The same decoder, `rows` pictures at a time."""

    def decoded(code_ids_RN: Tensor) -> Pictures:
        return np.concatenate([decode(part) for part in code_ids_RN.split(rows)])

    return decoded
