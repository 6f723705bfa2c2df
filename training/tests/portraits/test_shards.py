import tarfile
from pathlib import Path

import pytest

from unif2ace_training.portraits import shards
from unif2ace_training.portraits.labels import Labels
from unif2ace_training.portraits.shards import DatasetSettings, check_meta, render_dataset, shard_path
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


def test_labels_of_a_portrait_are_valid(studio: Studio):
    from unif2ace_training.portraits.sampler import sample_person, sample_view

    person = sample_person(1, 0)
    labels = studio.portrait(person, sample_view(person, 0)).labels
    assert Labels.from_dict(labels.to_dict()) == labels
