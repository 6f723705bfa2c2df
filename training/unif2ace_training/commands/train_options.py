"""The command line of `train`."""

import argparse
from pathlib import Path

from unif2ace_training.adaptation.settings import DEFAULT_RANK
from unif2ace_training.config.presets import PRESETS

# What a run is made from that begins at the beginning; --data takes all of it from the model in --init.
_MADE_FROM = ("preset", "prepared", "tokenizer", "encoders")


def parsed(argv: list[str]) -> argparse.Namespace:
    """The options; ends the program with status 2 where they do not go together."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    given = [name for name in _MADE_FROM if getattr(arguments, name) is not None]
    if arguments.data is None:
        missing = [f"--{name}" for name in _MADE_FROM if name not in given]
        if missing:
            parser.error(f"without --data, {', '.join(missing)} must be given")
        if arguments.lora is not None or arguments.full_weights:
            parser.error("--lora and --full-weights go with --data; other runs have --set lora.rank=RANK")
    elif given:
        parser.error(f"--data takes sizes, codec, encoders and tokenizer from --init; leave out --{given[0]}")
    elif arguments.init_from is None:
        parser.error("--data needs --init, the model folder to adapt")
    elif arguments.stage_1_steps is not None:
        parser.error("own pictures are learned in stage II at once: give --stage-2-steps or --minutes")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training train",
        description="Train the unified model, or adapt a model folder to your own captioned pictures (--init and "
        "--data, docs/adapt.md). Run the same command again to go on with an unfinished run; SIGTERM and Ctrl-C save "
        "first.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--preset", choices=sorted(PRESETS), help="sizes and settings to start from")
    parser.add_argument("--prepared", type=Path, help="folder that `prepare` wrote")
    parser.add_argument("--tokenizer", type=Path, help="folder that `tokenizer` wrote")
    parser.add_argument("--encoders", type=Path, help="folder that `encoders` wrote")
    parser.add_argument(
        "--init",
        "--init-from",
        dest="init_from",
        metavar="FOLDER",
        type=Path,
        help="begin with the weights of a model folder, or with the averaged weights of a run; sizes and "
        "tokenizer.json must be the same",
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
    _add_adaptation(parser)
    return parser


def _add_adaptation(parser: argparse.ArgumentParser) -> None:
    adapt = parser.add_argument_group("adapting a model folder to own pictures")
    adapt.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="captioned pictures: name.jpg and name.txt, LLaVA records, or shards of `gather` or `assemble`",
    )
    how = adapt.add_mutually_exclusive_group()
    how.add_argument(
        "--lora", type=int, metavar="RANK", help=f"learn adapters of this rank, merged when saved ({DEFAULT_RANK})"
    )
    how.add_argument("--full-weights", action="store_true", help="learn all weights instead")
