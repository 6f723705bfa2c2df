from dataclasses import replace

import pytest

from unif2ace_training.portraits.labels import Labels, can_be_seen, values_of


@pytest.fixture
def labels() -> Labels:
    firsts = {name: values_of(name)[0] for name in Labels.__dataclass_fields__ if values_of(name)}
    return Labels(
        **firsts | {"head_turn": "left", "gaze": "up", "lighting": "from the right"},
        identity=3, view=1, hair_visible=True, bangs=False, receding_hairline=False, necklace=True, freckles=False,
        rosy_cheeks=False, eye_bags=True, teeth_visible=False, striped=False, fractions={"hair": 0.1},
        eye_box=(0.2, 0.4, 0.6, 0.5), mouth_box=(0.3, 0.7, 0.5, 0.8),
    )  # fmt: skip


def test_labels_survive_json_values(labels: Labels):
    assert Labels.from_dict(labels.to_dict()) == labels


def test_a_mirrored_portrait_swaps_the_sides(labels: Labels):
    mirrored = labels.mirrored()
    assert (mirrored.head_turn, mirrored.gaze, mirrored.lighting) == ("right", "up", "from the left")
    assert mirrored.eye_box == pytest.approx((0.4, 0.4, 0.8, 0.5))
    assert mirrored.hair_colour == labels.hair_colour


def test_mirroring_twice_changes_nothing(labels: Labels):
    twice = labels.mirrored().mirrored()
    assert twice.eye_box == pytest.approx(labels.eye_box)
    assert twice.head_turn == labels.head_turn


def test_values_outside_a_closed_set_are_refused(labels: Labels):
    with pytest.raises(ValueError, match="label hat is 'crown', not one of none, beanie, cap"):
        Labels.from_dict(labels.to_dict() | {"hat": "crown"})


def test_unknown_fields_are_named(labels: Labels):
    with pytest.raises(ValueError, match="missing or unknown fields: nationality"):
        Labels.from_dict(labels.to_dict() | {"nationality": "x"})


def test_labels_of_an_earlier_version_lack_what_it_did_not_know(labels: Labels):
    later = ("arched_eyebrows", "lipstick", "mouth_open", "head_tilt")
    earlier = {name: value for name, value in labels.to_dict().items() if name not in later}
    read = Labels.from_dict(earlier)
    assert [getattr(read, name) for name in later] == [None] * 4
    assert not can_be_seen(read, "head_tilt")
    assert read.mirrored().head_tilt is None


def test_a_tilt_is_mirrored_and_held_against_its_closed_set(labels: Labels):
    assert replace(labels, head_tilt="left").mirrored().head_tilt == "right"
    assert values_of("head_tilt") == ("upright", "left", "right")
    with pytest.raises(ValueError, match="label head_tilt is 'up', not one of upright, left, right"):
        Labels.from_dict(labels.to_dict() | {"head_tilt": "up"})
