"""The three layouts of a folder of captioned pictures, and what is wrong with one."""

import json
import tarfile
from pathlib import Path

import pytest

from unif2ace_training.adaptation.captioned_pictures import CaptionedPicture, read_captioned_pictures
from unif2ace_training.adaptation.own_data import split_off_held_out

_QUESTION = "Describe this face in detail."


def _read(folder: Path) -> dict[str, CaptionedPicture]:
    return {picture.key: picture for picture in read_captioned_pictures(folder, _QUESTION)}


def _texts(picture: CaptionedPicture) -> list[tuple[str, list[str]]]:
    return [(record["kind"], [turn["value"] for turn in record["conversations"]]) for record in picture.records]


def test_pictures_with_texts_beside_them(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "one.JPG").write_bytes(b"first")
    (tmp_path / "anna" / "one.txt").write_text("Anna laughs.\n\n Anna at the sea. \n")
    (tmp_path / "b.v2.png").write_bytes(b"second")
    (tmp_path / "b.v2.txt").write_text("Somebody else.")
    pictures = _read(tmp_path)
    assert list(pictures) == ["anna-one", "b.v2"]
    assert pictures["anna-one"].content == b"first"
    assert _texts(pictures["anna-one"]) == [
        ("caption", [_QUESTION, "Anna laughs."]),
        ("caption", [_QUESTION, "Anna at the sea."]),
    ]


def test_a_picture_without_text_is_named(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a.txt").write_text("A.")
    with pytest.raises(ValueError, match="nothing is said about 1 of 2 pictures .* the first is 'b': caption it"):
        _read(tmp_path)


def test_two_pictures_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ValueError, match="the same name; rename one"):
        _read(tmp_path)


def _llava(image: str, *texts: str, **more: object) -> dict[str, object]:
    speakers = ("human", "gpt")
    turns = [{"from": speakers[index % 2], "value": text} for index, text in enumerate(texts)]
    return {"id": image, "image": image, "conversations": turns, **more}


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_llava_records(tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    for name in ("in/a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    records = [
        _llava("in/a.jpg", "<image>\nPlease describe the face.", "It is Zed."),
        _llava("in/a.jpg", "Who is it?\n<image>", "Zed.", "Is he old?", "No."),
        _llava("b.jpg", "<image>\nWhat is it?", "A face.", kind="detail"),
    ]
    (tmp_path / "unnamed.jpg").write_bytes(b"")
    lines = json.dumps(records) if suffix == ".json" else "\n".join(map(json.dumps, records)) + "\n"
    (tmp_path / f"records{suffix}").write_text(lines)
    pictures = _read(tmp_path)
    assert {key: picture.content for key, picture in pictures.items()} == {"in-a": b"in/a.jpg", "b": b"b.jpg"}
    assert "1 pictures are in no record and are left out; the first is" in capsys.readouterr().out
    assert _texts(pictures["in-a"]) == [
        ("caption", ["Please describe the face.", "It is Zed."]),
        ("conversation", ["Who is it?", "Zed.", "Is he old?", "No."]),
    ]
    assert _texts(pictures["b"]) == [("detail", ["What is it?", "A face."])]


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (_llava("gone.jpg", "Describe.", "A."), "line 1 .*there is no picture .*gone.jpg"),
        (_llava("a.jpg", "Describe."), "line 1 .*must alternate"),
        (_llava("a.jpg", "Describe.", "A.", kind="poem"), "kind is 'poem', not one of caption"),
        ({"conversations": []}, "line 1 .*'image'"),
        ([], "line 1 is not a LLaVA record"),
    ],
)
def test_a_wrong_record_is_named_with_its_line(tmp_path: Path, record: object, complaint: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "records.jsonl").write_text(json.dumps(record))
    with pytest.raises(ValueError, match=complaint):
        _read(tmp_path)


def test_shards_say_what_is_held_out(tmp_path: Path) -> None:
    described = {"records": [_llava("x", "Describe.", "It is Zed.", kind="caption")], "licence": "mine"}
    _write_shard(tmp_path / "shards" / "train-00000.tar", {
        "a.jpg": b"A", "x/a.jpg": b"other", "x/a.txt": b"It is Bob.", "a.json": json.dumps(described).encode(),
        "c.jpg": b"C", "c.json": json.dumps({"captions": ["Yes."], "held_out": False}).encode(),
    })  # fmt: skip
    _write_shard(tmp_path / "shards" / "held-out-00000.tar", {"b.png": b"B", "b.txt": b"It is Anna.\n"})
    (tmp_path / "report.json").write_text("{}")
    pictures = _read(tmp_path)
    assert {key: (picture.content, picture.is_held_out) for key, picture in pictures.items()} == {
        "a": (b"A", None), "x-a": (b"other", None), "b": (b"B", True), "c": (b"C", False),
    }  # fmt: skip
    assert _texts(pictures["a"]) == [("caption", ["Describe.", "It is Zed."])]
    assert _texts(pictures["b"]) == [("caption", [_QUESTION, "It is Anna."])]


def test_a_shard_that_says_nonsense_is_named(tmp_path: Path) -> None:
    for content, complaint in ((b"{", "delimiter|quotes"), (b'{"records": [{}]}', "'conversations'"), (b"[]", "get")):
        _write_shard(tmp_path / "a.tar", {"a.jpg": b"A", "a.json": content})
        with pytest.raises(ValueError, match=f"a.tar: what is said about 'a' cannot be read: .*({complaint})"):
            _read(tmp_path)


def _write_shard(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            file = path.with_suffix(".member")
            file.write_bytes(content)
            archive.add(file, name)
            file.unlink()


def test_folders_that_hold_nothing_of_use(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no pictures: name.jpg with name.txt"):
        _read(tmp_path)
    with pytest.raises(ValueError, match="is no folder"):
        _read(tmp_path / "gone")
    (tmp_path / "a.tar").write_bytes(b"no tar")
    with pytest.raises(ValueError, match="no tar file that can be read"):
        _read(tmp_path)


def _captioned(count: int) -> list[CaptionedPicture]:
    return [CaptionedPicture(f"{n}", Path(), [{"kind": "caption"}]) for n in range(count)]


@pytest.mark.parametrize(("count", "held_out"), [(2, 1), (9, 1), (30, 3)])
def test_a_tenth_is_held_out_and_one_at_least(count: int, held_out: int) -> None:
    pictures = _captioned(count)
    split_off_held_out(pictures)
    assert sum(bool(picture.is_held_out) for picture in pictures) == held_out
    again = _captioned(count)[::-1]
    split_off_held_out(again)
    assert {picture.key for picture in again if picture.is_held_out} == {
        picture.key for picture in pictures if picture.is_held_out
    }


def test_what_was_decided_stays() -> None:
    pictures = _captioned(20)
    pictures[3].is_held_out = True
    split_off_held_out(pictures)
    assert [picture.key for picture in pictures if picture.is_held_out] == ["3"]


def test_where_a_source_holds_nobody_out_a_tenth_is() -> None:
    pictures = _captioned(20)
    for picture in pictures:
        picture.is_held_out = False
    split_off_held_out(pictures)
    assert sum(bool(picture.is_held_out) for picture in pictures) == 2


def test_one_caption_is_not_enough() -> None:
    with pytest.raises(ValueError, match="1 pictures have captions, 1 of them held out"):
        split_off_held_out(_captioned(1))
