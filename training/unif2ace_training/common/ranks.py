"""The processes of one run: which rows are whose, and what they agree on.

The processes are started by torchrun or by a PyTorchJob, which say in the environment who is who (WORLD_SIZE, RANK,
LOCAL_RANK, MASTER_ADDR, MASTER_PORT). One process alone is `ALONE`, for which nothing here changes anything.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

# Long enough for the slowest start: rank 0 tokenises the texts, the others wait.
_TIMEOUT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among those of the run."""

    rank: int = 0
    world: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes what is written once."""
        return self.rank == 0

    @property
    def are_many(self) -> bool:
        """Whether there is anyone to agree with."""
        return self.world > 1

    def rows(self, *, backwards: bool = False) -> slice:
        """Of the rows of a batch, every `world`-th from the rank on: shares differ by one row at most.

        Who gets one more of one task gets one less of the other, which is dealt out `backwards`.
        """
        return slice(self.world - 1 - self.rank if backwards else self.rank, None, self.world)

    def weight(self, here: int | float, everywhere: int | float) -> float:
        """What a mean over `here` things counts, so that the mean over ranks is the mean over `everywhere`."""
        return self.world * here / everywhere if self.are_many else 1.0

    def total(self, here: Tensor) -> Tensor:
        """The sum over ranks, without a gradient."""
        if not self.are_many:
            return here
        everywhere = here.detach().clone()
        dist.all_reduce(everywhere)
        return everywhere

    def means(self, here: dict[str, float]) -> dict[str, float]:
        """Each figure's mean over ranks; every rank has the same names."""
        if not self.are_many:
            return here
        figures = torch.tensor([here[name] for name in sorted(here)], dtype=torch.float64)
        dist.all_reduce(figures)
        return dict(zip(sorted(here), (figures / self.world).tolist(), strict=True))

    def most(self, here: float) -> float:
        """The largest of what the ranks have: the slowest one's seconds, or 1 where one rank was told to stop."""
        if not self.are_many:
            return here
        figure = torch.tensor(here, dtype=torch.float64)
        dist.all_reduce(figure, op=dist.ReduceOp.MAX)
        return float(figure)


ALONE = Ranks()


@contextmanager
def ranks_of_environment() -> Iterator[Ranks]:
    """Join the processes that the environment names; `ALONE` where it names none or one.

    Raises:
        ValueError: the environment is incomplete.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ALONE
        return
    missing = [name for name in ("RANK", "MASTER_ADDR", "MASTER_PORT") if name not in os.environ]
    if missing:
        raise ValueError(f"WORLD_SIZE is set but not {', '.join(missing)}; start the run with torchrun")
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    # Agreements and checkpoints go over the CPU's backend, gradients of GPUs over nccl.
    dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "cpu:gloo", timeout=_TIMEOUT)
    try:
        yield Ranks(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
