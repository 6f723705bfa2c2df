"""What was measured or drawn is kept, for exactly the options that it depends on."""

from pathlib import Path

import pytest
import torch

from unif2ace_training.scorecard.stages import Stages


def test_a_stopped_drawing_goes_on_with_the_part_that_is_missing(tmp_path: Path):
    drawn: list[slice] = []

    def draw(rows: slice) -> torch.Tensor:
        drawn.append(rows)
        if len(drawn) == 2:
            raise KeyboardInterrupt
        return torch.arange(rows.start, rows.stop)[:, None].repeat(1, 4)

    stages = Stages(tmp_path, model="a")
    with pytest.raises(KeyboardInterrupt):
        stages.codes("prompts", 100, draw)
    codes = stages.codes("prompts", 100, draw)
    assert codes[:, 0].tolist() == list(range(100))
    assert [rows.start for rows in drawn] == [0, 64, 64]
    assert torch.equal(Stages(tmp_path, model="a").codes("prompts", 100, draw), codes)
    assert len(drawn) == 3


def test_another_model_is_measured_anew(tmp_path: Path):
    measured = []

    def measure() -> dict[str, int]:
        measured.append(True)
        return {"figure": len(measured)}

    assert Stages(tmp_path, model="a").figures("codec", measure) == {"figure": 1}
    assert Stages(tmp_path, model="a").figures("codec", measure) == {"figure": 1}
    assert Stages(tmp_path, model="b").figures("codec", measure) == {"figure": 2}
