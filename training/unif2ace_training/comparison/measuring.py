"""All figures of a comparison: scores by judges, distances of sets, and their intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from unif2ace_training.annotation.workers import Job
from unif2ace_training.comparison.asking import AnyAsker
from unif2ace_training.comparison.collected import Collected
from unif2ace_training.comparison.distances import fid, kid
from unif2ace_training.comparison.features import (
    EncoderFeatures,
    FeatureSource,
    InceptionFeatures,
    features_of_files,
)
from unif2ace_training.comparison.intervals import Figure, difference_figure, mean_figure
from unif2ace_training.comparison.judging import Asked, Score, score_by
from unif2ace_training.comparison.rubric_set import JudgedKind, Rubric
from unif2ace_training.comparison.settings import DISTANCES, FeatureSettings, Measure
from unif2ace_training.comparison.test_set import CAPTION, TestPicture


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """What all models are measured on, and what each of them drew and said."""

    folder: Path
    pictures: Sequence[TestPicture]
    collected: Mapping[str, Collected]

    def asked(self, kind: JudgedKind, model: str) -> Iterator[tuple[str, Asked]]:
        """By id, what a judge is asked about a model for one measure."""
        found = self.collected[model]
        for one in self.pictures:
            if kind in ("vqascore", "vlm-score"):
                if one.key in found.pictures:
                    filled = {"prompt": one.prompt} if kind == "vqascore" else {}
                    yield one.key, Asked(kind=kind, filled=filled, jpeg=found.pictures[one.key].read_bytes())
                continue
            for question_id, question, reference in one.questions():
                is_wanted = question_id.endswith(f"/{CAPTION}") == (kind == "desc")
                if is_wanted and question_id in found.answers:
                    filled = {"question": question, "reference": reference, "answer": found.answers[question_id]}
                    jpeg = (self.folder / one.image).read_bytes()
                    yield question_id, Asked(kind=kind, filled=filled, jpeg=jpeg)


@dataclass(slots=True)
class Scoring:
    """Everything that one judge is asked. `scores` are by measure, model and id."""

    test: Test
    model: str  # the judge's name at its endpoint
    rubrics: Mapping[JudgedKind, Rubric]
    measures: Sequence[Measure]
    scores: dict[str, dict[str, dict[str, Score]]] = field(default_factory=dict)

    def jobs(self, asker: AnyAsker) -> Iterator[Job]:
        """A score each."""
        for measure in self.measures:
            kind: JudgedKind = measure.kind  # pyright: ignore[reportAssignmentType]
            for model in self.test.collected:
                scores = self.scores.setdefault(measure.name, {}).setdefault(model, {})
                for name, asked in self.test.asked(kind, model):
                    yield partial(self._score, self.rubrics[kind], name, asked, asker, scores)

    async def _score(self, rubric: Rubric, name: str, asked: Asked, asker: AnyAsker, scores: dict[str, Score]) -> None:
        scores[name] = await score_by(asker, rubric, self.model, asked)


def judged_report(scores: Mapping[str, Mapping[str, Score]], resamples: int) -> dict[str, dict[str, Any]]:
    """By model: the mean score and its interval, what failed, and the difference from the first model over what both
    have; models without any score are left out."""
    values = {
        model: {name: score.value for name, score in sorted(some.items()) if score.value is not None}
        for model, some in scores.items()
    }
    first = next(iter(values.values()), {})
    report: dict[str, dict[str, Any]] = {}
    for number, (model, known) in enumerate(values.items()):
        failures: dict[str, int] = {}
        for score in scores[model].values():
            if score.value is None:
                failures[score.reason] = failures.get(score.reason, 0) + 1
        if known:
            report[model] = {**asdict(mean_figure(list(known.values()), resamples)), "failures": failures}
        elif failures:
            report[model] = {"count": 0, "failures": failures}
        shared = sorted(first.keys() & known.keys())
        if number and shared:
            pairs = [known[name] for name in shared], [first[name] for name in shared]
            report[model]["difference_from_first"] = asdict(difference_figure(*pairs, resamples))
    return report


def distance_reports(
    test: Test, measures: Sequence[Measure], features: Mapping[str, FeatureSettings], resamples: int
) -> dict[str, dict[str, dict[str, Any]]]:
    """By measure and model: distances of what was drawn from the pictures of the test set that have prompts."""
    report: dict[str, dict[str, dict[str, Any]]] = {}
    for name in dict.fromkeys(measure.features for measure in measures if measure.kind in DISTANCES):
        assert name is not None
        source = feature_source(features[name])
        real = features_of_files(source, [test.folder / one.image for one in test.pictures if one.prompt], "test set")
        for model, found in test.collected.items():
            if not found.pictures:
                continue
            drawn = features_of_files(source, [found.pictures[key] for key in sorted(found.pictures)], model)
            for measure in measures:
                if measure.features == name:
                    figure = _distance(measure, drawn, real, resamples)
                    report.setdefault(measure.name, {})[model] = asdict(figure) | {"real": len(real)}
    return report


def feature_source(settings: FeatureSettings) -> FeatureSource:
    """Opens the network."""
    if settings.inception is not None:
        return InceptionFeatures(settings.inception, settings.device)
    assert settings.encoders is not None
    return EncoderFeatures(settings.encoders)


def _distance(measure: Measure, drawn: np.ndarray, real: np.ndarray, resamples: int) -> Figure:
    return (fid if measure.kind == "fid" else kid)(drawn, real, resamples)
