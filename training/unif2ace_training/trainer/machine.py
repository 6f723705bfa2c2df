"""Kinds of GPUs as their makers state them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class GpuKind:
    """One GPU."""

    memory_gib: float
    teraflops: float  # bfloat16 matrices without sparsity, at most
    watts: float  # board power, at most


# Data sheets of NVIDIA: A100 (2021), H100 and H200 SXM (2023), L40S (2023), GeForce RTX 4090 (2022).
GPU_KINDS: Final[dict[str, GpuKind]] = {
    "a100-40gb": GpuKind(40, 312, 400),
    "a100-80gb": GpuKind(80, 312, 400),
    "h100-80gb": GpuKind(80, 989, 700),
    "h200-141gb": GpuKind(131, 989, 700),
    "l40s-48gb": GpuKind(48, 362, 350),
    "rtx4090-24gb": GpuKind(24, 165, 450),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """GPUs of one kind, and the share of their operations that training is assumed to reach (MFU)."""

    kind: GpuKind
    gpus: int
    mfu: float

    def __post_init__(self) -> None:
        if self.gpus < 1:
            raise ValueError(f"--gpus is {self.gpus}; a machine has at least one")
        if not 0 < self.mfu <= 1:
            raise ValueError(f"--mfu is {self.mfu}; it is a share above 0 and at most 1")

    @property
    def flops(self) -> float:
        """Useful operations a second, all GPUs together."""
        return self.gpus * self.kind.teraflops * 1e12 * self.mfu
