from pathlib import Path

import numpy as np
import pytest
import torch

from unif2ace_training.data.picture_store import load_pictures


def write(folder: Path, *, embedded: list[str]) -> None:
    codes = np.arange(2 * 2 * 4, dtype=np.int32).reshape(2, 2, 4)
    np.savez(folder / "codes.npz", keys=np.array(["a", "b"]), codes=codes)
    vectors = np.stack([np.full((2, 3), ord(key), dtype=np.float16) for key in embedded])
    np.savez(folder / "embeddings.npz", keys=np.array(embedded), clip=vectors, face=-vectors)


def test_embeddings_are_joined_by_key_whatever_their_order(tmp_path: Path):
    write(tmp_path, embedded=["c", "b", "a"])
    pictures = load_pictures(tmp_path, tmp_path)
    row = pictures.row("b", mirrored=False)
    assert row is not None
    batch = pictures.gather(torch.tensor([row]))
    assert batch.clip_BC.tolist() == [[98.0] * 3]
    assert batch.face_BF.tolist() == [[-98.0] * 3]


def test_a_mirrored_picture_has_codes_of_its_own(tmp_path: Path):
    write(tmp_path, embedded=["a", "b"])
    pictures = load_pictures(tmp_path, tmp_path)
    rows = torch.tensor([pictures.row("b", mirrored=mirrored) for mirrored in (False, True)])
    assert pictures.gather(rows).code_ids_BN.tolist() == [[8, 9, 10, 11], [12, 13, 14, 15]]


def test_an_unknown_picture_has_no_row(tmp_path: Path):
    write(tmp_path, embedded=["a", "b"])
    assert load_pictures(tmp_path, tmp_path).row("c", mirrored=False) is None


def test_codes_without_embeddings_are_refused(tmp_path: Path):
    write(tmp_path, embedded=["a"])
    with pytest.raises(ValueError, match="1 pictures have codes but no embeddings .the first is 'b'"):
        load_pictures(tmp_path, tmp_path)
