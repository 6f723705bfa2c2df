"""What the encoders can do on persons that they were not trained on."""

# n pictures, C CLIP width, F face width

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from unif2ace_training.common.seeding import numpy_generator
from unif2ace_training.encoders.clip_trainer import PictureText
from unif2ace_training.encoders.faceless import FACELESS
from unif2ace_training.encoders.folder import Embeddings
from unif2ace_training.encoders.network import FaceEncoder, FaceGraph
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.probe import fit_probe, majority_share
from unif2ace_training.encoders.text_tower import TextTower, padded
from unif2ace_training.portraits.dataset import AnyPictures, PortraitSet
from unif2ace_training.portraits.labels import can_be_seen

# What a linear probe is asked for.
PROBED = ("gender", "age_group", "hair_colour", "glasses", "hat", "beard", "emotion", "skin_tone", "background_colour")
_CANDIDATES = 64
_PROBE_TRAINING = 4000
_FACELESS_PICTURES = 256
_LEAST_PERSONS = 4


def retrieval_accuracy(
    text: TextTower, embeddings: Embeddings, data: AnyPictures, captions: Sequence[PictureText]
) -> dict[str, float]:
    """How often a held-out picture's own caption is the nearest of 64 (of all, where there are fewer)."""
    row_of = {key: row for row, key in enumerate(data.keys)}
    caption_of = {row_of[caption.key]: caption for caption in captions if caption.key in row_of}
    rows = numpy_generator(0, "retrieval").permutation(sorted(caption_of))
    candidates = min(_CANDIDATES, len(rows))
    if not candidates:
        return {"pictures": 0}
    right = tried = 0
    for start in range(0, len(rows) - candidates + 1, candidates):
        group = rows[start : start + candidates]
        with torch.inference_mode():
            texts = text(*padded([caption_of[row].ids for row in group])).numpy()
        mirrored = np.array([int(caption_of[row].mirrored) for row in group])
        pictures = embeddings.clip[group, mirrored].astype(np.float32)
        right += int(((pictures @ texts.T).argmax(axis=1) == np.arange(candidates)).sum())
        tried += candidates
    return {"accuracy": right / tried, "candidates": candidates, "pictures": tried, "chance": 1 / candidates}


def probe_accuracies(features_nC: NDArray[np.floating], data: PortraitSet) -> dict[str, dict[str, float]]:
    """For each label, the accuracy on held-out persons of a linear probe and of the commonest value."""
    order = numpy_generator(0, "probe").permutation(len(data)).tolist()
    held_out = data.is_held_out
    train, test = [row for row in order if not held_out[row]][:_PROBE_TRAINING], np.flatnonzero(held_out).tolist()
    report = {}
    for name in PROBED:
        shown_train, shown_test = (
            [row for row in rows if can_be_seen(data.labels[row], name)] for rows in (train, test)
        )
        if not shown_train or not shown_test:
            continue
        truth_train, truth_test = _values(data, shown_train, name), _values(data, shown_test, name)
        probe = fit_probe(features_nC[shown_train], truth_train)
        report[name] = {
            "accuracy": probe.accuracy(features_nC[shown_test], truth_test),
            "majority": majority_share(truth_train, truth_test),
        }
    return report


def _values(data: PortraitSet, rows: Sequence[int], name: str) -> list[str]:
    return [str(getattr(data.labels[row], name)) for row in rows]


def verification(features_nF: NDArray[np.floating], data: AnyPictures) -> dict[str, float]:
    """Same person or not, over all pairs of held-out pictures by cosine.

    The threshold is the best one on the pairs within one half of the persons; the accuracy is that on the pairs within
    the other half, same and different weighing alike.
    With fewer than four persons, or one picture of each, there is nothing to measure.
    """
    rows = np.flatnonzero(data.is_held_out)
    identities = np.array([data.labels[row].identity for row in rows.tolist()])
    persons = np.unique(identities)
    if len(persons) < _LEAST_PERSONS:
        return {"persons": len(persons), "pictures": len(rows)}
    vectors = features_nF[rows].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6
    cosines = vectors @ vectors.T
    upper = np.triu(np.ones(cosines.shape, bool), 1)
    same = identities[:, None] == identities
    half = np.searchsorted(persons, identities) % 2
    within = [upper & (half[:, None] == side) & (half == side) for side in (0, 1)]
    if not all((some & same).any() and (some & ~same).any() for some in within):
        return {"persons": len(persons), "pictures": len(rows)}
    threshold = _best_threshold(cosines[within[0]], same[within[0]])
    return {
        "auc": area_under_curve(cosines[upper & same], cosines[upper & ~same]),
        "accuracy": _balanced_accuracy(cosines[within[1]], same[within[1]], threshold),
        "threshold": threshold,
        "persons": len(persons),
        "pictures": len(rows),
    }


def area_under_curve(positive: NDArray[np.floating], negative: NDArray[np.floating]) -> float:
    """Probability that a positive score is above a negative one; equal ones count half."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    up_to = np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / 2 / len(negative))


@torch.inference_mode()
def finder_accuracy(encoder: FaceEncoder, preprocessing: Preprocessing, data: AnyPictures) -> dict[str, float]:
    """Share of held-out portraits in which a face is found, and by kind of faceless pictures in which none is."""
    graph, rng = FaceGraph(encoder), numpy_generator(0, "faceless")
    rows = np.flatnonzero(data.is_held_out)
    found = graph(preprocessing.apply(data.pictures[rows[:_FACELESS_PICTURES]]))[2]
    report = {"portraits": float(found.float().mean())}
    chosen = rng.choice(rows, _FACELESS_PICTURES)
    for name, kind in FACELESS.items():
        made = [kind(data.pictures[r], (data.labels[r].eye_box, data.labels[r].mouth_box), rng) for r in chosen]
        report[name] = 1 - float(graph(preprocessing.apply(np.stack(made)))[2].float().mean())
    return report


def found_share(features_nF: NDArray[np.floating], data: AnyPictures) -> dict[str, float]:
    """Share of held-out pictures in which a published detector found a face."""
    return {"portraits": float((np.abs(features_nF[data.is_held_out]).max(axis=1) > 0).mean())}


def rounded(report: Any) -> Any:
    """The same figures to four decimals."""
    if isinstance(report, dict):
        return {name: rounded(value) for name, value in report.items()}
    return round(report, 4) if isinstance(report, float) else report


def _best_threshold(cosines: NDArray[np.floating], same: NDArray[np.bool_]) -> float:
    tried = np.linspace(-1, 1, 201)
    return float(tried[np.argmax([_balanced_accuracy(cosines, same, value) for value in tried])])


def _balanced_accuracy(cosines: NDArray[np.floating], same: NDArray[np.bool_], threshold: float) -> float:
    accepted = cosines >= threshold
    return float((accepted[same].mean() + (~accepted[~same]).mean()) / 2)
