from dataclasses import replace

import numpy as np

from unif2ace_training.portraits.sampler import Person, View, sample_person, sample_view
from unif2ace_training.portraits.studio import Studio


def long_haired_woman() -> tuple[Person, View]:
    person = replace(sample_person(1, 4), is_male=False, beard="none", hair_style="straight", bangs=False)
    view = replace(
        sample_view(person, 0), hat="none", hat_colour="none", glasses="none", glasses_colour="none", emotion="neutral",
        action="none", turn=0.0, nod=0.0, tilt=0.0, earrings="none", background_kind="plain",
    )  # fmt: skip
    return person, view


def test_the_same_portrait_twice(studio: Studio):
    person, view = long_haired_woman()
    first = studio.portrait(person, view)
    studio.portrait(sample_person(1, 9), sample_view(sample_person(1, 9), 0))
    second = studio.portrait(person, view)
    np.testing.assert_array_equal(first.picture, second.picture)
    assert first.labels == second.labels


def test_another_background_changes_only_the_background(studio: Studio):
    person, view = long_haired_woman()
    grey = studio.portrait(person, replace(view, background_colour="grey"))
    green = studio.portrait(person, replace(view, background_colour="green"))
    left, top, right, bottom = (int(64 * share) for share in grey.labels.eye_box)
    np.testing.assert_array_equal(grey.picture[top:bottom, left:right], green.picture[top:bottom, left:right])
    assert np.abs(grey.picture[:4].astype(int) - green.picture[:4]).mean() > 10


def test_a_hat_hides_hair(studio: Studio):
    person, view = long_haired_woman()
    short = replace(person, hair_style="crop")
    bare = studio.portrait(short, view).labels
    covered = studio.portrait(short, replace(view, hat="beanie", hat_colour="red")).labels
    assert bare.hat == "none"
    assert covered.hat == "beanie"
    assert covered.fractions["hair"] < bare.fractions["hair"] / 2


def test_sunglasses_hide_the_eyes(studio: Studio):
    person, view = long_haired_woman()
    dark = studio.portrait(person, replace(view, glasses="sunglasses", glasses_colour="black")).labels
    clear = studio.portrait(person, replace(view, glasses="round glasses", glasses_colour="black")).labels
    assert (dark.eyes, dark.gaze) == ("hidden", "hidden")
    assert clear.eyes == "open"
    assert clear.fractions["left eye"] > 0 == dark.fractions["left eye"]


def test_closed_eyes_and_a_wink_are_seen(studio: Studio):
    person, view = long_haired_woman()
    assert studio.portrait(person, replace(view, action="closing the eyes")).labels.eyes == "closed"
    assert studio.portrait(person, replace(view, emotion="happy", action="winking")).labels.eyes == "one closed"


def test_a_bald_man_shows_no_hair(studio: Studio):
    person = replace(sample_person(1, 4), is_male=True, hair_style="bald", beard="full beard")
    view = replace(sample_view(person, 0), hat="none", hat_colour="none")
    labels = studio.portrait(person, view).labels
    assert (labels.hair_visible, labels.hair_length) == (False, "none")
    assert labels.fractions["beard"] > 0.01


def test_eyes_and_mouth_are_where_the_boxes_say(studio: Studio):
    person, view = long_haired_woman()
    labels = studio.portrait(person, view).labels
    assert 0.3 < labels.eye_box[1] < labels.eye_box[3] < labels.mouth_box[1] < labels.mouth_box[3] < 0.95


def test_tongues_open_mouths_and_tilted_heads_are_seen(studio: Studio):
    person, view = long_haired_woman()
    calm = studio.portrait(person, view).labels
    out = studio.portrait(person, replace(view, action="sticking out the tongue", tilt=9.0)).labels
    assert (calm.mouth_open, calm.head_tilt) == (False, "upright")
    assert (out.mouth_open, out.head_tilt) == (True, "left")
    assert out.fractions["tongue"] > calm.fractions["tongue"] + 0.002


def test_a_feature_that_a_beard_covers_is_not_named(studio: Studio):
    person, view = long_haired_woman()
    shaven = replace(person, is_male=True, hair_style="crop", double_chin=True, sideburns=True)
    seen = studio.portrait(shaven, view).labels
    covered = studio.portrait(replace(shaven, beard="full beard"), view).labels
    assert (seen.double_chin, seen.sideburns, covered.double_chin) == (True, True, False)
    assert seen.fractions["beard"] > 0.0005
