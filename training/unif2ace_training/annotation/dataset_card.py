"""The README of a data set: what is in it, where it is from, what may be done with it."""

from importlib.resources import files
from string import Template
from typing import Any, Final

CARD_FILE: Final = "README.md"


def dataset_card(name: str, report: dict[str, Any]) -> str:
    """The card of a report of `assemble`."""
    records, pictures = report["records"], report["pictures"]
    kinds = sorted({kind for split in records.values() for kind in split})
    sources = sorted({source for split in pictures.values() for source in split})
    rejected = [
        f"| {what} | {reason} | {count} |"
        for what, reasons in report["rejected"].items()
        for reason, count in reasons.items()
    ]
    template = Template((files("unif2ace_training.annotation") / "dataset_card.txt").read_text(encoding="utf-8"))
    return template.substitute(
        name=name,
        train_pictures=sum(pictures["train"].values()),
        held_out_pictures=sum(pictures["held-out"].values()),
        record_rows="\n".join(
            f"| {k} | {records['train'].get(k, 0)} | {records['held-out'].get(k, 0)} |" for k in kinds
        ),
        mean_words=round(report["caption_words"]["mean"]),
        mean_pairs=round(report["pairs_a_picture"]["mean"], 1),
        source_rows="\n".join(f"| {s} | {sum(split.get(s, 0) for split in pictures.values())} |" for s in sources),
        model=report["texts"]["model"],
        prompts=report["texts"]["prompts"],
        licence_rows="\n".join(f"- {licence}: {count} pictures" for licence, count in report["licences"].items()),
        rejection_rows="\n".join(["| text | reason | texts |", "|---|---|---|", *rejected]) if rejected else "Nothing.",
    )
