"""From annotations to a data set: records in LLaVA's format by split, shards for WebDataset, and what was counted.

records-train.jsonl, records-held-out.jsonl   as `prepare --records` and `datasets.load_dataset("json")` read them
shards/train-*.tar, shards/held-out-*.tar     `{key}.jpg` and `{key}.json`, as WebDataset reads them
rejected.jsonl, report.json                   what was left out and why; counts and lengths
"""

import io
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from unif2ace_training.annotation.against_truth import TruthComparison
from unif2ace_training.annotation.pictures import Picture, read_pictures
from unif2ace_training.annotation.validators import Validator, ValidatorSettings
from unif2ace_training.annotation.walk import Annotation, Pair
from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.language.writer import PICTURE_MARK, RecordLine, line_of

SPLITS: Final = ("train", "held-out")
# What is asked for a caption in records; the model learns that this question wants one.
CAPTION_QUESTION: Final = "Describe this face in detail."
_SHARD_PICTURES: Final = 256


@dataclass(slots=True)
class Counts:
    """What a data set holds."""

    pictures: dict[str, Counter[str]] = field(default_factory=lambda: {split: Counter() for split in SPLITS})
    records: dict[str, Counter[str]] = field(default_factory=lambda: {split: Counter() for split in SPLITS})
    licences: Counter[str] = field(default_factory=Counter)
    caption_words: Counter[int] = field(default_factory=Counter)
    pairs_a_picture: Counter[int] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    without_annotation: int = 0
    without_caption: int = 0


def assemble(
    pictures: Path, annotations: dict[str, Annotation], out: Path, settings: ValidatorSettings
) -> tuple[Counts, Validator, TruthComparison]:
    """Write records, shards and rejections into `out`. Pictures without any text that is kept are left out."""
    counts, validator, truth = Counts(), Validator(settings), TruthComparison()
    with ExitStack() as files:
        lines = {split: files.enter_context(_open(out / f"records-{split}.jsonl")) for split in SPLITS}
        shards = {split: files.enter_context(_Shards(out / "shards", split)) for split in SPLITS}
        for picture in read_pictures(pictures):
            annotation = annotations.get(picture.key)
            if annotation is None:
                counts.without_annotation += 1
                continue
            if picture.truth is not None:
                asked = {name: annotation.attributes[name] for name in annotation.asked}
                truth.add(picture.truth, asked, annotation.refined or annotation.caption)
            records = list(_records(picture, annotation, validator, counts))
            split = "held-out" if picture.is_held_out else "train"
            for record in records:
                counts.records[split][record["kind"]] += 1
                lines[split].write(line_of(record))
            if records:
                counts.pictures[split][picture.source] += 1
                counts.licences[picture.licence] += 1
                shards[split].add(picture, annotation, records)
        rejected = files.enter_context(_open(out / "rejected.jsonl"))
        rejected.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in validator.rejections)
    return counts, validator, truth


def read_annotations(paths: list[Path]) -> dict[str, Annotation]:
    """Annotations by key, from the folders of one or several runs of `annotate`.

    Raises:
        ValueError: a file is missing or no annotation, or two files have one picture.
    """
    found: dict[str, Annotation] = {}
    for path in paths:
        if not path.is_file():
            raise ValueError(f"{path} does not exist; `annotate` writes it when it comes to its end")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                values = json.loads(line)
                annotation = Annotation(**values | {"pairs": [Pair(**pair) for pair in values["pairs"]]})
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}, line {number} is no annotation: {error!r}") from error
            if annotation.key in found:
                raise ValueError(f"{path}, line {number}: {annotation.key} was annotated twice")
            found[annotation.key] = annotation
    return found


def _records(picture: Picture, annotation: Annotation, validator: Validator, counts: Counts) -> Iterator[RecordLine]:
    # Texts are held against what a source or a trained head says, not against the guesses of another question.
    trusted = {name: value for name, value in annotation.attributes.items() if name not in annotation.asked}
    validator.failures(annotation)
    caption = validator.caption(annotation, trusted)
    if caption is None:
        counts.without_caption += 1
    else:
        counts.caption_words[len(caption.split())] += 1
        yield _record(picture, "caption", 0, [(CAPTION_QUESTION, caption)])
    pairs = validator.pairs(annotation, trusted)
    counts.pairs_a_picture[len(pairs)] += 1
    counts.pairs.update(pair.kind for pair in pairs)
    counts.attributes.update(
        f"{name}: {value}" if isinstance(value, str) else name
        for name, value in annotation.attributes.items()
        if value is not False
    )
    for kind in ("detail", "conversation", "reasoning"):
        turns = [(pair.question, pair.answer) for pair in pairs if pair.kind == kind]
        # Details and reasoning are long: one exchange a record, as in LLaVA; a conversation has all of its turns.
        groups = [turns] if kind == "conversation" and turns else [[turn] for turn in turns]
        for number, group in enumerate(groups):
            yield _record(picture, kind, number, group)


def _record(picture: Picture, kind: str, number: int, turns: list[tuple[str, str]]) -> RecordLine:
    texts = [text for turn in turns for text in turn]
    texts[0] = f"{PICTURE_MARK}\n{texts[0]}"
    return {
        "id": f"{picture.key}-{kind}-{number}",
        "image": picture.image,
        "kind": kind,
        "conversations": [{"from": ("human", "gpt")[index % 2], "value": text} for index, text in enumerate(texts)],
        "mirrored": False,
        "source": picture.source,
        "licence": picture.licence,
    }


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    """A text file that is whole or absent."""
    with atomic_path(path) as partial, partial.open("w", encoding="utf-8") as lines:
        yield lines


class _Shards:
    """Tar files of 256 pictures; the last one is closed when the block ends."""

    def __init__(self, folder: Path, split: str):
        self._folder, self._split = folder, split
        self._files = ExitStack()
        self._archive: tarfile.TarFile | None = None
        self._count = 0

    def __enter__(self) -> "_Shards":
        for left_over in self._folder.glob(f"{self._split}-*.tar"):
            left_over.unlink()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._files.__exit__(*error)

    def add(self, picture: Picture, annotation: Annotation, records: list[RecordLine]) -> None:
        """A picture with everything that is said of it."""
        if self._count % _SHARD_PICTURES == 0:
            self._files.close()
            path = self._folder / f"{self._split}-{self._count // _SHARD_PICTURES:05d}.tar"
            partial = self._files.enter_context(atomic_path(path))
            self._archive = tarfile.open(partial, "w")  # noqa: SIM115 - the stack closes it
            self._files.enter_context(self._archive)
        assert self._archive is not None
        described = {
            "source": picture.source, "licence": picture.licence, "credit": picture.credit,
            "attributes": annotation.attributes, "records": records,
        }  # fmt: skip
        for suffix, content in (("jpg", picture.jpeg), ("json", json.dumps(described, ensure_ascii=False).encode())):
            entry = tarfile.TarInfo(f"{picture.key}.{suffix}")
            entry.size = len(content)
            self._archive.addfile(entry, io.BytesIO(content))
        self._count += 1
