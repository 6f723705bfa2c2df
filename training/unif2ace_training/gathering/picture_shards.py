"""Gathers candidates into shards: `{key}.jpg` and `{key}.json` in `portraits-*.tar`, as `render` writes them.

The candidates are taken in their order, 256 at a time. A shard is whole or absent, and beside it lies what was decided
about each of its candidates (`decisions-*.jsonl`, written first): a run that was stopped goes on with the first shard
that is missing, remembers what it has seen before, and ends with the same bytes as one that was not stopped.
"""

import hashlib
import io
import json
import multiprocessing
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from unif2ace_training.common.artifacts import atomic_path, read_json, write_json, write_text
from unif2ace_training.common.progress import Progress
from unif2ace_training.gathering.candidates import Candidate
from unif2ace_training.gathering.center_face import CenterFace
from unif2ace_training.gathering.duplicates import DuplicateIndex
from unif2ace_training.gathering.look import CropSettings, Finding, look_at
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.shards import META_FILE, shard_path

CANDIDATES_A_SHARD: Final = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class GatherSettings:
    """What decides about the result; a folder refuses others."""

    size: int
    least_face: int
    duplicate_bits: int

    @property
    def crop(self) -> CropSettings:
        """What a single candidate needs to know."""
        return CropSettings(size=self.size, least_face=self.least_face)


def gather_pictures(
    folder: Path, candidates: list[Candidate], settings: GatherSettings, model: Path, workers: int
) -> Counter[str]:
    """Write the shards that are missing; returns how many candidates came to what.

    Raises:
        ValueError: two candidates have one key, or the folder was gathered from others or with other settings.
    """
    _check_meta(folder, candidates, settings)
    index, counts = DuplicateIndex(settings.duplicate_bits), Counter[str]()
    blocks = [candidates[at : at + CANDIDATES_A_SHARD] for at in range(0, len(candidates), CANDIDATES_A_SHARD)]
    finished = 0
    while finished < len(blocks) and shard_path(folder, finished).exists():
        for decision in _decisions(folder, finished):
            counts[decision["reason"]] += 1
            if decision["reason"] == "kept":
                index.add(int(decision["hash"], 16), decision["key"])
        finished += 1
    with (
        Progress("candidates", len(candidates), start=sum(counts.values())) as progress,
        _Looks(model, workers) as looks,
    ):
        for shard in range(finished, len(blocks)):
            for reason in _write_shard(folder, shard, blocks[shard], settings, index, looks):
                counts[reason] += 1
                progress.advance()
    return counts


def decisions_path(folder: Path, shard: int) -> Path:
    """What was decided about the candidates of a shard."""
    return folder / f"decisions-{shard:05d}.jsonl"


def _decisions(folder: Path, shard: int) -> Iterator[dict[str, Any]]:
    for line in decisions_path(folder, shard).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _check_meta(folder: Path, candidates: list[Candidate], settings: GatherSettings) -> None:
    twice = [key for key, count in Counter(candidate.key for candidate in candidates).items() if count > 1]
    if twice:
        raise ValueError(f"two files would both be called {twice[0]!r} ({len(twice)} such names); rename one")
    digest = hashlib.sha256("\n".join(candidate.key for candidate in candidates).encode()).hexdigest()
    meta = {"command": "gather", "settings": asdict(settings), "candidates": len(candidates), "keys": digest}
    path = folder / META_FILE
    if path.exists() and read_json(path) != meta:
        raise ValueError(f"{folder} was gathered from other files or with other settings; choose another --out")
    write_json(path, meta)


def _write_shard(
    folder: Path, shard: int, block: list[Candidate], settings: GatherSettings, index: DuplicateIndex, looks: "_Looks"
) -> Iterator[str]:
    decisions: list[dict[str, Any]] = []
    with atomic_path(shard_path(folder, shard)) as partial, tarfile.open(partial, "w") as archive:
        for candidate, finding in zip(block, looks.at(block, settings.crop), strict=True):
            decision = _decided(candidate, finding, index)
            decisions.append(decision)
            if decision["reason"] == "kept":
                index.add(finding.hash, candidate.key)
                _add(archive, f"{candidate.key}.jpg", finding.jpeg)
                _add(archive, f"{candidate.key}.json", json.dumps(_description(candidate, finding)).encode())
            yield decision["reason"]
        write_text(decisions_path(folder, shard), "".join(json.dumps(decision) + "\n" for decision in decisions))


def _decided(candidate: Candidate, finding: Finding, index: DuplicateIndex) -> dict[str, Any]:
    decision: dict[str, Any] = {"key": candidate.key, "origin": candidate.origin, "reason": finding.reason}
    if finding.reason != "kept":
        return decision | ({"detail": finding.detail} if finding.detail else {})
    twin = index.find(finding.hash)
    if twin is not None:
        return decision | {"reason": "duplicate", "detail": twin}
    return decision | {"hash": f"{finding.hash:016x}"}


def _description(candidate: Candidate, finding: Finding) -> dict[str, Any]:
    """The JSON beside a picture. The person's name is not in it, only a number that all pictures of one share."""
    return {
        "source": candidate.source,
        "origin": candidate.origin,
        "licence": candidate.licence,
        **({"credit": candidate.credit} if candidate.credit else {}),
        "identity": candidate.identity,
        "held_out": is_held_out(candidate.identity),
        "sha256": hashlib.sha256(finding.jpeg).hexdigest(),
        "hash": f"{finding.hash:016x}",
        "captions": list(candidate.captions),
        "attributes": candidate.attributes,
        "face_finder": CenterFace.name,
        **(finding.seen or {}),
    }


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


class _Looks:
    """Looks at candidates, in this process or in several."""

    def __init__(self, model: Path, workers: int):
        self._finder = CenterFace(model) if workers <= 1 else None
        # ONNX Runtime's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self._processes = context.Pool(workers, _open_finder, (model,)) if workers > 1 else None

    def __enter__(self) -> "_Looks":
        return self

    def __exit__(self, *_: object) -> None:
        if self._processes is not None:
            self._processes.terminate()

    def at(self, block: list[Candidate], settings: CropSettings) -> Iterator[Finding]:
        """What was found, in the order of the candidates."""
        if self._processes is not None:
            yield from self._processes.imap(_look, [(candidate, settings) for candidate in block])
            return
        assert self._finder is not None
        for candidate in block:
            yield look_at(candidate, self._finder, settings)


_finders: list[CenterFace] = []


def _open_finder(model: Path) -> None:
    _finders.append(CenterFace(model))


def _look(job: tuple[Candidate, CropSettings]) -> Finding:
    return look_at(job[0], _finders[0], job[1])
