"""What is changed from run to run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from unif2ace_training.trainer.settings import LossSettings, Mixtures, TrainSettings

# The paper's best factor of the score loss.
_ALPHA: Final = 0.01


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of a table: the losses' factors, and which mixtures learn."""

    name: str
    masked_token: float = 1.0
    alpha: float = _ALPHA
    mixtures: Mixtures = "both"

    def of(self, settings: TrainSettings) -> TrainSettings:
        """The settings with this row's change."""
        loss: LossSettings = replace(settings.loss, masked_token=self.masked_token, alpha=self.alpha)
        return replace(settings, loss=loss, mixtures=self.mixtures)


# What the rows of every table are compared with.
WHOLE: Final = Variant("whole")

# UniF2ace table 3: losses. Table 4: mixtures of experts.
TABLES: Final[Mapping[str, tuple[Variant, ...]]] = {
    "losses": (
        WHOLE,
        Variant("alpha-0.1", alpha=0.1),
        Variant("alpha-0.001", alpha=0.001),
        Variant("only-mask", alpha=0.0),
        Variant("only-score", masked_token=0.0),
    ),
    "mixtures": (
        WHOLE,
        Variant("no-mixture", mixtures="none"),
        Variant("only-token-level", mixtures="token"),
        Variant("only-sequence-level", mixtures="sequence"),
    ),
}


def variants_of(tables: list[str]) -> list[Variant]:
    """The variants of these tables, each once, in order.

    Raises:
        ValueError: there is no such table.
    """
    for table in tables:
        if table not in TABLES:
            raise ValueError(f"there is no table {table!r}; they are {', '.join(TABLES)}")
    return list(dict.fromkeys(variant for table in tables for variant in TABLES[table]))
