"""Datasets of portraits as WebDataset shards: `{key}.jpg` and `{key}.json` side by side in tar files.

Key `000012-03` is view 3 of person 12. Shards are whole or absent, and any first shards are a dataset of their own.
"""

import io
import json
import multiprocessing
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from unif2ace_training.common.artifacts import atomic_path, read_json, write_json
from unif2ace_training.common.progress import Progress
from unif2ace_training.portraits.sampler import sample_person, sample_view
from unif2ace_training.portraits.studio import Portrait, Studio

SHARD_PICTURES = 256
META_FILE = "meta.json"
_JPEG_QUALITY = 95


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetSettings:
    """What a dataset of portraits is made from; the same settings make the same pictures with the same driver."""

    identities: int
    views: int
    size: int
    seed: int

    @property
    def identities_a_shard(self) -> int:
        """Persons whose pictures share a shard; all views of a person are in one."""
        return max(1, SHARD_PICTURES // self.views)

    @property
    def shards(self) -> int:
        return -(-self.identities // self.identities_a_shard)

    def identities_of(self, shard: int) -> range:
        """The persons of one shard."""
        first = shard * self.identities_a_shard
        return range(first, min(first + self.identities_a_shard, self.identities))


def shard_path(folder: Path, shard: int) -> Path:
    """Name of a shard's file."""
    return folder / f"portraits-{shard:05d}.tar"


def portrait_key(identity: int, view: int) -> str:
    """Name of a picture within its dataset."""
    return f"{identity:06d}-{view:02d}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One of several parts of a dataset that are rendered at the same time: every `parts`-th shard from `part` on."""

    part: int = 0
    parts: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.part < self.parts:
            raise ValueError(f"there is no part {self.part} of {self.parts}; parts count from 0 to {self.parts - 1}")


_WHOLE = Part()


def render_dataset(
    folder: Path, settings: DatasetSettings, head: Path, cache: Path, workers: int, part: Part = _WHOLE
) -> None:
    """Render the shards of a part that are missing; the others are kept.

    Raises:
        ValueError: the folder holds a dataset of other settings.
        EglMissingError: this machine cannot render.
    """
    check_meta(folder, settings, part)
    own = range(part.part, settings.shards, part.parts)
    missing = [shard for shard in own if not shard_path(folder, shard).exists()]
    pictures_of = {shard: len(settings.identities_of(shard)) * settings.views for shard in own}
    done = sum(pictures for shard, pictures in pictures_of.items() if shard not in missing)
    jobs = [(folder, settings, head, cache, shard) for shard in missing]
    with Progress("pictures", sum(pictures_of.values()), start=done) as progress:
        for pictures in _rendered(jobs, workers):
            progress.advance(pictures)


def check_meta(folder: Path, settings: DatasetSettings, part: Part = _WHOLE) -> None:
    """Write the dataset's settings, or compare them with those that its shards were made with.

    More persons than before are welcome, but not in parts: the earlier shards stay what they are, but for an
    incomplete last one, and of several writers none knows whether another has made that one anew.
    """
    path = folder / META_FILE
    if path.exists():
        before = DatasetSettings(**read_json(path)["settings"])
        if before == settings:
            return
        same = (before.views, before.size, before.seed) == (settings.views, settings.size, settings.seed)
        if not same or settings.identities < before.identities:
            raise ValueError(f"{folder} was rendered with {before}; choose another --out, or the same options")
        if part != _WHOLE:
            raise ValueError(
                f"{folder} holds {before.identities} persons; more of them are added without --parts, "
                "or in parts to another --out"
            )
        last = before.shards - 1
        if len(before.identities_of(last)) < len(settings.identities_of(last)):
            shard_path(folder, last).unlink(missing_ok=True)
    write_json(path, {"command": "render", "settings": asdict(settings)})


def _rendered(jobs: list[tuple[Path, DatasetSettings, Path, Path, int]], workers: int) -> Iterator[int]:
    if workers <= 1:
        yield from map(_render_shard, jobs)
        return
    # A driver's context does not survive a fork.
    with multiprocessing.get_context("spawn").Pool(min(workers, max(1, len(jobs)))) as pool:
        yield from pool.imap(_render_shard, jobs)


_studios: dict[tuple[Path, int], Studio] = {}


def _render_shard(job: tuple[Path, DatasetSettings, Path, Path, int]) -> int:
    folder, settings, head, cache, shard = job
    studio = _studios.get((head, settings.size))
    if studio is None:
        studio = _studios[(head, settings.size)] = Studio(head, cache, settings.size)
    count = 0
    with atomic_path(shard_path(folder, shard)) as partial, tarfile.open(partial, "w") as archive:
        for identity in settings.identities_of(shard):
            person = sample_person(settings.seed, identity)
            for view in range(settings.views):
                portrait = studio.portrait(person, sample_view(person, view))
                _add(archive, portrait_key(identity, view), portrait)
                count += 1
    return count


def _add(archive: tarfile.TarFile, key: str, portrait: Portrait) -> None:
    picture = io.BytesIO()
    Image.fromarray(portrait.picture).save(picture, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    labels = json.dumps(portrait.labels.to_dict()).encode()
    for suffix, content in (("jpg", picture.getvalue()), ("json", labels)):
        entry = tarfile.TarInfo(f"{key}.{suffix}")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
