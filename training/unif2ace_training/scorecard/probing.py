"""What can be read from the vectors that a model is given: the ceiling of all that it says."""

# n pictures, C features

from collections.abc import Sequence
from typing import Any

import numpy as np

from unif2ace_training.encoders.probe import fit_probe
from unif2ace_training.evaluation.descriptions import truth_of
from unif2ace_training.evaluation.distributions import Vectors
from unif2ace_training.evaluation.scores import Answered
from unif2ace_training.portraits.labels import Labels
from unif2ace_training.scorecard.caption_facts import LOOKED_AT
from unif2ace_training.scorecard.classes import balanced_accuracy


def probes(
    known_nC: Vectors, known: Sequence[Labels], asked_nC: Vectors, asked: Sequence[Labels]
) -> dict[str, dict[str, float]]:
    """Balanced accuracy on the asked pictures of a line fitted to the known ones, by attribute of `LOOKED_AT`."""
    report: dict[str, dict[str, float]] = {}
    for name in LOOKED_AT:
        truths = [truth_of(one, name) for one in known]
        rows = [row for row, truth in enumerate(truths) if truth is not None]
        probe = fit_probe(np.asarray(known_nC, np.float32)[rows], [str(truths[row]) for row in rows])
        said = probe.predict(np.asarray(asked_nC, np.float32))
        answers = [
            Answered(name, truth, word == truth)
            for word, truth in ((word, truth_of(one, name)) for word, one in zip(said, asked, strict=True))
            if truth is not None
        ]
        report[name] = balanced_accuracy(answers)
    return report


def joined(*vectors: Any) -> Vectors:
    """Vectors of the same pictures side by side."""
    return np.concatenate([np.asarray(one, np.float32) for one in vectors], axis=1)
