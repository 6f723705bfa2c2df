"""Runs of several seeds to means and intervals."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

Figures = Mapping[str, float]
# Two-sided 95 % quantiles of Student's t by degrees of freedom; from the last on the normal one is near enough.
_T95: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_NORMAL95: Final = 1.96


def mean_and_half_interval(values: Sequence[float]) -> tuple[float, float]:
    """The mean, and half the width of its 95 % interval after Student; infinite for one value."""
    mean = statistics.fmean(values)
    freedom = len(values) - 1
    if freedom < 1:
        return mean, math.inf
    quantile = _T95[freedom - 1] if freedom <= len(_T95) else _NORMAL95
    return mean, quantile * statistics.stdev(values) / math.sqrt(len(values))


def compared(results: Mapping[str, Mapping[int, Figures]], baseline: str) -> dict[str, dict[str, dict[str, float]]]:
    """By variant and measure: `mean`, `half_interval`, and of the differences from the baseline's runs of the same
    seeds `difference` and `difference_half_interval`.

    Args:
        results: figures by variant and seed; variants without runs are left out.
        baseline: the variant that all are compared with.
    """
    summary: dict[str, dict[str, dict[str, float]]] = {}
    for variant, by_seed in results.items():
        if not by_seed:
            continue
        shared = sorted(by_seed.keys() & results.get(baseline, {}).keys())
        summary[variant] = {}
        for measure in next(iter(by_seed.values())):
            mean, half = mean_and_half_interval([figures[measure] for figures in by_seed.values()])
            entry = {"runs": float(len(by_seed)), "mean": mean, "half_interval": half}
            if variant != baseline and shared:
                differences = [by_seed[seed][measure] - results[baseline][seed][measure] for seed in shared]
                difference, width = mean_and_half_interval(differences)
                entry |= {"difference": difference, "difference_half_interval": width}
            summary[variant][measure] = entry
    return summary


def is_clear(entry: Mapping[str, float]) -> bool:
    """Whether the interval of the differences leaves out 0."""
    return "difference" in entry and abs(entry["difference"]) > entry["difference_half_interval"]


def as_table(variants: Sequence[str], summary: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """A Markdown table: means with half intervals, and a star where the difference from the first row is clear."""
    known = [variant for variant in variants if variant in summary]
    if not known:
        return "no run has ended yet\n"
    measures = list(summary[known[0]])
    lines = ["| | runs | " + " | ".join(measures) + " |", "|---" * (len(measures) + 2) + "|"]
    for variant in known:
        cells = [_cell(summary[variant][measure]) for measure in measures]
        runs = int(summary[variant][measures[0]]["runs"])
        lines.append(f"| {variant} | {runs} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(entry: Mapping[str, float]) -> str:
    half = f" ± {entry['half_interval']:.2g}" if math.isfinite(entry["half_interval"]) else ""
    return f"{entry['mean']:.4g}{half}" + (" *" if is_clear(entry) else "")
