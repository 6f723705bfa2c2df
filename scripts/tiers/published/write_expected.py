"""`write_expected.py WORK SHARDS`: pictures as files, and what training's encoders say of them, for main.ts."""

import io
import json
import sys
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from unif2ace_training.encoders.readers import open_clip_reader, open_face_reader

# Whole pictures of other shapes than the shards have: what a user sends.
_SHAPES = ((160, 160), (700, 500), (333, 900), (1500, 1400))


def main(work: Path, shards: Path) -> None:
    """Write WORK/pictures and WORK/expected.json."""
    clip, face = open_clip_reader(work / "encoders"), open_face_reader(work / "encoders")
    with np.load(work / "encoders" / "embeddings.npz") as stored:
        keys = stored["keys"].tolist()
        trained = {name: stored[name][:, 0].astype(float) for name in ("clip", "face")}
    folder = work / "pictures"
    folder.mkdir()
    expected = []
    with tarfile.open(next(shards.glob("portraits-*.tar"))) as archive:
        for row, key in enumerate(keys):
            content = archive.extractfile(f"{key}.jpg")
            assert content is not None
            jpeg = content.read()
            picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
            # The shard's picture is what embeddings.npz was made of; pixels, so that no two JPEG decoders are compared.
            is_shard = row >= len(_SHAPES)
            if not is_shard:
                picture = picture.resize(_SHAPES[row], Image.Resampling.BICUBIC)
            picture.save(folder / f"{key}.png")
            vectors, found = face.read([picture])
            expected.append({
                "key": key, "found": bool(found[0]), "face": vectors[0].tolist(),
                "clip": clip.read([picture])[0].tolist(),
                **({"trained": {name: of[row].tolist() for name, of in trained.items()}} if is_shard else {}),
            })  # fmt: skip
    (work / "expected.json").write_text(json.dumps(expected), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
