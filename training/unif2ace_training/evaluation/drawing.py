"""Draws pictures of held-out prompts with the reference sampler, some prompts more than once."""

# R pictures, N code positions

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from unif2ace_training.common.progress import Progress
from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.data.records import Record
from unif2ace_training.data.sequences import load_tokenizer
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.generate_pictures import generate_pictures

_ROWS = 16


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, and the held-out portrait that it was written about."""

    text: str
    portrait: Portrait


def prompts_of(portraits: Sequence[Portrait], records: dict[str, list[Record]]) -> list[Prompt]:
    """One prompt about each portrait that has any; always the same one.

    Raises:
        ValueError: no portrait has a prompt.
    """
    prompts = []
    for portrait in portraits:
        if some := records.get(portrait.key):
            index = int(numpy_generator(0, "evaluate", "prompt", portrait.key).integers(len(some)))
            prompts.append(Prompt(some[index].description, portrait))
    if not prompts:
        raise ValueError("no held-out picture has a prompt; were --pictures and --prepared made of each other?")
    return prompts


def tokenised(prompts: list[Prompt], prepared: Path) -> list[list[int]]:
    """Text tokens of prompts, for CLIP's text tower; `prepared` is the folder of the tokenizer."""
    tokenizer = load_tokenizer(prepared)
    return [tokenizer.encode(prompt.text, add_special_tokens=False).ids for prompt in prompts]


def draw(
    model: FaceModel, prepared: PreparedData, texts: Sequence[str], settings: UnmaskSettings, first_seed: int = 0
) -> Tensor:
    """Code ids int64 [R, N]: picture r of text r, drawn with seed `first_seed` + r."""
    device, sequences, drawn = model.embedding.weight.device, prepared.sequences, []
    with Progress("pictures", len(texts)) as progress, torch.inference_mode():
        for start in range(0, len(texts), _ROWS):
            part = texts[start : start + _ROWS]
            prefixes = (
                model.prompt(*(ids.to(device) for ids in sequences.padded_prefixes(descriptions)))
                for descriptions in (part, [""] * len(part))
            )
            seeds = range(first_seed + start, first_seed + start + len(part))
            drawn.append(generate_pictures(model, *prefixes, settings=settings, seeds=seeds).cpu())
            progress.advance(len(part))
    return torch.cat(drawn)
