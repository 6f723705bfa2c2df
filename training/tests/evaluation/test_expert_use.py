import numpy as np
import pytest
import torch

from unif2ace_training.config.schema import TASKS
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.evaluation.expert_use import expert_report
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.parameters import count_parameters


@pytest.fixture(scope="module")
def report(model: FaceModel, prepared: PreparedData) -> dict:
    return expert_report(model, prepared, 40)


@pytest.mark.parametrize("task", TASKS)
def test_the_shares_of_a_layer_sum_to_1(report: dict, task: str, prepared: PreparedData):
    config = prepared.config
    for name, experts in (("routed_experts", 8), ("sequence_experts", 4)):
        shares = np.array(report[task][name])
        assert shares.shape == (config.num_layers, experts)
        np.testing.assert_allclose(shares.sum(axis=1), 1)


@pytest.mark.parametrize("task", TASKS)
def test_activated_parameters_lie_within_the_models_range(report: dict, task: str, model: FaceModel):
    least, most = count_parameters(model).activated_range(model.config, task)
    figures = report[task]["activated"]
    assert least <= figures["min"] <= figures["mean"] <= figures["max"] <= most
    assert figures["min"] < report[task]["touched"]["max"] <= report["parameters"]["total"]


def test_a_pass_counts_what_its_routing_chose(model: FaceModel, prepared: PreparedData):
    """Against the parameters of the modules themselves, for one picture that somebody asks about."""
    texts = prepared.held_out.understand
    only = expert_report(model, prepared, 1)["understand"]
    assert only["passes"] == 1
    counts = count_parameters(model)
    chosen = [{index for index, share in enumerate(shares) if share} for shares in only["sequence_experts"]]
    assert only["activated"]["min"] == counts.activated(model.config, "understand", chosen)
    used = sum(share > 0 for shares in only["routed_experts"] for share in shares)
    routed_twice = model.config.num_layers * model.config.top_k_experts
    assert only["touched"]["min"] == only["activated"]["min"] + (used - routed_twice) * counts.routed_expert
    assert len(texts) > 1


def test_always_the_same_passes(model: FaceModel, prepared: PreparedData, report: dict):
    torch.manual_seed(5)
    assert expert_report(model, prepared, 40) == report
