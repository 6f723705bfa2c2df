"""Everything that the measurements of one model folder share: the model, the pictures, the judge, what is kept."""

# R pictures, N code positions, n pictures, C features, W pixels of a side

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.adaptation.base_folder import Encoded
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.evaluation.distributions import Pictures, Vectors
from unif2ace_training.evaluation.judge import Judge
from unif2ace_training.scorecard.renders import Prompt, Renders
from unif2ace_training.scorecard.served_model import ServedModel
from unif2ace_training.scorecard.stages import Stages


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What is measured, with what."""

    model: ServedModel
    renders: Renders
    judge: Judge
    stages: Stages
    settings: UnmaskSettings
    prompts: Sequence[Prompt]
    face_mesh_python: Path | None
    out: Path

    @cached_property
    def encoded(self) -> Encoded:
        """The held-out renders as the model reads them."""
        return self.model.encode(self.renders.pictures)

    @cached_property
    def shown(self) -> Pictures:
        """The held-out renders as its codec shows them."""
        return self.model.decode(torch.from_numpy(self.encoded.codes_nN.astype(np.int64)))

    @property
    def texts(self) -> list[str]:
        """The prompts alone."""
        return [prompt.text for prompt in self.prompts]

    @property
    def places(self) -> list[int]:
        """Of each prompt, the place of its portrait among the held-out ones."""
        return [prompt.portrait.row for prompt in self.prompts]

    def drawn(self, name: str, texts: Sequence[str], seeds: Sequence[int]) -> Pictures:
        """Pictures of texts with seeds, kept under this name."""

        def draw(rows: slice) -> Tensor:
            return self.model.draw(texts[rows], self.settings, seeds[rows])

        return self.model.decode(self.stages.codes(name, len(texts), draw))

    @cached_property
    def drawn_of_prompts(self) -> Pictures:
        """Picture i of prompt i, with seed i."""
        return self.drawn("prompts", self.texts, range(len(self.prompts)))

    def clip(self, pictures: Pictures) -> Vectors:
        """Vectors [n, C] of the folder's CLIP-style encoder."""
        return self.model.embed(pictures).astype(np.float32)
