from collections import Counter
from dataclasses import fields

from unif2ace_training.portraits.labels import values_of
from unif2ace_training.portraits.sampler import Streams, sample_person, sample_view


def test_the_same_seed_samples_the_same_people():
    assert sample_person(1, 7) == sample_person(1, 7)
    assert sample_view(sample_person(1, 7), 2) == sample_view(sample_person(1, 7), 2)


def test_seeds_identities_and_views_differ():
    assert sample_person(1, 7) != sample_person(2, 7)
    assert sample_person(1, 7) != sample_person(1, 8)
    person = sample_person(1, 7)
    assert sample_view(person, 0) != sample_view(person, 1)


def test_a_stream_depends_on_its_name_only():
    streams = Streams(seed=1, identity=2)
    alone = streams.of("hat").random()
    streams.of("glasses").random(1000)
    assert streams.of("hat").random() == alone
    assert streams.of("glasses").random() != alone


def test_samples_stay_in_the_closed_sets_of_the_labels():
    for identity in range(40):
        person = sample_person(3, identity)
        view = sample_view(person, 0)
        for thing in (person, view):
            for field in fields(thing):
                allowed = values_of(field.name) if field.name in _LABELLED else ()
                assert not allowed or getattr(thing, field.name) in allowed, field.name


def test_rates_are_near_what_they_are_meant_to_be():
    hats = Counter(sample_view(sample_person(5, i), 0).hat for i in range(600))
    assert 0.09 < 1 - hats["none"] / 600 < 0.20
    beards = [sample_person(5, i).beard for i in range(200) if not sample_person(5, i).is_male]
    assert set(beards) == {"none"}


_LABELLED = ("skin_tone", "age_group", "hair_style", "hair_colour", "beard", "glasses", "hat", "emotion", "action")
