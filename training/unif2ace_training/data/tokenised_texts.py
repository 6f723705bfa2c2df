"""Texts as token ids, made once and kept in one flat array; cached, because tokenising costs minutes at full size."""

# T text positions

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unif2ace_training.common.artifacts import atomic_path

# Ids of one text, and which of them are to be predicted.
Encoded = tuple[list[int], list[bool]]


@dataclass(frozen=True, slots=True)
class TokenisedTexts:
    """Texts laid end to end. Text i is `ids[starts[i]:starts[i + 1]]` and belongs to picture row `picture_rows[i]`."""

    ids: np.ndarray  # int32
    is_answer: np.ndarray  # bool, beside ids
    starts: np.ndarray  # int64 [texts + 1]
    picture_rows: np.ndarray  # int64 [texts]
    kinds: np.ndarray  # int8 [texts], index into records.KINDS
    skipped: int  # texts that were longer than the model's capacity

    def __len__(self) -> int:
        return len(self.picture_rows)

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each text."""
        return np.diff(self.starts)

    def padded(self, indices: np.ndarray, pad_id: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ids int64 [B, T], is_answer bool [B, T] and lengths int64 [B] of these texts, right padded."""
        lengths = self.lengths[indices]
        shape = (len(indices), int(lengths.max()))
        ids, is_answer = np.full(shape, pad_id, dtype=np.int64), np.zeros(shape, dtype=bool)
        for row, index in enumerate(indices):
            text = slice(self.starts[index], self.starts[index + 1])
            ids[row, : lengths[row]] = self.ids[text]
            is_answer[row, : lengths[row]] = self.is_answer[text]
        return ids, is_answer, lengths

    def of_kinds(self, kinds: Iterable[int]) -> np.ndarray:
        """Indices of the texts of these kinds."""
        return np.flatnonzero(np.isin(self.kinds, list(kinds)))


def tokenise(texts: Iterable[tuple[int, int, Encoded]], capacity: int) -> TokenisedTexts:
    """Collect (picture row, kind, ids); texts longer than `capacity` tokens are left out and counted."""
    ids: list[int] = []
    is_answer: list[bool] = []
    starts, rows, kinds, skipped = [0], [], [], 0
    for row, kind, (text_ids, text_is_answer) in texts:
        if len(text_ids) > capacity:
            skipped += 1
            continue
        ids += text_ids
        is_answer += text_is_answer
        starts.append(len(ids))
        rows.append(row)
        kinds.append(kind)
    return TokenisedTexts(
        ids=np.asarray(ids, dtype=np.int32),
        is_answer=np.asarray(is_answer, dtype=bool),
        starts=np.asarray(starts, dtype=np.int64),
        picture_rows=np.asarray(rows, dtype=np.int64),
        kinds=np.asarray(kinds, dtype=np.int8),
        skipped=skipped,
    )


def cached(path: Path, digest: str, make: Callable[[], TokenisedTexts]) -> TokenisedTexts:
    """The texts in `path` if they were made from what `digest` names, else `make()`, written there for next time."""
    if path.exists():
        with np.load(path) as arrays:
            if str(arrays["digest"]) == digest:
                fields = {name: arrays[name] for name in TokenisedTexts.__slots__ if name != "skipped"}
                return TokenisedTexts(**fields, skipped=int(arrays["skipped"]))
    texts = make()
    with atomic_path(path) as partial:
        np.savez(partial, digest=digest, **{name: getattr(texts, name) for name in TokenisedTexts.__slots__})
    return texts


def digest_of(*parts: str | int) -> str:
    """One digest of everything that decides what a cache holds."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
