"""`plan`: parameters, memory, time and energy of a training run on a given machine, before anything is spent."""

import argparse

from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.config.schema import Task
from unif2ace_training.model.parameters import count_config
from unif2ace_training.trainer.machine import GPU_KINDS, GpuKind, Machine
from unif2ace_training.trainer.plan import plan_lines
from unif2ace_training.trainer.settings import train_preset, with_overrides


def main(argv: list[str]) -> int:
    """Print the plan."""
    arguments = _parser().parse_args(argv)
    config = preset(arguments.preset)
    settings = with_overrides(train_preset(arguments.preset), arguments.set)
    machine = Machine(_kind(arguments), arguments.gpus, arguments.mfu)
    if settings.budget.minutes is not None:
        raise ValueError("a run by minutes takes its minutes; plan one by budget.stage_1_steps and stage_2_steps")
    counts = count_config(config)
    print(f"{config.name}: {counts.total:,} parameters, of these {counts.embedding_tables:,} in the embedding table")
    text: dict[Task, int] = {"generate": arguments.prompt_tokens, "understand": arguments.text_tokens}
    print("\n".join(plan_lines(config, settings, machine, text, arguments.hours)))
    return 0


def _kind(arguments: argparse.Namespace) -> GpuKind:
    """The named kind, with what was given in place of its figures."""
    kind = GPU_KINDS[arguments.gpu]
    return GpuKind(
        arguments.memory_gib or kind.memory_gib, arguments.teraflops or kind.teraflops, arguments.watts or kind.watts
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="unif2ace_training plan", description=__doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), required=True, help="sizes and settings of the run")
    parser.add_argument("--gpus", type=int, required=True, help="number of GPUs, in all machines together")
    parser.add_argument("--gpu", choices=sorted(GPU_KINDS), required=True, help="kind of GPU")
    parser.add_argument(
        "--mfu",
        type=float,
        required=True,
        help="assumed share of the GPUs' operations that the model's own take, such as 0.4; what activation "
        "checkpointing computes again does not count, so assume about a quarter less with it",
    )
    parser.add_argument("--memory-gib", type=float, help="memory of one GPU instead of the kind's")
    parser.add_argument("--teraflops", type=float, help="bfloat16 operations of one GPU instead of the kind's")
    parser.add_argument("--watts", type=float, help="power of one GPU instead of the kind's")
    parser.add_argument("--prompt-tokens", type=int, default=96, help="assumed length of a prompt (default 96)")
    parser.add_argument(
        "--text-tokens", type=int, default=160, help="assumed length of what is said about a picture (default 160)"
    )
    parser.add_argument("--hours", type=float, help="say what would be needed to be done in so many hours")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any setting, as for train")
    return parser
