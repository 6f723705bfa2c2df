import tarfile
from pathlib import Path

import pytest

from unif2ace_training.portraits import shards
from unif2ace_training.portraits.labels import Labels
from unif2ace_training.portraits.shards import DatasetSettings, Part, check_meta, render_dataset, shard_path
from unif2ace_training.portraits.studio import Studio, default_cache

SETTINGS = DatasetSettings(identities=3, views=2, size=32, seed=4)


@pytest.mark.usefixtures("studio")
def test_an_interrupted_dataset_is_finished_with_the_same_bytes(
    tmp_path: Path, head_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shards, "SHARD_PICTURES", 4)
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    render_dataset(whole, SETTINGS, head_folder, default_cache(), workers=1)
    render_dataset(resumed, SETTINGS, head_folder, default_cache(), workers=1)
    shard_path(resumed, 1).unlink()
    render_dataset(resumed, SETTINGS, head_folder, default_cache(), workers=1)
    for shard in range(2):
        assert shard_path(whole, shard).read_bytes() == shard_path(resumed, shard).read_bytes()
    with tarfile.open(shard_path(whole, 0)) as archive:
        assert archive.getnames() == [
            f"{key}.{kind}" for key in ("000000-00", "000000-01", "000001-00", "000001-01") for kind in ("jpg", "json")
        ]


def test_other_settings_do_not_mix_into_a_folder(tmp_path: Path):
    check_meta(tmp_path, SETTINGS)
    with pytest.raises(ValueError, match="choose another --out"):
        check_meta(tmp_path, DatasetSettings(identities=3, views=2, size=64, seed=4))


def test_more_people_are_welcome(tmp_path: Path):
    check_meta(tmp_path, SETTINGS)
    check_meta(tmp_path, DatasetSettings(identities=300, views=2, size=32, seed=4))


@pytest.mark.usefixtures("studio")
def test_parts_make_the_whole_between_them(tmp_path: Path, head_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shards, "SHARD_PICTURES", 2)
    whole, shared = tmp_path / "whole", tmp_path / "shared"
    render_dataset(whole, SETTINGS, head_folder, default_cache(), workers=1)
    render_dataset(shared, SETTINGS, head_folder, default_cache(), workers=1, part=Part(part=1, parts=2))
    assert [shard_path(shared, shard).exists() for shard in range(3)] == [False, True, False]
    render_dataset(shared, SETTINGS, head_folder, default_cache(), workers=1, part=Part(part=0, parts=2))
    for shard in range(3):
        assert shard_path(whole, shard).read_bytes() == shard_path(shared, shard).read_bytes()


def test_a_part_beyond_the_last_is_refused():
    with pytest.raises(ValueError, match="there is no part 2 of 2; parts count from 0 to 1"):
        Part(part=2, parts=2)


def test_parts_do_not_add_people_to_a_dataset(tmp_path: Path):
    check_meta(tmp_path, SETTINGS)
    check_meta(tmp_path, SETTINGS, Part(part=1, parts=2))
    more = DatasetSettings(identities=300, views=2, size=32, seed=4)
    with pytest.raises(ValueError, match="without --parts"):
        check_meta(tmp_path, more, Part(part=1, parts=2))


def test_labels_of_a_portrait_are_valid(studio: Studio):
    from unif2ace_training.portraits.sampler import sample_person, sample_view

    person = sample_person(1, 0)
    labels = studio.portrait(person, sample_view(person, 0)).labels
    assert Labels.from_dict(labels.to_dict()) == labels
