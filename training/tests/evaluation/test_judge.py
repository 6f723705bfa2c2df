from pathlib import Path

import numpy as np
import pytest

from unif2ace_training.config.presets import preset
from unif2ace_training.evaluation.held_out import Portrait, read_pictures
from unif2ace_training.evaluation.judge import judge_size, train_judge

CONFIG = preset("debug")


@pytest.fixture(scope="module")
def pictures(chain, portraits: list[Portrait]) -> np.ndarray:
    return read_pictures(chain.pictures, portraits, judge_size(CONFIG))


def test_the_judge_knows_what_it_was_taught_and_is_kept(
    pictures: np.ndarray, portraits: list[Portrait], tmp_path: Path
):
    labels = [portrait.labels for portrait in portraits]
    judge = train_judge(tmp_path, CONFIG, pictures, labels)
    seen = judge.verdicts(pictures)["background_colour"]
    assert np.mean([value == one.background_colour for value, one in zip(seen, labels, strict=True)]) > 0.9
    again = train_judge(tmp_path, CONFIG, pictures, labels)
    assert again.verdicts(pictures) == judge.verdicts(pictures)
    with pytest.raises(ValueError, match="other settings or data"):
        train_judge(tmp_path, CONFIG, pictures[:-1], labels[:-1])


def test_pictures_are_read_in_the_order_that_was_asked(chain, portraits: list[Portrait], pictures: np.ndarray):
    some = [portraits[5], portraits[2]]
    np.testing.assert_array_equal(read_pictures(chain.pictures, some, judge_size(CONFIG)), pictures[[5, 2]])


def test_a_picture_that_is_not_there_is_an_error(chain, portraits: list[Portrait]):
    stranger = Portrait("999999-00", 0, portraits[0].labels)
    with pytest.raises(ValueError, match="lacks 1 pictures"):
        read_pictures(chain.pictures, [stranger], 32)
