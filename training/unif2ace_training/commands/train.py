"""`train`: the unified model, stages I and II, from prepared records, codes and embeddings."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.data.prepared import open_prepared
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer, picture_decoder
from unif2ace_training.trainer.settings import TrainSettings, train_preset, with_overrides
from unif2ace_training.trainer.trainer import Trainer

# What a shell reports for a program that SIGTERM ended: the run is saved, but not finished.
_INTERRUPTED = 143


def main(argv: list[str]) -> int:
    """Train, or go on with the run in --out."""
    arguments = _parser().parse_args(argv)
    settings = _settings(arguments)
    if settings.num_threads is not None:
        torch.set_num_threads(settings.num_threads)
    prepared = open_prepared(
        preset(arguments.preset),
        prepared=arguments.prepared,
        tokenizer=arguments.tokenizer,
        encoders=arguments.encoders,
        cache=arguments.out / "texts",
    )
    for name, split in (("train", prepared.train), ("held-out", prepared.held_out)):
        skipped = split.generate.skipped + split.understand.skipped
        print(
            f"{name}: {len(split.generate)} prompts, {len(split.understand)} conversations"
            + (f"; {skipped} texts are longer than the preset's capacity and are left out" if skipped else ""),
            flush=True,
        )
    decode = picture_decoder(load_image_tokenizer(arguments.tokenizer).to(settings.device))
    trainer = Trainer(settings, prepared, arguments.out, decode)
    if trainer.step:
        print(f"going on after step {trainer.step} ({trainer.seconds:.0f} s of training)", flush=True)
    if trainer.run():
        return 0
    print(f"stopped after step {trainer.step}; the same command goes on from there", flush=True)
    return _INTERRUPTED


def _settings(arguments: argparse.Namespace) -> TrainSettings:
    """Preset, then options, then --set."""
    settings = train_preset(arguments.preset)
    names = ("stage_1_steps", "stage_2_steps", "minutes")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    source = None if arguments.init_from is None else str(arguments.init_from)
    settings = replace(settings, budget=replace(settings.budget, **given), init_from=source)
    return with_overrides(settings, arguments.set)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training train",
        description="Train the unified model. Run the same command again to go on with an unfinished run; "
        "SIGTERM and Ctrl-C save first.",
    )
    parser.add_argument("--preset", choices=sorted(PRESETS), required=True, help="sizes and settings to start from")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder that `tokenizer` wrote")
    parser.add_argument("--encoders", type=Path, required=True, help="folder that `encoders` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument(
        "--init-from",
        type=Path,
        help="folder of another run whose averaged weights this one begins with; it must have the same sizes and "
        "tokenizer.json",
    )
    parser.add_argument("--stage-1-steps", type=int, help="steps on captions alone")
    parser.add_argument("--stage-2-steps", type=int, help="steps with questions and answers as well")
    parser.add_argument(
        "--minutes",
        type=float,
        help="minutes of training in all instead of steps; budget.stage_1_fraction is stage I's",
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="any setting, such as optimizer.lr=0.001"
    )
    return parser
