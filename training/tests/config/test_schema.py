from dataclasses import replace
from typing import Any

import pytest

from unif2ace_training.config.presets import PRESETS, debug, paper, preset, small
from unif2ace_training.config.schema import SPECIAL_TOKENS, model_config_from_dict


@pytest.mark.parametrize("name", PRESETS)
def test_a_config_survives_its_plain_values(name: str):
    config = preset(name)
    assert config.name == name
    assert model_config_from_dict(config.to_dict()) == config


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="no preset 'huge'; choose one of debug, small, paper"):
        preset("huge")


def test_derived_sizes_of_the_paper():
    config = paper()
    assert config.image_tokens == 256
    assert config.image_block_length == 258
    assert config.picture_prefix_length == 259
    assert config.rotary_width == 32
    assert config.joint_vocabulary == 58_498
    assert config.image_offset == 50_305
    assert config.mask_code == 8192
    assert config.rotary_positions == 1152


def test_the_joint_vocabulary_is_text_then_specials_then_codes_then_the_mask():
    config = debug()
    ids = [config.special_id(token) for token in SPECIAL_TOKENS]
    assert ids == list(range(config.text_vocabulary, config.image_offset))
    assert config.image_offset + config.mask_code == config.joint_vocabulary - 1


def test_only_special_tokens_have_special_ids():
    with pytest.raises(ValueError, match=r"'<\|eot\|>' is not a special token"):
        debug().special_id("<|eot|>")


@pytest.mark.parametrize("name", PRESETS)
def test_a_whole_prompt_and_a_whole_picture_fit(name: str):
    config = preset(name)
    assert config.rotary_positions >= config.prompt_capacity + config.image_block_length
    assert config.slot_capacity > config.picture_prefix_length
    assert config.image_size % config.image_grid == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 100}, "num_heads x head_width is 4 x 64, which must equal width 100"),
        ({"rotary_fraction": 0.3}, "rotary_fraction 0.3 of head_width 64 must be an even number"),
        ({"rotary_fraction": 1.5}, "rotary_fraction is 1.5"),
        ({"resampler_heads": 3}, "resampler_width 32 must be a multiple of resampler_heads 3"),
        ({"resampler_width": 33, "resampler_heads": 3}, "resampler_width 33 must be even"),
        ({"slot_capacity": 103}, "slot_capacity 103 leaves no room for text after the picture's 103 positions"),
        ({"top_k_experts": 9}, "top_k_experts is 9, more than the 8 of num_routed_experts"),
        ({"top_k_sequence_experts": 5}, "top_k_sequence_experts is 5, more than the 4 of num_sequence_experts"),
        ({"num_sequence_experts": 3}, "num_sequence_experts is 3, but each group has 4"),
        ({"num_layers": 0}, "num_layers is 0"),
        ({"routed_width": -1}, "routed_width is -1"),
        ({"image_size": 161}, "image_size 161 must be a multiple of image_grid 10"),
    ],
)
def test_sizes_that_do_not_fit_together_are_refused(change: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        replace(small(), **change)


def test_unknown_and_missing_fields_are_named():
    values = small().to_dict()
    with pytest.raises(ValueError, match="unknown fields depth, height; it was written by another version"):
        model_config_from_dict({**values, "height": 3, "depth": 1})
    del values["width"]
    with pytest.raises(ValueError, match="model config is incomplete: .*width"):
        model_config_from_dict(values)


@pytest.mark.parametrize(
    ("field", "value"), [("width", "256"), ("num_layers", 8.0), ("qk_norm", 1), ("name", 5), ("rotary_theta", "high")]
)
def test_a_value_of_another_type_is_refused_by_name(field: str, value: object):
    with pytest.raises(ValueError, match=f"model config's {field} is {value!r}"):
        model_config_from_dict({**small().to_dict(), field: value})
