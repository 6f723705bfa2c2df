"""Small JPEG sheets for a model card: what a person looks at before any figure."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.evaluation.contact_sheet import Band, contact_sheet
from unif2ace_training.evaluation.features import resized
from unif2ace_training.scorecard.card_bench import Bench
from unif2ace_training.scorecard.diversity import nearest
from unif2ace_training.scorecard.hand_written import HandWritten
from unif2ace_training.scorecard.picture_measures import SEED_PROMPTS, SEEDS, drawn_by_hand, drawn_of_seeds

SHEETS: Final = ("drawn.jpg", "by-hand.jpg", "codec.jpg", "nearest.jpg", "seeds.jpg", "captions.jpg")
_MOST_PIXELS: Final = 1100  # of a sheet's width
_QUALITY: Final = 80
_SHOWN, _PAIRS, _CAPTIONED = 24, 8, 8


def write_sheets(bench: Bench, written: HandWritten, captions: Sequence[tuple[int, str]], folder: Path) -> None:
    """All of `SHEETS`; captions are those of held-out renders by their place."""
    drawn = bench.drawn_of_prompts
    _save([Band("held-out prompts, seeds from 0 on", drawn[:_SHOWN], bench.texts[:_SHOWN])], folder / "drawn.jpg")
    texts = [prompt.text for prompt in written.prompts]
    _save([Band("prompts written by hand, seeds from 1 on", drawn_by_hand(bench, written), texts)],
          folder / "by-hand.jpg")  # fmt: skip
    nothing = [""] * _PAIRS
    _save(
        [
            Band("held-out renders", bench.renders.pictures[:_PAIRS], nothing),
            Band("the same as the codec shows them", bench.shown[:_PAIRS], nothing),
        ],
        folder / "codec.jpg",
    )
    _save(_nearest(bench), folder / "nearest.jpg")
    pictures = drawn_of_seeds(bench)
    by_seed = np.concatenate([np.stack([row[seed] for row in pictures]) for seed in range(len(SEEDS))])
    labels = [*SEED_PROMPTS, *[""] * (len(by_seed) - len(SEED_PROMPTS))]
    _save([Band(f"a row is a seed ({', '.join(map(str, SEEDS))}), a column a prompt", by_seed, labels)],
          folder / "seeds.jpg", columns=len(SEED_PROMPTS))  # fmt: skip
    places, said = zip(*captions[:_CAPTIONED], strict=True)
    _save([Band("what the model says of held-out renders", bench.renders.pictures[list(places)], said)],
          folder / "captions.jpg")  # fmt: skip


def _nearest(bench: Bench) -> list[Band]:
    """Drawn pictures, of all those that come nearest to a training picture, above it."""
    drawn, known = bench.drawn_of_prompts, bench.renders.train_pictures
    places, apart = nearest(drawn, known)
    closest = apart.argsort()[:_PAIRS]
    size = known.shape[1]
    return [
        Band("drawn pictures that come nearest to a training picture", resized(drawn[closest], size),
             [bench.texts[row] for row in closest]),
        Band("these training pictures", known[places[closest]], [f"{apart[row]:.1f}" for row in closest]),
    ]  # fmt: skip


def _save(bands: Sequence[Band], path: Path, columns: int | None = None) -> None:
    sheet = contact_sheet(bands) if columns is None else contact_sheet(bands, columns)
    if sheet.width > _MOST_PIXELS:
        height = round(sheet.height * _MOST_PIXELS / sheet.width)
        sheet = sheet.resize((_MOST_PIXELS, height), Image.Resampling.LANCZOS)
    with atomic_path(path) as partial:
        sheet.save(partial, quality=_QUALITY, optimize=True)
