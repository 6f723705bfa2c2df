"""Where an exported model comes from and how good it is, read from the folders of the commands that made it."""

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.export.manifest import Provenance

_LOSSES_FILE, _REPORT_FILE, _TRAIN_RECORDS_FILE = "losses.jsonl", "report.json", "records-train.jsonl"
_VALIDATION = "validation/"


def read_provenance(
    *, run: Path, tokenizer: Path, prepared: Path, data: str | None, quality_files: list[Path]
) -> Provenance:
    """Collect what the folders say.

    Args:
        data: what the model was trained on, in words; None counts the records.
        quality_files: reports to add, JSON objects of figures.

    Raises:
        ValueError: a quality file is no report.
    """
    losses = _losses(run / _LOSSES_FILE)
    steps = max((entry["step"] for entry in losses), default=None)
    return Provenance(
        run=run.resolve().name + ("" if steps is None else f", {steps} steps"),
        commit=_commit(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data=_records(prepared) if data is None else data,
        quality={
            **{name: value for entry in losses for name, value in entry.items() if name.startswith(_VALIDATION)},
            **_figures_of(tokenizer / _REPORT_FILE, "codec"),
            **{name: value for path in quality_files for name, value in _quality(path).items()},
        },
    )


def flat_figures(report: Mapping[str, Any], prefix: str = "") -> dict[str, float | str]:
    """Numbers and words of nested objects by their path, as `captions.hat.accuracy`; lists and gaps are left out."""
    figures: dict[str, float | str] = {}
    for name, value in report.items():
        if isinstance(value, Mapping):
            figures |= flat_figures(value, f"{prefix}{name}.")
        elif isinstance(value, int | float | str) and not isinstance(value, bool):
            figures[f"{prefix}{name}"] = value
    return figures


def _quality(path: Path) -> dict[str, float | str]:
    report = read_json(path)
    if not isinstance(report, dict):
        raise ValueError(f"{path} is no report: it must hold a JSON object of figures, as `evaluate` writes it")
    return flat_figures(report)


def _figures_of(report: Path, prefix: str) -> dict[str, float | str]:
    return flat_figures(read_json(report), f"{prefix}.") if report.exists() else {}


def _losses(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _records(prepared: Path) -> str:
    path = prepared / _TRAIN_RECORDS_FILE
    if not path.exists():
        return f"{prepared.resolve().name}"
    with path.open("rb") as lines:
        return f"{sum(1 for _ in lines)} records of {prepared.resolve().name}"


def _commit() -> str:
    """Commit of the training code, with `-dirty` where it was changed since; `unknown` outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        result = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return result.stdout.strip()
