"""What became of every tensor when published weights were loaded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import torch
from torch import Tensor, nn

REPORT_FILE: Final = "initialisation.json"
_SHOWN = 6


@dataclass(slots=True)
class LoadReport:
    """What was mapped, what is new, what was left over."""

    mapped: dict[str, list[str]] = field(default_factory=dict)  # our name: the published ones it was made of
    new: list[str] = field(default_factory=list)  # ours that nothing published went into: they stay as initialised
    partly_new: dict[str, str] = field(default_factory=dict)  # tables of which some rows are new
    left_over: list[str] = field(default_factory=list)  # published ones that have no place here

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The report in short, for the screen."""
        sources = sum(map(len, self.mapped.values()))
        lines = [f"mapped: {sources} published tensors into {len(self.mapped)}"]
        lines += [f"partly new: {name} ({what})" for name, what in self.partly_new.items()]
        for said, names in (("new", self.new), ("left over", self.left_over)):
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            lines.append(f"{said}: {len(names)}" + (f": {', '.join(names[:_SHOWN])}{more}" if names else ""))
        return [*lines, f"every name is in {REPORT_FILE}"]


@torch.no_grad()
def load_by_name(module: nn.Module, published: Mapping[str, Tensor], layout: str) -> LoadReport:
    """Load a module whose parameters are called as the published tensors are; all of them have to be there.

    Args:
        layout: whose names these are, for messages.

    Raises:
        ValueError: a tensor is missing or of another size; the message names it.
    """
    report = LoadReport()
    for name, ours in module.named_parameters():
        if name not in published:
            raise ValueError(f"the published weights have no {name}; they are not in the layout of {layout}")
        theirs = published[name]
        if ours.shape != theirs.shape:
            raise ValueError(f"{name} is {list(ours.shape)} here and {list(theirs.shape)} in the published weights")
        ours.copy_(theirs)
        report.mapped[name] = [name]
    report.left_over = sorted(published.keys() - report.mapped.keys())
    return report
