from dataclasses import replace
from pathlib import Path

import pytest

from unif2ace_training.config.presets import debug
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.prepared import PreparedData, open_prepared

TINY = Path(__file__).parents[1] / "assets" / "tiny"


def open_tiny(config: ModelConfig, cache: Path) -> PreparedData:
    return open_prepared(
        config, prepared=TINY / "prepared", tokenizer=TINY / "tokenizer", encoders=TINY / "encoders", cache=cache
    )


def test_the_data_decide_the_vocabulary_and_the_embedding_widths(prepared: PreparedData):
    assert prepared.config.text_vocabulary == 300
    assert (prepared.config.clip_width, prepared.config.face_width) == (32, 32)


def test_no_held_out_picture_is_trained_on(prepared: PreparedData):
    for task in ("generate", "understand"):
        trained = set(getattr(prepared.train, task).picture_rows // 2)
        held_out = set(getattr(prepared.held_out, task).picture_rows // 2)
        assert held_out
        assert not trained & held_out


def test_captions_serve_both_tasks_and_prompts_only_one(prepared: PreparedData):
    # 57 training pictures and their mirror images, with a caption, a prompt and a conversation each.
    assert len(prepared.train.generate) == 57 * 2 * 2
    assert len(prepared.train.understand) == 57 * 2 * 2


def test_codes_of_another_preset_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="train the tokenizer with the same preset"):
        open_tiny(replace(debug(), codebook_size=32), tmp_path)
    with pytest.raises(ValueError, match="train the tokenizer with the same preset"):
        open_tiny(replace(debug(), image_grid=8), tmp_path)


def test_texts_over_the_capacity_are_counted(tmp_path: Path):
    short = open_tiny(replace(debug(), prompt_capacity=12), tmp_path)
    assert short.train.generate.skipped > 0
    assert short.train.generate.lengths.max() <= 12
