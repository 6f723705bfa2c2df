"""Figures against closed forms and planted answers."""

import numpy as np
import pytest

from unif2ace_training.evaluation.descriptions import DESCRIBED, truth_of
from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.evaluation.scores import Answered
from unif2ace_training.portraits.shard_labels import read_labels
from unif2ace_training.scorecard.agreement import agreement
from unif2ace_training.scorecard.caption_facts import named_facts
from unif2ace_training.scorecard.classes import area_under_curve, balanced_accuracy
from unif2ace_training.scorecard.diversity import copies, fitting, nearest, spreads
from unif2ace_training.scorecard.realism import distances, kernel_distance, told_apart
from unif2ace_training.scorecard.renders import prompts_about, texts_about


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def portraits(rendered_portraits) -> list[Portrait]:
    return [Portrait(one.key, row, one.labels) for row, one in enumerate(read_labels(rendered_portraits))]


def test_the_area_counts_pairs_in_order():
    assert area_under_curve(np.array([3.0, 1.0, 2.0, 0.0]), [True, True, False, False]) == 0.75
    assert area_under_curve(np.zeros(6), [True] * 2 + [False] * 4) == 0.5


def test_rare_and_common_values_weigh_alike():
    answers = [Answered("hat", "none", True)] * 9 + [Answered("hat", "cap", False)] * 3
    assert balanced_accuracy(answers) == {"balanced_accuracy": 0.5, "chance": 0.5, "classes": 2}
    rare = balanced_accuracy([*answers, Answered("hat", "beanie", True)])
    assert rare["classes"] == 2


def test_kid_of_one_distribution_is_near_nothing_and_grows_with_a_shift(rng: np.random.Generator):
    first, second = rng.normal(size=(300, 8)), rng.normal(size=(300, 8))
    assert abs(kernel_distance(first, second)) < 0.05
    assert kernel_distance(first, second + 1) > 10 * abs(kernel_distance(first, second))


def test_distances_are_of_equal_counts(rng: np.random.Generator):
    sets = {"drawn": rng.normal(size=(20, 4)), "reconstructed": rng.normal(size=(30, 4))}
    assert {one["count"] for one in distances(sets, rng.normal(size=(50, 4))).values()} == {20}


def test_sets_of_one_distribution_cannot_be_told_apart_and_others_can(rng: np.random.Generator):
    first, second = rng.normal(size=(200, 6)), rng.normal(size=(200, 6))
    assert told_apart(first, second)["auc"] == pytest.approx(0.5, abs=0.1)
    assert told_apart(first, second + 2)["auc"] > 0.95


def test_a_copy_is_found(rng: np.random.Generator):
    known = rng.integers(0, 256, (30, 40, 40, 3), np.uint8)
    fresh = rng.integers(0, 256, (200, 40, 40, 3), np.uint8)
    places, apart = nearest(np.stack([known[7], fresh[0]]), known)
    assert places[0] == 7
    assert apart[0] == pytest.approx(0, abs=0.5)
    report = copies(apart, nearest(fresh, known)[1])
    assert report["share_nearer_than_limit"] == 0.5
    assert report["drawn_least"] < 0.5 < report["limit"]


def test_a_prompt_fits_the_portraits_that_it_is_true_of(portraits: list[Portrait]):
    for prompt, field, value in (("a man", "gender", "man"), ("a man with a full beard", "beard", "full beard")):
        places = fitting(prompt, portraits)
        assert places
        assert {getattr(portraits[place].labels, field) for place in places} == {value}


def test_the_ratio_of_spreads_says_who_is_more_alike(rng: np.random.Generator):
    wide = rng.normal(size=(20, 5))
    narrow = np.ones((20, 5)) + 0.01 * rng.normal(size=(20, 5))
    assert spreads({"a man": narrow}, {"a man": wide})["ratio"] < 0.05
    assert spreads({"a man": wide}, {"a man": wide})["ratio"] == pytest.approx(1)


def test_agreement_weighs_every_mention_alike():
    prompts = ["a man with a black beanie", "a woman", "a man"]
    drawn = {"gender": ["man", "man", "man"], "hat": ["none", "none", "none"]}
    rendered = {"gender": ["man", "woman", "man"], "hat": ["beanie", "none", "none"]}
    report = agreement(prompts, {"drawn": drawn, "rendered": rendered})
    assert report["mentions"] == 4
    assert (report["drawn"], report["rendered"]) == (2 / 4, 1.0)
    assert report["attributes"]["gender"] == {
        "count": 3, "drawn": 2 / 3, "rendered": 1.0, "constant": 2 / 3
    }  # fmt: skip


def test_true_descriptions_are_right_in_all_they_name_and_others_are_not(portraits: list[Portrait]):
    references = [texts_about(portrait, "detail")[0].answer for portrait in portraits]
    labels = [portrait.labels for portrait in portraits]
    true = named_facts(references, references, labels)
    assert true["precision"] == pytest.approx(1, abs=0.02)
    assert true["recall"] == pytest.approx(1, abs=0.02)
    assert true["repeats_a_sentence"] == 0
    turned = named_facts(references[1:] + references[:1], references, labels)
    assert turned["f1"] < 0.7
    silent = named_facts([""] * len(labels), references, labels)
    assert (silent["precision"], silent["recall"]) == (0, 0)
    bare = [truth_of(one, "glasses") == DESCRIBED["glasses"] for one in labels]
    assert silent["attributes"]["glasses"]["accuracy"] == sum(bare) / len(bare)


def test_prompts_about_a_portrait_say_which_wording_they_are_in(portraits: list[Portrait]):
    prompts = [prompt for portrait in portraits for prompt in prompts_about(portrait)]
    assert {prompt.wording for prompt in prompts} == {"trained", "held-out"}
    assert all(prompt.text and "<image>" not in prompt.text for prompt in prompts)
