"""Scalars of a run: TensorBoard for curves, `losses.jsonl` for programs, both with the same names."""

import json
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.tensorboard.writer import SummaryWriter

from unif2ace_training.model.routing import Routing

SCALARS_FILE = "losses.jsonl"


class Metrics:
    """Writes averages over the steps since the last write."""

    def __init__(self, folder: Path, first_step: int):
        """A resumed run passes its first step: later points of a sitting that was cut off are dropped."""
        self._scalars_path = folder / SCALARS_FILE
        _drop_from(self._scalars_path, first_step)
        self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step)
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._token_use: dict[str, Tensor] = {}
        self._sequence_use: dict[str, Tensor] = {}

    def add(self, parts: dict[str, Tensor | float]) -> None:
        """Remember the figures of one step."""
        for name, value in parts.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(value)
            self._counts[name] = self._counts.get(name, 0) + 1

    def add_routing(self, routing: Routing) -> None:
        """Count the experts that one pass used."""
        counts_LE = routing.token_counts_BLE.sum(dim=0).cpu()
        self._token_use[routing.task] = self._token_use.get(routing.task, torch.zeros_like(counts_LE)) + counts_LE
        if routing.sequence_chosen_BL4 is not None:
            chosen_L4 = routing.sequence_chosen_BL4.sum(dim=0).cpu()
            past = self._sequence_use.get(routing.task, torch.zeros_like(chosen_L4))
            self._sequence_use[routing.task] = past + chosen_L4

    def write(self, step: int) -> dict[str, float]:
        """Write what was remembered as the figures of `step`, forget it, and return the averages."""
        averages = {name: total / self._counts[name] for name, total in self._sums.items()}
        self.write_scalars(step, averages)
        for level, uses in (("token", self._token_use), ("sequence", self._sequence_use)):
            for task, use_LE in uses.items():
                self._write_shares(f"{level}_experts_{task}", use_LE, step)
        self._sums, self._counts, self._token_use, self._sequence_use = {}, {}, {}, {}
        return averages

    def write_scalars(self, step: int, scalars: dict[str, float]) -> None:
        """Write figures that need no averaging, such as validation losses."""
        for name, value in scalars.items():
            self.board.add_scalar(name, value, step)
        with self._scalars_path.open("a", encoding="utf-8") as stream:
            stream.write(
                json.dumps({"step": step, **{name: round(value, 6) for name, value in scalars.items()}}) + "\n"
            )

    def close(self) -> None:
        """Flush what TensorBoard has not written yet."""
        self.board.close()

    def _write_shares(self, name: str, use_LE: Tensor, step: int) -> None:
        """Each expert's share of its layer's choices."""
        shares_LE = use_LE / use_LE.sum(dim=1, keepdim=True).clamp(min=1)
        for layer, shares_E in enumerate(shares_LE.tolist()):
            values = {str(expert): share for expert, share in enumerate(shares_E)}
            for expert, share in values.items():
                self.board.add_scalar(f"{name}/layer_{layer}/expert_{expert}", share, step)


def _drop_from(path: Path, first_step: int) -> None:
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if json.loads(line)["step"] <= first_step]
        path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")
