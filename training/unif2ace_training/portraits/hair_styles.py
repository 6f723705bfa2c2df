"""How the hairstyles grow; lengths in decimetres, strands for a picture of 160 px."""

from dataclasses import dataclass
from typing import Literal

from unif2ace_training.portraits.sampler import Person

Comb = Literal["forward", "part", "back", "up", "none", "tie"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """How a hairstyle grows; lengths in decimetres on top, at the sides and at the back."""

    lengths: tuple[float, float, float]
    comb: Comb
    lift: float
    volume: float
    strands: int
    points: int
    clump: float = 0.6
    fall: float = 0.25
    curl: float = 0.0
    curl_turns: float = 0.0
    width: float = 0.010
    bangs: bool = False


STYLES: dict[str, Style] = {
    "buzz cut": Style(
        lengths=(0.05, 0.035, 0.035),
        comb="forward",
        lift=0.7,
        volume=0.01,
        strands=7300,
        points=3,
        clump=0,
        width=0.010,
    ),
    "crop": Style(
        lengths=(0.24, 0.10, 0.10), comb="forward", lift=0.5, volume=0.06, strands=5800, points=6, clump=0.45
    ),
    "side part": Style(lengths=(0.48, 0.16, 0.14), comb="part", lift=0.55, volume=0.10, strands=5800, points=7),
    "slicked back": Style(lengths=(0.75, 0.42, 0.25), comb="back", lift=0.15, volume=0.05, strands=5800, points=7),
    "quiff": Style(lengths=(0.5, 0.12, 0.12), comb="up", lift=1.0, volume=0.2, strands=5800, points=7),
    "bob": Style(
        lengths=(1.22, 1.0, 0.75),
        comb="part",
        lift=0.28,
        volume=0.12,
        strands=6800,
        points=11,
        clump=0.45,
        fall=1,
        width=0.0125,
    ),
    "straight": Style(
        lengths=(2.4, 2.1, 1.8),
        comb="part",
        lift=0.25,
        volume=0.11,
        strands=6800,
        points=14,
        clump=0.5,
        fall=1,
        width=0.0125,
    ),
    "wavy": Style(
        lengths=(2.15, 1.95, 1.65),
        comb="part",
        lift=0.4,
        volume=0.2,
        strands=6500,
        points=18,
        clump=0.75,
        fall=1,
        curl=0.06,
        curl_turns=13,
        width=0.0125,
    ),
    "curly": Style(
        lengths=(1.25, 1.1, 0.9),
        comb="part",
        lift=0.7,
        volume=0.28,
        strands=6200,
        points=20,
        clump=0.85,
        fall=0.8,
        curl=0.075,
        curl_turns=28,
        width=0.0115,
    ),
    "afro": Style(
        lengths=(0.48, 0.42, 0.38),
        comb="none",
        lift=1.6,
        volume=0.45,
        strands=6300,
        points=12,
        clump=0.5,
        curl=0.05,
        curl_turns=24,
        width=0.010,
    ),
    "tied back": Style(
        lengths=(1.3, 1.3, 1.3), comb="tie", lift=0.05, volume=0.035, strands=6800, points=10, clump=0.4, width=0.0115
    ),
}
SHORT_CURLS = Style(
    lengths=(0.42, 0.2, 0.2),
    comb="none",
    lift=1.0,
    volume=0.2,
    strands=5800,
    points=11,
    clump=0.8,
    curl=0.05,
    curl_turns=18,
)


def style_of(person: Person) -> Style | None:
    """The person's style; None for a bald head."""
    if person.hair_style == "bald":
        return None
    return SHORT_CURLS if person.hair_style == "curly" and person.is_male else STYLES[person.hair_style]
