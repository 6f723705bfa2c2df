"""Parameter counts against the paper's and against the model itself (docs/parameters.md)."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from unif2ace_training.config.presets import PRESETS, paper, preset
from unif2ace_training.config.schema import TASKS, ModelConfig, Task
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.parameters import ParameterCounts, count_parameters
from unif2ace_training.model.parameters import count_config as count_config_anew

PHI_ROWS = 51_200  # rows of Phi-1.5's own tables, at which the paper's counts are compared
BILLION = 1e9
PAGE = Path(__file__).parents[3] / "docs" / "parameters.md"


@cache
def count_config(config: ModelConfig) -> ParameterCounts:
    """Each config once: a model of the paper's size takes half a second even without memory."""
    return count_config_anew(config)


def with_rows(config: ModelConfig, rows: int) -> ModelConfig:
    return replace(config, text_vocabulary=config.text_vocabulary + rows - config.joint_vocabulary)


@pytest.mark.parametrize(
    ("figure", "papers"),
    [("total", 1.84), ("activated max", 1.63), ("activated min", 1.42)],
)
def test_the_paper_preset_has_the_papers_counts_within_2_percent(figure: str, papers: float):
    config = with_rows(paper(), PHI_ROWS)
    assert config.joint_vocabulary == PHI_ROWS
    counts = count_config(config)
    ranges = [counts.activated_range(config, task) for task in TASKS]
    ours = {
        "total": counts.total,
        "activated max": max(most for _, most in ranges),
        "activated min": min(least for least, _ in ranges),
    }
    assert ours[figure] / BILLION == pytest.approx(papers, rel=0.02)


def test_the_paper_preset_has_show_os_vocabulary():
    assert paper().joint_vocabulary == 50_295 + 10 + 8_192 + 1 == 58_498
    counts, at_phi = count_config(paper()), count_config(with_rows(paper(), PHI_ROWS))
    # A row of the embedding table, a row of the head and its bias.
    assert counts.total - at_phi.total == (58_498 - PHI_ROWS) * (2048 + 2048 + 1)


def test_a_resampler_of_the_paper_preset_is_what_the_spec_reads():
    counts = count_config(paper())
    resamplers = [size for task in TASKS for size in counts.sequence_expert[task] if size]
    assert len(resamplers) == 3
    assert all(3.8e6 <= size <= 4.0e6 for size in resamplers)
    assert counts.routed_expert == 3 * 2048 * 48


@pytest.mark.parametrize("name", PRESETS)
def test_components_add_up_to_the_whole(name: str):
    config = preset(name)
    counts = count_config(config)
    sequence = sum(sum(counts.sequence_expert[task]) for task in TASKS)
    routers = config.width * 8 + config.width * 4 + 4  # of one group and layer: eight gates; four with biases
    for task in TASKS:
        others = config.num_layers * (routers + sequence) + counts.routed_experts_total
        assert counts.dense[task] + others == counts.total
    assert counts.routed_experts_total == 2 * 8 * config.num_layers * counts.routed_expert
    assert counts.embedding_tables == config.joint_vocabulary * config.width


def test_counting_does_not_depend_on_where_the_model_lives(busy_model: Callable[[], FaceModel], config: ModelConfig):
    assert count_parameters(busy_model()) == count_config(config)


@pytest.mark.parametrize("task", TASKS)
def test_a_pass_activates_what_a_count_by_name_says(model: FaceModel, config: ModelConfig, task: Task):
    """Everything but the other group, the idle six of eight routed experts, and the experts not chosen."""
    other = "understand" if task == "generate" else "generate"
    chosen = {"generate": ({3}, "noise"), "understand": ({2}, "clip")}[task]
    expected = 0
    for name, parameter in model.named_parameters():
        parts = name.split(".")
        if other in parts:
            continue
        if "experts" in parts:
            expected += parameter.numel() * 2 // 8
        elif "resamplers" not in parts or chosen[1] in parts:
            expected += parameter.numel()
    counts = count_parameters(model)
    assert counts.activated(config, task, [chosen[0]] * config.num_layers) == expected
    least, most = counts.activated_range(config, task)
    assert least <= expected <= most


def test_text_alone_activates_no_sequence_level_expert(config: ModelConfig):
    counts = count_config(config)
    nothing = counts.activated(config, "understand", [set()] * config.num_layers)
    assert nothing == counts.activated_range(config, "understand")[0]


def table_of_page(heading: str) -> dict[str, list[str]]:
    """Rows of the table under a heading of docs/parameters.md: first cell to the others."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {first: others for first, *others in rows}


@pytest.mark.parametrize("name", PRESETS)
def test_the_page_states_these_counts(name: str):
    """docs/parameters.md holds the figures of the code, to the last parameter."""
    config = preset(name)
    counts = count_config(config)
    clip, face = counts.sequence_expert["understand"][2:]
    expected = {
        "": name,
        "total": counts.total,
        "of these embedding table": counts.embedding_tables,
        "dense, of either group": counts.dense["generate"],
        "shared expert, a layer": counts.shared_expert_per_layer,
        "one routed expert": counts.routed_expert,
        "routed experts, all": counts.routed_experts_total,
        "noise expert, a layer": counts.sequence_expert["generate"][3],
        "CLIP expert, a layer": clip,
        "face expert, a layer": face,
        "generation, activated at least": counts.activated_range(config, "generate")[0],
        "generation, activated at most": counts.activated_range(config, "generate")[1],
        "understanding, activated at least": counts.activated_range(config, "understand")[0],
        "understanding, activated at most": counts.activated_range(config, "understand")[1],
    }
    assert counts.dense["generate"] == counts.dense["understand"]
    table = table_of_page("The presets")
    stated = {row: cells[table[""].index(name)] for row, cells in table.items() if not row.startswith("--")}
    assert stated == {row: f"{count:,}" if isinstance(count, int) else count for row, count in expected.items()}


def test_the_page_compares_with_the_paper_as_the_code_counts():
    table = table_of_page("The reading of the paper's table")
    for row, papers, pick in (
        ("total", 1.84, lambda counts, _: counts.total),
        ("activated, most", 1.63, lambda counts, config: counts.activated_range(config, "understand")[1]),
        ("activated, least", 1.42, lambda counts, config: counts.activated_range(config, "understand")[0]),
    ):
        at_phi, as_preset = (
            pick(count_config(config), config) / BILLION for config in (with_rows(paper(), PHI_ROWS), paper())
        )
        difference = f"{100 * (at_phi / papers - 1):+.1f} %".replace("-", "−")
        assert table[row] == [f"{papers:.2f} B", f"{at_phi:.3f} B", difference, f"{as_preset:.3f} B"]
