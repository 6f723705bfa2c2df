import pytest

from unif2ace_training.portraits.labels import Labels, values_of


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
