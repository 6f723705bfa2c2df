"""Cut a tiny data set out of a rendered one for the tests.

    python scripts/make_tiny_portraits.py PICTURES tests/assets/portraits

Two views each of twenty persons, four of them held out, at 32 pixels; labels unchanged.
"""

import io
import sys
import tarfile
from pathlib import Path

from PIL import Image

SIZE, VIEWS = 32, 2
PERSONS = (*range(9), 20, *range(21, 25), 40, 41, 42, 60, 61, 62)


def main(pictures: Path, folder: Path) -> None:
    """Write `portraits-00000.tar` into `folder`."""
    wanted = {f"{person:06d}-{view:02d}" for person in PERSONS for view in range(VIEWS)}
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / "portraits-00000.tar", "w", format=tarfile.USTAR_FORMAT) as tiny:
        for path in sorted(pictures.glob("portraits-*.tar")):
            with tarfile.open(path) as archive:
                for member in archive:
                    if Path(member.name).stem in wanted:
                        add(tiny, member.name, archive.extractfile(member).read())


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Pictures at the small size, labels as they are."""
    if name.endswith(".jpg"):
        small = io.BytesIO()
        picture = Image.open(io.BytesIO(content)).resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        picture.save(small, "JPEG", quality=90, subsampling=0)
        content = small.getvalue()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
