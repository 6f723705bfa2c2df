"""Figures like the paper's Fig. 2: how often attributes occur, how long captions are, what is asked."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

from unif2ace_training.annotation.assembled import Counts
from unif2ace_training.common.artifacts import atomic_path

FIGURE_FILE: Final = "statistics.png"
_MOST_BARS: Final = 30


def draw_statistics(path: Path, counts: Counts) -> None:
    """One sheet of four plots.

    Raises:
        ValueError: matplotlib is not installed.
    """
    figure = figure_class()(figsize=(14, 10), layout="constrained")
    (attributes, captions), (kinds, pairs) = figure.subplots(2, 2)
    _bars(attributes, counts.attributes, "pictures with an attribute")
    words = sorted(counts.caption_words)
    weights = [counts.caption_words[count] for count in words]
    captions.hist(words, weights=weights, bins=min(30, max(1, len(words))))
    captions.set(title="words of a caption", ylabel="captions")
    _bars(kinds, counts.pairs, "questions by kind")
    numbers = sorted(counts.pairs_a_picture)
    pairs.bar([str(number) for number in numbers], [counts.pairs_a_picture[number] for number in numbers])
    pairs.set(title="questions of a picture", ylabel="pictures")
    with atomic_path(path) as partial:
        figure.savefig(partial, dpi=100)


def _bars(axes: Any, counts: Counter[str], title: str) -> None:
    most = counts.most_common(_MOST_BARS)[::-1]
    axes.barh([name for name, _ in most], [count for _, count in most])
    axes.tick_params(axis="y", labelsize=8)
    axes.set(title=title)


def figure_class() -> Any:
    """matplotlib's figure.

    Raises:
        ValueError: it is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ValueError("figures are drawn by matplotlib; install it with pip install -e '.[annotate]'") from error
    return Figure
