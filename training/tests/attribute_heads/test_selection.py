import numpy as np
import pytest
import torch

from unif2ace_training.attribute_heads.folder import TrainedHeads
from unif2ace_training.attribute_heads.heads import HIDDEN, Head, group_of, heads_of
from unif2ace_training.attribute_heads.network import AttributeNetwork
from unif2ace_training.attribute_heads.prediction import attributes_of, predict
from unif2ace_training.attribute_heads.selection import PAPER_ACCURACIES, judged, selected_values

HAT = Head(name="wearing_hat", group="appearance", values=(False, True))
HAIR = Head(name="hair_colour", group="appearance", values=("black", "blond", HIDDEN))


def test_the_paper_asks_more_of_appearances_than_of_emotions():
    assert PAPER_ACCURACIES == {"appearance": 0.93, "action": 0.87, "emotion": 0.8}
    assert [group_of(name) for name in ("wearing_hat", "talk", "emotion", "hair_colour")] == [
        "appearance", "action", "emotion", "appearance",
    ]  # fmt: skip


def test_what_is_judged_is_counted():
    truth, said = np.array([1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 0, 1, 0, 0, 0, 0, 0])
    question = judged(HAT, True, said, truth)
    assert (question.accuracy, question.always) == (0.75, 0.75)
    assert (question.pictures_with, question.pictures) == (2, 8)


@pytest.mark.parametrize(
    ("right", "least", "pictures", "verdict"),
    [
        (99, 0.93, 5, "selected"),
        (94, 0.95, 5, "too inaccurate"),
        (90, 0.80, 5, "no better than always saying the same"),
        (99, 0.93, 11, "too few pictures"),
    ],
)
def test_a_head_has_to_be_accurate_and_better_than_a_constant(right, least, pictures, verdict):
    truth = np.array([[1]] * 10 + [[0]] * 90)
    said = truth.copy()
    said[: 100 - right] = 0  # what is missed of the ten
    assert selected_values([HAT], said, truth, {**PAPER_ACCURACIES, "appearance": least}, pictures) == {
        "wearing_hat": {True: verdict}
    }


def test_values_are_judged_for_themselves_and_what_is_hidden_is_not():
    truth = np.array([[0]] * 10 + [[1]] * 10 + [[2]] * 80 + [[-100]] * 50)
    said = truth.copy()
    said[:8] = 2
    verdicts = selected_values([HAIR], said, truth, PAPER_ACCURACIES, 5)["hair_colour"]
    assert verdicts == {"black": "too inaccurate", "blond": "selected"}


def test_only_what_was_selected_and_is_sure_is_said():
    network = AttributeNetwork(5, [HAT, HAIR], hidden=0)
    with torch.no_grad():
        network.layers[0].weight.copy_(torch.eye(5))
        network.layers[0].bias.zero_()
    trained = TrainedHeads([HAT, HAIR], network, {"wearing_hat": [True], "hair_colour": ["blond"]}, {})
    vectors = np.array(
        [[0, 3, 0, 3, 0],   # a hat, blond
         [3, 0, 3, 0, 0],   # no hat; black was not selected
         [0, 1, 0, 0, 9]],  # a hat perhaps; the hair is hidden
        np.float32,
    )  # fmt: skip
    said = [attributes_of(one) for one in predict(trained, vectors, 0.8)]
    assert said == [{"wearing_hat": True, "hair_colour": "blond"}, {"wearing_hat": False}, {}]
    assert [attributes_of(one) for one in predict(trained, vectors, 0.5)][2] == {"wearing_hat": True}
    network.temperature_H.fill_(10.0)
    assert [attributes_of(one) for one in predict(trained, vectors, 0.8)] == [{}, {}, {}]


def test_rare_values_are_not_taught():
    known = [{"hat": "cap", "bald": False}] * 5 + [{"hat": "none", "bald": True}] + [{"hat": "beanie"}] * 4
    heads, left_out = heads_of(known, 4)
    assert [(head.name, head.values) for head in heads] == [("hat", ("beanie", "cap"))]
    assert left_out == {"bald": "5 False, 1 True"}
    with pytest.raises(ValueError, match="no attribute has two values with 6 pictures"):
        heads_of(known, 6)
    with pytest.raises(ValueError, match="hat is yes or no for some pictures and a word for others"):
        heads_of([*known, {"hat": True}], 4)
