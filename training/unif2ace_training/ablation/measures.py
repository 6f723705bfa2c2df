"""What is measured of each run: losses on held-out texts, and a few drawn pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch

from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.evaluation.agreement import text_match
from unif2ace_training.evaluation.distributions import frechet_distance
from unif2ace_training.evaluation.drawing import Prompt, draw
from unif2ace_training.evaluation.features import Encoders, features_of_renders
from unif2ace_training.evaluation.picture_report import Portraits
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.trainer.objective import Objective
from unif2ace_training.trainer.settings import LossSettings
from unif2ace_training.trainer.validation import validation_losses

# What each figure is, and which direction is better.
MEASURES: Final[Mapping[str, str]] = {
    "masked_token": "nats a masked code, lower is better",
    "score": "score entropy of a picture in nats, lower is better",
    "next_token": "nats a token of an answer, lower is better",
    "distance": "Fréchet distance of drawn pictures over this project's CLIP-style features, lower is better",
    "text_match": "share of drawn pictures whose own prompt is the nearest of the group's, higher is better",
    "face_found": "share of drawn pictures in which the face encoder finds a face, higher is better",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What all runs are measured on: the same texts, prompts, seeds and steps."""

    prepared: PreparedData
    portraits: Portraits
    encoders: Encoders
    prompts: list[Prompt]
    prompt_ids: list[list[int]]
    settings: UnmaskSettings
    rows: int

    def measure(self, model: FaceModel) -> dict[str, float]:
        """Figures by the names of `MEASURES`; `text_match` needs encoders with a tower for texts."""
        objective = Objective(LossSettings(), torch.device("cpu"), torch.float32)
        losses = validation_losses(model, self.prepared, objective, self.rows)
        code_ids = draw(model, self.prepared, [prompt.text for prompt in self.prompts], self.settings)
        drawn = self.encoders.of(self.portraits.decode(code_ids))
        renders = features_of_renders(self.portraits.store, self.portraits.held_out)
        text = self.encoders.text
        match = {"text_match": text_match(text, self.prompt_ids, drawn.clip_nC)["retrieval"]} if text else {}
        return {
            **{name.removeprefix("validation/"): value for name, value in losses.items()},
            "distance": frechet_distance(drawn.clip_nC, renders.clip_nC),
            **match,
            "face_found": float(drawn.found_n.mean()),
        }
