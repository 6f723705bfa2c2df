"""The published layouts, written small."""

import json
from pathlib import Path

import pytest

from unif2ace_training.gathering.sources import (
    celebv_hq_candidates,
    ffhq_candidates,
    folder_candidates,
    mm_celeba_hq_candidates,
)
from unif2ace_training.portraits.dataset import is_held_out


def touched(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_ffhq_has_the_licence_of_each_picture(tmp_path):
    metadata = {"license": "Attribution License", "author": "A. Person", "photo_url": "flickr/1"}
    touched(tmp_path / "images1024x1024/00000/00007.png")
    touched(tmp_path / "ffhq-dataset-v2.json", json.dumps({"7": {"metadata": metadata}}))
    (candidate,) = ffhq_candidates(tmp_path)
    assert (candidate.key, candidate.licence, candidate.credit) == (
        "ffhq-00007",
        "Attribution License",
        "A. Person, flickr/1",
    )


def test_ffhq_without_a_pictures_licence_is_refused(tmp_path):
    touched(tmp_path / "images1024x1024/00000/00007.png")
    touched(tmp_path / "ffhq-dataset-v2.json", "{}")
    with pytest.raises(ValueError, match="the licence is unknown"):
        list(ffhq_candidates(tmp_path))


def mm_celeba_hq(folder: Path) -> None:
    for number in range(3):
        touched(folder / f"images/{number}.jpg")
        touched(folder / f"text/celeba-caption/{number}.txt", f"She has hair {number}.\nThe woman smiles.\n")
    mapping = "idx orig_idx orig_file\n0 119613 119614.jpg\n1 99094 099095.jpg\n2 200121 200122.jpg\n"
    touched(folder / "CelebA-HQ-to-CelebA-mapping.txt", mapping)
    touched(folder / "identity_CelebA.txt", "119614.jpg 4\n099095.jpg 9\n200122.jpg 4\n")


def test_mm_celeba_hq_knows_who_is_on_two_pictures(tmp_path):
    mm_celeba_hq(tmp_path)
    first, second, third = mm_celeba_hq_candidates(tmp_path)
    assert first.identity == third.identity != second.identity
    assert first.captions == ("She has hair 0.", "The woman smiles.")


def test_mm_celeba_hq_without_identities_is_refused(tmp_path):
    mm_celeba_hq(tmp_path)
    (tmp_path / "identity_CelebA.txt").unlink()
    with pytest.raises(ValueError, match="cannot be split by person"):
        list(mm_celeba_hq_candidates(tmp_path))


def test_celebv_hq_brings_its_attributes(tmp_path):
    for name in ("abc_1", "abc_2", "xyz_0"):
        touched(tmp_path / f"35666/{name}.mp4")
    clip = {"appearance": [1, 0], "action": [0, 1], "emotion": {"sep_flag": False, "labels": "happy"}}
    mixed = clip | {"emotion": {"sep_flag": True, "labels": []}}
    described = {
        "meta_info": {"appearance_mapping": ["wearing_hat", "bald"], "action_mapping": ["talk", "smile"]},
        "clips": {
            "abc_1": {"ytb_id": "abc", "attributes": clip},
            "abc_2": {"ytb_id": "abc", "attributes": mixed},
            "xyz_0": {"ytb_id": "xyz", "attributes": clip},
        },
    }
    touched(tmp_path / "celebvhq_info.json", json.dumps(described))
    first, second, other = celebv_hq_candidates(tmp_path)
    truth = {"wearing_hat": True, "bald": False, "talk": False, "smile": True}
    assert first.attributes == truth | {"emotion": "happy"}
    assert second.attributes == truth
    assert first.identity == second.identity != other.identity
    assert first.is_clip


def test_a_folders_sub_folders_are_persons(tmp_path):
    for name in ("ann/1.jpg", "ann/2.png", "bob.jpg", "eve.webp"):
        touched(tmp_path / name)
    touched(tmp_path / "ann/1.txt", "A woman.\n")
    candidates = {candidate.key: candidate for candidate in folder_candidates(tmp_path, "CC0")}
    assert list(candidates) == ["folder-ann-1", "folder-ann-2", "folder-bob", "folder-eve"]
    assert candidates["folder-ann-1"].captions == ("A woman.",)
    assert len({candidate.identity for candidate in candidates.values()}) == 3


def test_a_twentieth_of_many_persons_is_held_out(tmp_path):
    for number in range(2000):
        touched(tmp_path / f"{number}.jpg")
    held_out = [is_held_out(candidate.identity) for candidate in folder_candidates(tmp_path, "CC0")]
    assert 60 < sum(held_out) < 140


@pytest.mark.parametrize("source", [lambda folder: folder_candidates(folder, "CC0"), celebv_hq_candidates])
def test_an_empty_folder_is_named(source, tmp_path):
    touched(tmp_path / "celebvhq_info.json", json.dumps({"meta_info": {}, "clips": {}}))
    with pytest.raises(ValueError, match="holds no"):
        list(source(tmp_path))
