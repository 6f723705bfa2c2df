"""`card`: a model card from a template and the report of `evaluate --model`."""

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

from unif2ace_training.commands.evaluate_model import REPORT_FILE, SHEETS_FOLDER
from unif2ace_training.common.artifacts import atomic_path, read_json, write_text
from unif2ace_training.scorecard.card_subject import folder_table, subject
from unif2ace_training.scorecard.card_table import attributes_table, captions_table, explanations, rows_of, table
from unif2ace_training.scorecard.sheets import SHEETS

_MARK: Final = re.compile(r"<!-- (\w+) -->\n?")
_PARTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "measures": lambda report: table(rows_of(report)),
    "agreement": attributes_table,
    "captions": captions_table,
    "explanations": explanations,
    "subject": subject,
    "folder": folder_table,
}


def main(argv: list[str]) -> int:
    """Write the card, and copy the sheets beside it."""
    arguments = _parser().parse_args(argv)
    report = read_json(arguments.report / REPORT_FILE)
    template = _text(arguments.template)
    unknown = sorted({mark for mark in _MARK.findall(template) if mark not in _PARTS})
    if unknown:
        raise ValueError(f"{arguments.template} has marks that nothing fills: {', '.join(unknown)}; there are "
                         f"{', '.join(_PARTS)}")  # fmt: skip
    write_text(arguments.out, _MARK.sub(lambda match: _PARTS[match.group(1)](report), template))
    for name in SHEETS if arguments.images else ():
        with atomic_path(arguments.images / f"card-{name}") as partial:
            copyfile(arguments.report / SHEETS_FOLDER / name, partial)
    print(f"{arguments.out} is written")
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training card",
        description="Write a model card: the template's text, with the figures of a report in place of its marks "
        f"({', '.join(f'<!-- {name} -->' for name in _PARTS)}).",
    )
    parser.add_argument("--report", type=Path, required=True, help="folder that `evaluate --model` wrote")
    parser.add_argument("--template", type=Path, required=True, help="Markdown with marks")
    parser.add_argument("--out", type=Path, required=True, help="the card")
    parser.add_argument("--images", type=Path, help="folder for the sheets that the card shows")
    return parser
