"""The whole objective of one part of a batch: `L_D3Diff + lambda L_NTP + balance` (UniF2ace eq. 14, with eq. 7)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from unif2ace_training.common.ranks import ALONE, Ranks
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.data.mixture import GenerateBatch, UnderstandBatch
from unif2ace_training.data.picture_store import PictureBatch
from unif2ace_training.diffusion.corrupt import corrupt, stratified_times
from unif2ace_training.diffusion.mask_schedule import MaskSchedule
from unif2ace_training.losses.d3diff import d3diff_loss
from unif2ace_training.losses.next_token import next_token_loss
from unif2ace_training.losses.router_balance import sequence_balance_loss, token_balance_loss
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.routing import Routing
from unif2ace_training.trainer.settings import LossSettings, TrainSettings

_MASK_SCHEDULE = MaskSchedule("cosine")


@dataclass(frozen=True, slots=True)
class TaskLoss:
    """What is minimised for one task, its parts in nats for the log, and the routing of the pass."""

    total: Tensor
    parts: dict[str, Tensor]  # detached scalars by name
    routing: Routing


@dataclass(frozen=True, slots=True)
class Objective:
    """Computes losses on one device in one precision.

    Of several ranks each takes its rows of a batch, and the mean of the ranks' losses is the loss of the batch.
    """

    settings: LossSettings
    device: torch.device
    precision: torch.dtype
    ranks: Ranks = ALONE

    @classmethod
    def of(cls, settings: TrainSettings, ranks: Ranks = ALONE) -> "Objective":
        """The objective of a run."""
        return cls(settings.loss, torch.device(settings.device), getattr(torch, settings.precision), ranks)

    def generate(self, model: FaceModel, batch: GenerateBatch, generator: torch.Generator) -> TaskLoss:
        """D3Diff of pictures masked at times that `generator` draws, one from each of B equal intervals."""
        # Drawn on the CPU for the rows of all ranks, so that every device and any number trains on the same masks.
        times_B = stratified_times(len(batch.text_ids_BT), generator)
        drawn = corrupt(batch.pictures.code_ids_BN, times_B, _MASK_SCHEDULE, model.config.mask_code, generator)
        rows = self.ranks.rows()
        masked_here, masked = int(drawn.is_masked_BN[rows].sum()), int(drawn.is_masked_BN.sum())
        row_weight = self.ranks.weight(len(times_B[rows]), len(times_B))
        masked_weight = self.ranks.weight(masked_here, masked)
        noised = type(drawn)(*(tensor[rows].to(self.device) for tensor in drawn))
        batch = batch.part(rows)
        pictures = self._moved(batch.pictures)
        with self._autocast():
            output = model.forward_generate(
                batch.text_ids_BT.to(self.device),
                batch.text_lengths_B.to(self.device),
                noised.code_ids_BN,
                noised.noise_level_B,
            )
        loss = d3diff_loss(
            output.logits_BNK,
            pictures.code_ids_BN,
            noised.is_masked_BN,
            noised.mask_ratio_B,
            noised.mask_slope_B,
            alpha=row_weight * self.settings.alpha,
            masked_token_weight=masked_weight * self.settings.masked_token,
            label_smoothing=self.settings.label_smoothing,
        )
        parts = {"masked_token": masked_weight * loss.masked_token, "score": row_weight * loss.score}
        return self._with_balance(loss.total, parts, output.routing)

    def understand(self, model: FaceModel, batch: UnderstandBatch) -> TaskLoss:
        """Next-token loss of the answers."""
        answers, rows = int(batch.is_answer_BT.sum()), self.ranks.rows(backwards=True)
        batch = batch.part(rows)
        weight = self.ranks.weight(int(batch.is_answer_BT.sum()), answers)
        pictures, text_ids = self._moved(batch.pictures), batch.text_ids_BT.to(self.device)
        with self._autocast():
            output = model.forward_understand(
                pictures.code_ids_BN,
                pictures.clip_BC,
                pictures.face_BF,
                text_ids,
                batch.text_lengths_B.to(self.device),
            )
        loss = weight * next_token_loss(output.logits_BTV, text_ids, batch.is_answer_BT.to(self.device))
        return self._with_balance(self.settings.next_token * loss, {"next_token": loss}, output.routing)

    def _with_balance(self, total: Tensor, parts: dict[str, Tensor], routing: Routing) -> TaskLoss:
        token, sequence = token_balance_loss(routing, self.ranks), sequence_balance_loss(routing, self.ranks)
        total = total + self.settings.token_balance * token + self.settings.sequence_balance * sequence
        parts = {
            **parts,
            f"token_balance_{routing.task}": token,
            f"sequence_balance_{routing.task}": sequence,
        }
        return TaskLoss(total, {name: part.detach() for name, part in parts.items()}, routing)

    def _moved(self, pictures: PictureBatch) -> PictureBatch:
        return PictureBatch(
            pictures.code_ids_BN.to(self.device), pictures.clip_BC.to(self.device), pictures.face_BF.to(self.device)
        )

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32)


def corruption_generator(seed: int, step: int, part: int) -> torch.Generator:
    """The masks of one part of one step: a function of the step alone, so a resumed run draws the same."""
    return torch_generator(seed, "corrupt", step, part)
