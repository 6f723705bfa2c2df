"""`train`: the unified model, stages I and II, or a model folder that learns somebody's own pictures."""

import argparse
from dataclasses import dataclass, replace

import torch

from unif2ace_training.adaptation.base_folder import BaseFolder
from unif2ace_training.adaptation.own_data import open_own_data
from unif2ace_training.adaptation.settings import DEFAULT_RANK, adaptation_settings
from unif2ace_training.commands.train_options import parsed
from unif2ace_training.common.ranks import Ranks, ranks_of_environment
from unif2ace_training.config.presets import preset
from unif2ace_training.data.prepared import PreparedData, open_prepared
from unif2ace_training.export.read_folder import read_weights
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer, picture_decoder
from unif2ace_training.trainer.samples import PictureDecoder
from unif2ace_training.trainer.settings import TrainSettings, train_preset, with_overrides
from unif2ace_training.trainer.trainer import Trainer

# What a shell reports for a program that SIGTERM ended: the run is saved, but not finished.
_INTERRUPTED = 143


@dataclass(frozen=True, slots=True)
class _Run:
    """What a trainer is made from."""

    settings: TrainSettings
    prepared: PreparedData
    decode: PictureDecoder | None


def main(argv: list[str]) -> int:
    """Train, or go on with the run in --out: alone, or as one of the processes that torchrun started."""
    arguments = parsed(argv)
    with ranks_of_environment() as ranks:
        return _train(arguments, ranks)


def _train(arguments: argparse.Namespace, ranks: Ranks) -> int:
    run = _adaptation(arguments) if arguments.data else _from_folders(arguments, ranks)
    say = print if ranks.is_first else _nothing
    for name, split in (("train", run.prepared.train), ("held-out", run.prepared.held_out)):
        skipped = split.generate.skipped + split.understand.skipped
        say(
            f"{name}: {len(split.generate)} prompts, {len(split.understand)} conversations"
            + (f"; {skipped} texts are longer than the preset's capacity and are left out" if skipped else ""),
            flush=True,
        )
    trainer = Trainer(run.settings, run.prepared, arguments.out, run.decode, read_weights, ranks)
    if trainer.step:
        say(f"going on after step {trainer.step} ({trainer.seconds:.0f} s of training)", flush=True)
    if trainer.run():
        return 0
    say(f"stopped after step {trainer.step}; the same command goes on from there", flush=True)
    return _INTERRUPTED


def _nothing(*_: object, **__: object) -> None:
    """What ranks beside the first one say."""


def _from_folders(arguments: argparse.Namespace, ranks: Ranks) -> _Run:
    """A run over what `prepare`, `tokenizer` and `encoders` wrote."""
    settings = _with_options(train_preset(arguments.preset), arguments)
    if settings.num_threads is not None:
        torch.set_num_threads(settings.num_threads)
    prepared = open_prepared(
        preset(arguments.preset),
        prepared=arguments.prepared,
        tokenizer=arguments.tokenizer,
        encoders=arguments.encoders,
        cache=arguments.out / "texts",
    )
    # Several ranks draw no samples.
    codec = None if ranks.are_many else load_image_tokenizer(arguments.tokenizer).to(settings.device)
    return _Run(settings, prepared, None if codec is None else picture_decoder(codec))


def _adaptation(arguments: argparse.Namespace) -> _Run:
    """A run over somebody's own pictures."""
    base = BaseFolder(arguments.init_from)
    prepared = open_own_data(base, arguments.data, arguments.out)
    rank = 0 if arguments.full_weights else DEFAULT_RANK if arguments.lora is None else arguments.lora
    settings = _with_options(adaptation_settings(prepared, rank), arguments)
    if settings.num_threads is not None:
        torch.set_num_threads(settings.num_threads)
    return _Run(settings, prepared, base.decode)


def _with_options(settings: TrainSettings, arguments: argparse.Namespace) -> TrainSettings:
    """Settings to start from, then options, then --set."""
    names = ("stage_1_steps", "stage_2_steps", "minutes")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    source = None if arguments.init_from is None else str(arguments.init_from)
    settings = replace(settings, budget=replace(settings.budget, **given), init_from=source)
    return with_overrides(settings, arguments.set)
