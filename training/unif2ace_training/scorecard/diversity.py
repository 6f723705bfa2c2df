"""How different pictures of one prompt are, and how near drawn pictures come to those of training."""

# R drawn pictures, n pictures, C features, W pixels of a side

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.evaluation.descriptions import described, truth_of
from unif2ace_training.evaluation.distributions import Pictures, Vectors, spread
from unif2ace_training.evaluation.features import resized
from unif2ace_training.evaluation.held_out import Portrait

# Said of enough rendered persons that their own spread can be measured.
PROMPTS: Final = ("a woman", "a man", "a young woman", "an old man", "a woman with glasses", "a man with a full beard")
_SEEN_FROM: Final = 40  # pixels of a side at which copies are looked for


def fitting(prompt: str, portraits: Sequence[Portrait]) -> list[int]:
    """Places of the portraits that show what a prompt says."""
    stated = described(prompt)
    return [
        place
        for place, portrait in enumerate(portraits)
        if all(truth_of(portrait.labels, name) in values for name, values in stated.items())
    ]


def spreads(drawn: Mapping[str, Vectors], rendered: Mapping[str, Vectors]) -> dict[str, Any]:
    """Mean cosine distance of all pairs by prompt, of drawn and of rendered pictures, and the mean of their ratios."""
    prompts = {
        prompt: {"drawn": spread(vectors), "rendered": spread(rendered[prompt]), "renders": len(rendered[prompt])}
        for prompt, vectors in drawn.items()
        if len(rendered[prompt]) >= 2
    }
    ratios = [one["drawn"] / one["rendered"] for one in prompts.values()]
    return {"ratio": float(np.mean(ratios)) if ratios else 0.0, "prompts": prompts}


def nearest(pictures: Pictures, known: Pictures) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each picture the place of the most similar known one, and how far apart they are: root mean square of the
    difference of their pixels, of 255, at 40 px."""
    some, others = (resized(one, _SEEN_FROM).reshape(len(one), -1).astype(np.float32) for one in (pictures, known))
    squared = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None] - 2 * some @ others.T
    places = squared.argmin(axis=1)
    apart = np.sqrt(squared[np.arange(len(some)), places].clip(min=0) / some.shape[1])
    return places, apart.astype(np.float64)


def copies(drawn_R: NDArray[np.float64], held_out_n: NDArray[np.float64]) -> dict[str, float]:
    """How near pictures come to training ones. A copy is nearer than all but one in a hundred of the held-out
    renders, whose persons training never saw."""
    limit = float(np.quantile(held_out_n, 0.01))
    return {
        "drawn_median": float(np.median(drawn_R)),
        "held_out_median": float(np.median(held_out_n)),
        "drawn_least": float(drawn_R.min()),
        "limit": limit,
        "share_nearer_than_limit": float((drawn_R < limit).mean()),
    }
