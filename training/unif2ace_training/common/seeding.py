"""Seeded generators, one for each named purpose, so that adding a draw in one place changes no other."""

import hashlib

import numpy as np
import torch


def stream_seed(seed: int, *names: str | int) -> int:
    """A 63-bit seed for the stream called `names` under `seed`; the same on every machine and Python."""
    label = "\x1f".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "little") >> 1


def torch_generator(seed: int, *names: str | int, device: torch.device | str = "cpu") -> torch.Generator:
    """A torch generator for one named stream, for example `torch_generator(seed, "corrupt", step)`."""
    generator = torch.Generator(device=device)
    generator.manual_seed(stream_seed(seed, *names))
    return generator


def numpy_generator(seed: int, *names: str | int) -> np.random.Generator:
    """A numpy generator for one named stream."""
    return np.random.default_rng(stream_seed(seed, *names))
