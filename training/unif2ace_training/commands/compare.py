"""`compare`: several models side by side, by the paper's measures."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unif2ace_training import __version__
from unif2ace_training.common.artifacts import read_json, write_json, write_text
from unif2ace_training.comparison.asking import INTERRUPTED, Interrupted, ask_all, opened, plan_all, terms_of
from unif2ace_training.comparison.collected import read_collected
from unif2ace_training.comparison.expert_figure import EXPERTS_FILE, draw_experts
from unif2ace_training.comparison.judging import Score
from unif2ace_training.comparison.measuring import Scoring, Test, distance_reports, judged_report
from unif2ace_training.comparison.rubric_set import load_rubrics
from unif2ace_training.comparison.settings import ComparisonSettings, JudgeSettings, read_comparison
from unif2ace_training.comparison.tables import as_markdown
from unif2ace_training.comparison.test_set import read_test_set

REPORT_FILE, TABLES_FILE, SCORES_FILE = "comparison.json", "tables.md", "scores.jsonl"


def main(argv: list[str]) -> int:
    """Measure all models and write the tables."""
    arguments = _parser().parse_args(argv)
    settings = read_comparison(arguments.comparison)
    pictures = read_test_set(arguments.test)
    collected = {model.name: read_collected(model.collected, pictures) for model in settings.models}
    test = Test(folder=arguments.test, pictures=pictures, collected=collected)
    scorings = {name: _scoring(name, judge, settings, test) for name, judge in settings.judges.items()}
    if arguments.plan:
        for name, scoring in scorings.items():
            terms = terms_of(settings.judges[name])
            lines = asyncio.run(plan_all(arguments.out / "judges" / name, terms, scoring.jobs, name))
            print("\n".join([f"{name}:", *lines]))
        return 0
    try:
        spent = {name: asyncio.run(_score(arguments.out, name, settings.judges[name], scorings[name]))
                 for name in scorings}  # fmt: skip
    except Interrupted:
        print("stopped; the same command goes on from there", flush=True)
        return INTERRUPTED
    _write(arguments, settings, test, scorings, spent)
    return 0


def _scoring(name: str, judge: JudgeSettings, settings: ComparisonSettings, test: Test) -> Scoring:
    rubrics = load_rubrics(judge.rubrics)
    measures = [measure for measure in settings.measures if measure.judge == name]
    if missing := sorted({measure.kind for measure in measures} - rubrics.keys()):
        raise ValueError(f"judge {name}: its rubrics {judge.rubrics!r} have no {', '.join(missing)}")
    return Scoring(test, judge.model or name, rubrics, measures)


async def _score(out: Path, name: str, judge: JudgeSettings, scoring: Scoring) -> dict[str, Any]:
    async with opened(judge) as sender:
        return await ask_all(out / "judges" / name, sender, terms_of(judge), scoring.jobs, f"scores of {name}")


def _write(
    arguments: argparse.Namespace,
    settings: ComparisonSettings,
    test: Test,
    scorings: Mapping[str, Scoring],
    spent: Mapping[str, Any],
) -> None:
    scores = {measure: by_model for scoring in scorings.values() for measure, by_model in scoring.scores.items()}
    reports = {measure: judged_report(by_model, arguments.resamples) for measure, by_model in scores.items()}
    reports |= distance_reports(test, settings.measures, settings.features, arguments.distance_resamples)
    prompts = sum(bool(one.prompt) for one in test.pictures)
    questions = sum(len(list(one.questions())) for one in test.pictures)
    report = {
        "command": "compare", "version": __version__,
        "test": {"pictures": len(test.pictures), "prompts": prompts, "questions": questions},
        "collected": {name: {"pictures": len(one.pictures), "answers": len(one.answers)}
                      for name, one in test.collected.items()},
        "measures": [asdict(measure) for measure in settings.measures],
        "figures": reports, "spent": spent,
    }  # fmt: skip
    write_text(arguments.out / SCORES_FILE, _score_lines(scores))
    evaluated = {model.name: read_json(model.evaluated) for model in settings.models if model.evaluated is not None}
    if evaluated:
        draw_experts(arguments.out / EXPERTS_FILE, {name: one["experts"] for name, one in evaluated.items()})
    write_json(arguments.out / REPORT_FILE, report)
    tables = as_markdown(settings.tables, settings.models, settings.measures, reports)
    write_text(arguments.out / TABLES_FILE, tables)
    print(tables)


def _score_lines(scores: Mapping[str, Mapping[str, Mapping[str, Score]]]) -> str:
    """Every single score, for whoever wants to look at the pictures behind a mean."""
    lines = [
        {"measure": measure, "model": model, "id": name, "score": score.value, "reason": score.reason}
        for measure, by_model in scores.items()
        for model, some in by_model.items()
        for name, score in sorted(some.items())
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training compare",
        description="Measure what models drew and said about a test set: VQAscore, VLM-score, Desc and Conv by judges, "
        f"FID and KID; with bootstrap intervals. Writes {TABLES_FILE}, {REPORT_FILE}, {SCORES_FILE}, and "
        f"{EXPERTS_FILE} where models have a report of `evaluate`. What a judge was paid for is never asked again. "
        "docs/evaluation.md has an example. Needs the `compare` extra.",
    )
    parser.add_argument("--test", type=Path, required=True, help="folder that `testset` wrote")
    parser.add_argument("--comparison", type=Path, required=True, help="JSON: models, judges, features, measures")
    parser.add_argument("--out", type=Path, required=True, help="folder for tables, scores and the judges' ledgers")
    parser.add_argument("--plan", action="store_true", help="say what the judges would be asked and cost, and stop")
    parser.add_argument("--resamples", type=int, default=2000, help="of scores, for intervals (%(default)s)")
    parser.add_argument(
        "--distance-resamples", type=int, default=100, help="of pictures, for FID and KID; 0 for none (%(default)s)"
    )
    return parser
