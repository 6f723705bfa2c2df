import hashlib
from pathlib import Path

import pytest

from unif2ace_training.common.artifacts import atomic_path, read_json, sha256_of, write_json, write_text


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path):
    target = tmp_path / "new folder" / "file.npz"
    with atomic_path(target) as partial:
        partial.write_bytes(b"half")
        assert not target.exists()
        assert partial.suffix == ".npz", "writers that choose their format by the suffix must see it"
        partial.write_bytes(b"whole")
    assert target.read_bytes() == b"whole"
    assert list(target.parent.iterdir()) == [target]


def test_an_error_in_the_middle_leaves_the_old_file_and_no_rubbish(tmp_path: Path):
    target = tmp_path / "file.txt"
    target.write_text("old")

    def fail_half_way() -> None:
        with atomic_path(target) as partial:
            partial.write_text("ne")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_half_way()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_writer_that_wrote_nothing_is_not_taken_for_success(tmp_path: Path):
    target = tmp_path / "file.txt"
    with pytest.raises(FileNotFoundError), atomic_path(target):
        pass
    assert not target.exists()


def test_json_comes_back_as_it_was_and_ends_in_a_newline(tmp_path: Path):
    value = {"name": "größe", "list": [1, 2.5, None, True], "deep": {"": []}}
    path = tmp_path / "value.json"
    write_json(path, value)
    assert read_json(path) == value
    assert path.read_text(encoding="utf-8").endswith("}\n")
    assert "größe" in path.read_text(encoding="utf-8")


def test_a_missing_or_broken_json_file_is_named_with_what_to_do(tmp_path: Path):
    path = tmp_path / "value.json"
    with pytest.raises(ValueError, match=r"value\.json does not exist; run the command that writes this folder first"):
        read_json(path)
    write_text(path, "{")
    with pytest.raises(ValueError, match=r"value\.json is not valid JSON .*; delete it and run its command again"):
        read_json(path)


def test_digests_are_sha_256_of_the_whole_file(tmp_path: Path):
    path = tmp_path / "big"
    content = bytes(range(256)) * 10_000  # more than two chunks
    path.write_bytes(content)
    assert sha256_of(path) == hashlib.sha256(content).hexdigest()
    assert len(content) > 2 << 20
