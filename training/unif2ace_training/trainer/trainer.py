"""The loop: batches of both tasks in, checkpoints, averaged weights and reports out."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from unif2ace_training.common.artifacts import write_json, write_text
from unif2ace_training.common.ema import Ema
from unif2ace_training.common.progress import Progress
from unif2ace_training.common.ranks import ALONE, Ranks
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.grow import grow_vocabulary
from unif2ace_training.model.init import new_model
from unif2ace_training.model.weights import load_model, save_config, save_weights
from unif2ace_training.trainer.budget import Budget, lr_factor
from unif2ace_training.trainer.checkpoint import CHECKPOINT_FILE, Checkpoint, load_checkpoint, save_checkpoint
from unif2ace_training.trainer.lora import attach_lora, merged_state
from unif2ace_training.trainer.metrics import Metrics
from unif2ace_training.trainer.objective import Objective, TaskLoss, corruption_generator
from unif2ace_training.trainer.optimizer import Optimizers
from unif2ace_training.trainer.samples import PictureDecoder, sample_sheet
from unif2ace_training.trainer.settings import TrainSettings
from unif2ace_training.trainer.split_run import SplitRun, mixture_of
from unif2ace_training.trainer.stop_requests import stop_requests
from unif2ace_training.trainer.trained_parts import choose_trained_parts
from unif2ace_training.trainer.validation import validation_losses

SETTINGS_FILE = "config.json"


class Trainer:
    """One run in one folder; made anew from the same folder it goes on where the last checkpoint was.

    Several ranks hold a part each of the weights and take a part each of every batch; together they are one run that
    computes what one process would.
    """

    def __init__(
        self,
        settings: TrainSettings,
        prepared: PreparedData,
        folder: Path,
        decode: PictureDecoder | None = None,
        read_model: Callable[[Path], FaceModel] = load_model,
        ranks: Ranks = ALONE,
    ):
        """Without `decode` there are no sample sheets, nor are there where weights are split over ranks; `read_model`
        reads the weights to begin with.

        Raises:
            ValueError: the folder holds a run with other settings, the weights to begin with are of another size, or
                the settings are none for several ranks.
        """
        self._settings, self._prepared, self._folder, self._ranks = settings, prepared, folder, ranks
        self._decode = None if ranks.are_many else decode
        self._read_model = read_model
        self._budget = Budget(settings.budget)
        self._objective = Objective.of(settings, ranks)
        self.step = 0
        self.seconds = 0.0
        self.model = self._first_model().to(settings.device)
        attach_lora(self.model, settings.lora, settings.seed)
        choose_trained_parts(self.model, settings)
        self.model.activation_checkpointing = settings.activation_checkpointing
        self.model.attention = settings.attention
        self.ema = Ema(self.model, settings.ema_decay)
        self._split = SplitRun.of(self.model, self.ema.model, settings, folder, ranks)
        self._optimizers = Optimizers(self.model, settings.optimizer, self._objective.precision)
        self._mixture = mixture_of(settings, prepared)
        self._resume()
        if ranks.is_first:
            write_json(folder / SETTINGS_FILE, settings.to_dict())
            save_config(folder, prepared.config)
        # Losses are those of all rows; the experts' use is that of each rank's own.
        self._metrics = Metrics(folder if ranks.is_first else folder / "ranks" / str(ranks.rank), self.step)
        self._reports = _Reports(settings, self.seconds)

    def run(self) -> bool:
        """Train to the end of the budget; False when SIGTERM or Ctrl-C ended it early. Saves in both cases."""
        settings, total = self._settings, self._budget.total_steps
        stream = None if self._ranks.is_first else io.StringIO()  # one line for all
        with (
            stop_requests(self._ranks) as stop_requested,
            Progress("train", total, start=self.step, stream=stream) as progress,
        ):
            while self._budget.progress(self.step, self.seconds) < 1 and not stop_requested():
                began_at, stage = time.monotonic(), self._budget.stage(self.step, self.seconds)
                self.train_step()
                seconds = self._ranks.most(time.monotonic() - began_at)
                self.seconds += seconds
                self._metrics.add({"rows_per_second": settings.of_stage(stage).batch_size / seconds})
                if self.step % settings.report.log_every_steps == 0:
                    progress.note(**_shown(self._metrics.write(self.step)))
                progress.advance()
                self._report_when_due()
        finished = not stop_requested()
        self.save()
        if self._split is not None:
            self._split.finish()
        if finished:
            self._validate()
            self._sample()
        self._metrics.close()
        return finished

    def train_step(self) -> dict[str, float]:
        """One optimiser step over the tasks that are trained; returns the losses by name, in nats."""
        settings, step = self._settings, self.step
        stage = self._budget.stage(step, self.seconds)
        losses: dict[str, float] = {}
        for part in range(settings.accumulation):
            if settings.generate_rows:
                drawn = self._mixture.next_generate(step, part, stage)
                masks = corruption_generator(settings.seed, step, part)
                self._backward(self._objective.generate(self.model, drawn, masks), losses)
            about = self._mixture.next_understand(stage)
            self._backward(self._objective.understand(self.model, about), losses)
        factor = lr_factor(settings.schedule, step, self._budget.progress(step, self.seconds))
        losses = self._ranks.means(losses)
        losses["gradient_norm"] = self._optimizers.step(factor)
        self.ema.update(step)
        self._metrics.add({**losses, "lr_factor": factor, "stage": float(stage)})
        self.step += 1
        return losses

    def save(self) -> None:
        """Write the checkpoint and the averaged weights; of several ranks the checkpoint alone, in the background."""
        if self._split is not None:
            self._split.checkpoints.save(self._checkpoint())
            return
        save_checkpoint(self._folder, self._checkpoint())
        save_weights(self._folder, merged_state(self.ema.model))

    def _filled_checkpoint(self) -> Checkpoint:
        """The run's state with a place for everything that one after steps has."""
        self._optimizers.fill_state()
        return self._checkpoint()

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            settings=self._settings.to_dict(),
            model_config=self._prepared.config.to_dict(),
            step=self.step,
            seconds=self.seconds,
            model=self.model.state_dict(),
            ema=self.ema.model.state_dict(),
            optimizers=self._optimizers.state_dict(),
            mixture=self._mixture.state(),
        )

    def _first_model(self) -> FaceModel:
        """Fresh weights, or those of what is in `init_from`; a checkpoint of this run replaces either."""
        config, source = self._prepared.config, self._settings.init_from
        if source is None or (self._folder / CHECKPOINT_FILE).exists():
            return new_model(config, torch_generator(self._settings.seed, "init"))
        model = self._read_model(Path(source))
        if config.text_vocabulary > model.config.text_vocabulary:
            model = grow_vocabulary(model, config.text_vocabulary, torch_generator(self._settings.seed, "grow"))
        if model.config != config:
            names = sorted(name for name, size in config.to_dict().items() if model.config.to_dict()[name] != size)
            raise ValueError(
                f"the model in {source} has another {', '.join(names)}; weights can begin a run of the same sizes only "
                "(`prepare --tokenizer-file` takes that run's tokenizer.json)"
            )
        return model.train()

    def _resume(self) -> None:
        if self._split is None:
            checkpoint = load_checkpoint(self._folder, self._settings.to_dict(), self._prepared.config.to_dict())
        else:
            checkpoint = self._split.checkpoints.load(self._filled_checkpoint)
        if checkpoint is None:
            return
        self.step, self.seconds = checkpoint["step"], checkpoint["seconds"]
        self.model.load_state_dict(checkpoint["model"])
        self.ema.model.load_state_dict(checkpoint["ema"])
        self._optimizers.load_state_dict(checkpoint["optimizers"])
        self._mixture.load_state(checkpoint["mixture"])

    def _backward(self, loss: TaskLoss, losses: dict[str, float]) -> None:
        parts = self._settings.accumulation
        (loss.total / parts).backward()
        for name, value in {**loss.parts, "total": loss.total.detach()}.items():
            losses[name] = losses.get(name, 0.0) + float(value) / parts
        self._metrics.add_routing(loss.routing)

    def _report_when_due(self) -> None:
        if self._reports.is_due("checkpoint", self.seconds):
            self.save()
        if self._reports.is_due("validate", self.seconds):
            self._validate()
        if self._reports.is_due("sample", self.seconds):
            self._sample()

    def _validate(self) -> None:
        rows = self._settings.report.validation_rows
        # All rows in every rank: a mean over so few texts is not worth splitting.
        losses = validation_losses(self.ema.model, self._prepared, replace(self._objective, ranks=ALONE), rows)
        self._metrics.write_scalars(self.step, losses)

    def _sample(self) -> None:
        """Write `samples/STEP.png` and its captions, and the same to TensorBoard."""
        if self._decode is None:
            return
        sheet = sample_sheet(self.ema.model, self._prepared, self._decode)
        path = self._folder / "samples" / f"{self.step:06}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(sheet.pictures).save(path)
        captions = "\n\n".join(sheet.captions)
        write_text(path.with_suffix(".txt"), captions + "\n")
        self._metrics.board.add_image("samples", np.moveaxis(sheet.pictures, -1, 0), self.step)
        self._metrics.board.add_text("captions", captions, self.step)


class _Reports:
    """Which reports are due, by minutes of training."""

    def __init__(self, settings: TrainSettings, seconds: float):
        report = settings.report
        self._every = {
            "checkpoint": 60 * report.checkpoint_minutes,
            "validate": 60 * report.validate_minutes,
            "sample": 60 * report.sample_minutes,
        }
        self._last = dict.fromkeys(self._every, seconds)

    def is_due(self, name: str, seconds: float) -> bool:
        """True once for every interval that has passed."""
        if seconds - self._last[name] < self._every[name]:
            return False
        self._last[name] = seconds
        return True


def _shown(averages: dict[str, float]) -> dict[str, float]:
    """The figures worth a place on the progress line."""
    names = ("masked_token", "score", "next_token", "gradient_norm", "rows_per_second")
    return {name: averages[name] for name in names if name in averages}
