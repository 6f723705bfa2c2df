"""The tables of a comparison in the paper's form, as Markdown."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from unif2ace_training.comparison.settings import ComparedModel, Measure, TableSettings

# By measure and model what `measuring` reports.
Reports = Mapping[str, Mapping[str, Mapping[str, Any]]]
_BETTER = {"fid": "↓", "kid": "↓"}


def as_markdown(
    tables: Sequence[TableSettings], models: Sequence[ComparedModel], measures: Sequence[Measure], reports: Reports
) -> str:
    """All tables; the best figure of a column is bold, and `-` is what a model has nothing of."""
    known = {measure.name: measure for measure in measures}
    parts = [_table(table, models, [known[name] for name in table.measures], reports) for table in tables]
    return "\n".join(parts)


def _table(table: TableSettings, models: Sequence[ComparedModel], measures: Sequence[Measure], reports: Reports) -> str:
    heads = ["Model", *table.columns, *(f"{measure.name} {_BETTER.get(measure.kind, '↑')}" for measure in measures)]
    lines = [f"## {table.title}", "", "| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    shown = [model for model in models if any(model.name in reports.get(measure.name, {}) for measure in measures)]
    for model in shown:
        cells = [model.name, *(model.columns.get(name, "-") for name in table.columns)]
        cells += [_cell(measure, model.name, reports.get(measure.name, {})) for measure in measures]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *_notes(shown, measures, reports), ""])


def _cell(measure: Measure, model: str, by_model: Mapping[str, Mapping[str, Any]]) -> str:
    report = by_model.get(model)
    if report is None or "value" not in report:
        return "-"
    values = [other["value"] for other in by_model.values() if "value" in other]
    best = min(values) if measure.kind in _BETTER else max(values)
    figure = _number(report["value"])
    figure = f"**{figure}**" if report["value"] == best and len(values) > 1 else figure
    if math.isnan(report["low"]):
        return figure
    return f"{figure} [{_number(report['low'])}, {_number(report['high'])}]"


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def _notes(models: Sequence[ComparedModel], measures: Sequence[Measure], reports: Reports) -> list[str]:
    """How many pictures and answers a figure is over, and what failed."""
    lines = ["In brackets: 95 % bootstrap intervals. Counts:", ""]
    for measure in measures:
        told = []
        for model in models:
            report = reports.get(measure.name, {}).get(model.name)
            if report is not None:
                failed = ", ".join(f"{count} {reason}" for reason, count in report.get("failures", {}).items())
                told.append(f"{model.name} {report['count']}" + (f" (without: {failed})" if failed else ""))
        lines.append(f"- {measure.name}: {'; '.join(told) or 'nothing'}")
    return lines
