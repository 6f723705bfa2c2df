import numpy as np
import pytest
import torch

from unif2ace_training.encoders.settings import TextTowerConfig
from unif2ace_training.encoders.text_tower import TextTower, padded
from unif2ace_training.evaluation.agreement import agreement_report, judge_report, text_match
from unif2ace_training.evaluation.descriptions import truth_of
from unif2ace_training.evaluation.features import resized
from unif2ace_training.evaluation.held_out import Portrait


def test_only_what_a_prompt_says_is_judged():
    prompts = ["a man in a hat", "a woman wearing a blue shirt", "a man wearing a red top", "Her shirt is green."]
    drawn = {"clothing_colour": ["red", "blue", "black", "green"]}
    real = {"clothing_colour": ["red", "blue", "red", "green"]}
    report = agreement_report(prompts, drawn, real)
    figures = report["attributes"]["clothing_colour"]
    assert figures["count"] == report["mentions"] == 3
    assert figures["agreement"] == report["agreement"] == pytest.approx(2 / 3)
    assert figures["reconstructed"] == 1
    assert figures["constant"] == pytest.approx(1 / 3)


def test_a_judge_that_is_always_right_has_accuracy_1(portraits: list[Portrait]):
    right = {name: [truth_of(portrait.labels, name) or "none" for portrait in portraits] for name in ("hat", "beard")}
    wrong = {name: ["nothing"] * len(portraits) for name in right}
    report = judge_report({"rendered": right, "reconstructed": wrong}, portraits)
    assert report["mean_rendered"] == 1
    assert report["mean_reconstructed"] == 0
    men = sum(portrait.labels.gender == "man" for portrait in portraits)
    assert report["attributes"]["beard"]["count"] == men < report["attributes"]["hat"]["count"]


def test_pictures_that_lie_on_their_texts_match():
    torch.manual_seed(0)
    tower = TextTower(TextTowerConfig(vocabulary=40, width=16, num_layers=1, num_heads=2, embedding_width=8))
    texts = [[i, i + 1, i + 2] for i in range(30)]
    with torch.inference_mode():
        vectors = tower(*padded(texts)).numpy()
    own = text_match(tower, texts, vectors)
    assert own["retrieval"] == 1
    assert own["candidates"] == 30
    assert own["own_cosine"] == pytest.approx(1, abs=1e-4)
    assert own["other_cosine"] < 1
    assert text_match(tower, texts, vectors[::-1])["retrieval"] < 0.2


def test_pictures_are_resized_only_where_they_must():
    pictures = np.zeros((2, 8, 8, 3), np.uint8)
    assert resized(pictures, 8) is pictures
    assert resized(pictures, 4).shape == (2, 4, 4, 3)
