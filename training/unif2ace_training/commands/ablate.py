"""`ablate`: short runs with one thing changed, over several seeds, and tables of what that made of them."""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from unif2ace_training.ablation.measures import MEASURES, Bench
from unif2ace_training.ablation.summary import as_table, compared
from unif2ace_training.ablation.variants import TABLES, WHOLE, Variant, variants_of
from unif2ace_training.common.artifacts import atomic_path, read_json, write_json, write_text
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.data.prepared import PreparedData, open_prepared
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.encoders.report import rounded
from unif2ace_training.evaluation.contact_sheet import expert_sheet
from unif2ace_training.evaluation.drawing import prompts_of, tokenised
from unif2ace_training.evaluation.expert_use import expert_report
from unif2ace_training.evaluation.features import Encoders
from unif2ace_training.evaluation.held_out import some, texts_by_key
from unif2ace_training.evaluation.open_portraits import open_portraits
from unif2ace_training.model.weights import load_model
from unif2ace_training.trainer.settings import TrainSettings, train_preset, with_overrides
from unif2ace_training.trainer.trainer import Trainer

RESULT_FILE, SUMMARY_FILE, TABLES_FILE, EXPERTS_FILE = "result.json", "summary.json", "tables.md", "experts.png"
_INTERRUPTED = 143  # what a shell reports for a program that SIGTERM ended


@dataclass(frozen=True, slots=True)
class _Run:
    """One place of the queue."""

    variant: Variant
    seed: int
    folder: Path

    @property
    def is_done(self) -> bool:
        return (self.folder / RESULT_FILE).exists()


def main(argv: list[str]) -> int:
    """Go on with the queue in --out, seed by seed, so that early tables hold every variant."""
    arguments = _parser().parse_args(argv)
    variants = variants_of(arguments.tables)
    queue = [
        _Run(variant, seed, arguments.out / f"{variant.name}-seed{seed}")
        for seed in range(arguments.seeds)
        for variant in variants
    ]
    if not all(run.is_done for run in queue):
        settings = _settings(arguments)
        prepared, bench = _open(arguments)
        for place, run in enumerate(queue, start=1):
            if run.is_done:
                continue
            print(f"run {place} of {len(queue)}: {run.variant.name}, seed {run.seed}", flush=True)
            if not _train(run, settings, prepared):
                print("stopped; the same command goes on from there", flush=True)
                return _INTERRUPTED
            write_json(run.folder / RESULT_FILE, bench.measure(load_model(run.folder)))
            _write_tables(arguments.out, queue, arguments.tables)
        _write_experts(queue, prepared, arguments)
    print(_write_tables(arguments.out, queue, arguments.tables), end="")
    return 0


def _train(run: _Run, settings: TrainSettings, prepared: PreparedData) -> bool:
    """Train one run to its end, or go on with it; False when it was stopped."""
    changed = replace(run.variant.of(settings), seed=run.seed)
    return Trainer(changed, prepared, run.folder).run()


def _settings(arguments: argparse.Namespace) -> TrainSettings:
    settings = with_overrides(train_preset(arguments.preset), arguments.set)
    first = round(arguments.steps * settings.budget.stage_1_fraction)
    budget = replace(settings.budget, stage_1_steps=first, stage_2_steps=arguments.steps - first, minutes=None)
    # Only the last weights are measured: nothing is looked at on the way.
    report = replace(settings.report, validate_minutes=1e9, sample_minutes=1e9)
    if settings.num_threads is not None:
        torch.set_num_threads(settings.num_threads)
    return replace(settings, budget=budget, report=report)


def _open(arguments: argparse.Namespace) -> tuple[PreparedData, Bench]:
    prepared = open_prepared(
        preset(arguments.preset),
        prepared=arguments.prepared,
        tokenizer=arguments.tokenizer,
        encoders=arguments.encoders,
        cache=arguments.out / "texts",
    )
    portraits = open_portraits(arguments.pictures, arguments.tokenizer, prepared)
    described = some(portraits.held_out, arguments.drawn, "ablation")
    prompts = prompts_of(described, texts_by_key(arguments.prepared / "records-held-out.jsonl", "prompt"))
    bench = Bench(
        prepared=prepared,
        portraits=portraits,
        encoders=Encoders(arguments.encoders),
        prompts=prompts,
        prompt_ids=tokenised(prompts, arguments.prepared),
        settings=UnmaskSettings(num_inference_steps=arguments.unmasking_steps, guidance_scale=arguments.guidance_scale),
        rows=arguments.rows,
    )
    return prepared, bench


def _write_tables(out: Path, queue: list[_Run], tables: list[str]) -> str:
    """The tables of what has been measured so far, also as text."""
    results: dict[str, dict[int, dict[str, float]]] = {run.variant.name: {} for run in queue}
    for run in queue:
        if run.is_done:
            results[run.variant.name][run.seed] = read_json(run.folder / RESULT_FILE)
    summary = compared(results, WHOLE.name)
    write_json(out / SUMMARY_FILE, rounded(summary))
    parts = [f"## {table}\n\n{as_table([v.name for v in TABLES[table]], summary)}" for table in tables]
    legend = "".join(f"- {name}: {text}\n" for name, text in MEASURES.items())
    note = "± is half of the 95 % interval over seeds; * marks a difference from `whole` whose interval leaves out 0.\n"
    text = "\n".join([*parts, note, legend])
    write_text(out / TABLES_FILE, text)
    return text


def _write_experts(queue: list[_Run], prepared: PreparedData, arguments: argparse.Namespace) -> None:
    """Use of the experts in the first whole run, by layer and group (figure 5)."""
    whole = next(run for run in queue if run.variant == WHOLE)
    report = expert_report(load_model(whole.folder), prepared, arguments.rows)
    with atomic_path(arguments.out / EXPERTS_FILE) as partial:
        expert_sheet(report).save(partial)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training ablate",
        description="Train the same short run with one thing changed at a time, over several seeds, and compare. "
        f"Run the same command again to go on with the queue. Writes a folder a run, {SUMMARY_FILE}, {TABLES_FILE} and "
        f"{EXPERTS_FILE}. All runs have the same steps, texts and masks; a mixture that does not learn computes what a "
        "model without it would.",
    )
    parser.add_argument("--preset", choices=sorted(PRESETS), required=True, help="sizes and settings to start from")
    for name, text in (
        ("pictures", "folder that `render` wrote"),
        ("prepared", "folder that `prepare` wrote"),
        ("tokenizer", "folder that `tokenizer` wrote"),
        ("encoders", "folder that `encoders` wrote"),
        ("out", "folder of the queue"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    parser.add_argument("--tables", nargs="+", default=list(TABLES), help=f"of {', '.join(TABLES)} (all)")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each variant (%(default)s)")
    parser.add_argument("--steps", type=int, default=300, help="steps of each run, both stages (%(default)s)")
    parser.add_argument("--rows", type=int, default=256, help="held-out texts of each task for losses (%(default)s)")
    parser.add_argument("--drawn", type=int, default=64, help="prompts to draw (%(default)s)")
    parser.add_argument("--unmasking-steps", type=int, default=16, help="steps of a drawn picture (%(default)s)")
    parser.add_argument("--guidance-scale", type=float, default=3.0, help="1 is off (%(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any setting of `train`")
    return parser
