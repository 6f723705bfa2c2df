"""AntelopeV2 as encoder of faces: its detector and its ArcFace, as their ONNX files lie in a folder of encoders.

The files stay as they were published; `published_onnx.py` reads them wherever they are run, here and at the export, so
that training, export and server compute the same.
"""

# B pictures, F face width

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
import torch
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.artifacts import atomic_path, sha256_of
from unif2ace_training.encoders.face_alignment import ALIGNED_SIZE
from unif2ace_training.encoders.published_onnx import PublishedEncoder, read_arcface, read_scrfd
from unif2ace_training.encoders.whole_pictures import face_embeddings

DETECTOR_FILE: Final = "face_detector.onnx"
ENCODER_FILE: Final = "face_encoder.onnx"
ARCHITECTURE: Final = "antelopev2"
_DETECTOR_OUTPUTS = 9
_LOG_ERRORS = 3


class AntelopeFaces:
    """Finds, aligns and embeds the face that each picture is about; implements `FaceReader`."""

    def __init__(self, folder: Path):
        """Raises ValueError where the folder's files are missing or of another layout."""
        self._graphs = _Graphs({"face_detector": read_detector(folder), "face": read_encoder(folder)})
        self.width = self._graphs.encoders["face"].embedding_width
        self._preprocessing = {name: one.preprocessing for name, one in self._graphs.encoders.items()}

    def read(self, pictures: Sequence[Image.Image]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """See `FaceReader`."""
        faces = face_embeddings(self._graphs, self._preprocessing, pictures, self.width)
        return faces.embedding_BF, faces.found_B


def read_detector(folder: Path) -> PublishedEncoder:
    """The detector of a folder of encoders; raises ValueError where it is of another layout."""
    return read_scrfd(folder / DETECTOR_FILE)


def read_encoder(folder: Path) -> PublishedEncoder:
    """ArcFace of a folder of encoders; raises ValueError where it is of another layout."""
    return read_arcface(folder / ENCODER_FILE)


def is_antelope(folder: Path) -> bool:
    """Whether a folder of encoders has AntelopeV2 as its encoder of faces."""
    return (folder / ENCODER_FILE).exists()


def face_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of both files by what they are."""
    return {"face": sha256_of(folder / ENCODER_FILE), "face_detector": sha256_of(folder / DETECTOR_FILE)}


def copy_antelope(published: Path, folder: Path, *, embedding_width: int) -> dict[str, Any]:
    """Copy the two files that are needed of AntelopeV2's five into a folder of encoders.

    Args:
        published: folder with the files as InsightFace has them; their names do not matter.
        embedding_width: what the model reads.

    Returns:
        What was taken: file, parameters and digest of each.

    Raises:
        ValueError: a file is missing or of another layout or width; the message says which.
    """
    detector, encoder = _find(published)
    width = read_arcface(encoder).embedding_width
    if width != embedding_width:
        raise ValueError(f"{encoder} has embeddings of {width}, the preset's model reads {embedding_width}")
    found = {"face_detector": (detector, read_scrfd(detector)), "face": (encoder, read_arcface(encoder))}
    # The encoder's file comes last: where it lies, both do.
    for source, name in ((detector, DETECTOR_FILE), (encoder, ENCODER_FILE)):
        with atomic_path(folder / name) as partial:
            shutil.copyfile(source, partial)
    return {
        name: {"file": path.name, "parameters": one.parameters, "sha256": sha256_of(path)}
        for name, (path, one) in found.items()
    }


class _Graphs:
    """Runs published files under the server's names; implements `Graphs`."""

    def __init__(self, encoders: Mapping[str, PublishedEncoder]):
        self.encoders = encoders
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = _LOG_ERRORS
        # A GPU where ONNX Runtime was installed for one.
        providers = [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider")
                     if name in onnxruntime.get_available_providers()]  # fmt: skip
        self._sessions = {
            name: onnxruntime.InferenceSession(one.graph.model.SerializeToString(), options, providers=providers)
            for name, one in encoders.items()
        }

    def run(self, graph: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """See `Graphs`."""
        names = list(self.encoders[graph].graph.outputs)
        arrays = self._sessions[graph].run(names, dict(inputs))
        return {name: np.asarray(array) for name, array in zip(names, arrays, strict=True)}


def _find(published: Path) -> tuple[Path, Path]:
    """SCRFD and ArcFace among a folder's ONNX files, by their layouts as InsightFace tells them apart."""
    detectors: list[Path] = []
    encoders: list[Path] = []
    for path in sorted(published.glob("*.onnx")):
        try:
            graph = onnx.load(str(path), load_external_data=False).graph
        except DecodeError as error:
            raise ValueError(f"{path} cannot be read as an ONNX file: {error}") from error
        weights = {tensor.name for tensor in graph.initializer}
        sides = [[dim.dim_value for dim in value.type.tensor_type.shape.dim][-1:]
                 for value in graph.input if value.name not in weights]  # fmt: skip
        if len(graph.output) == _DETECTOR_OUTPUTS:
            detectors.append(path)
        elif len(graph.output) == 1 and sides == [[ALIGNED_SIZE]]:
            encoders.append(path)
    for what, found in (("SCRFD with points (nine outputs)", detectors), ("ArcFace (112 pixels)", encoders)):
        if len(found) != 1:
            names = ", ".join(path.name for path in found) or "none"
            raise ValueError(f"{published} should have one file of {what} and has {names}: give AntelopeV2's folder")
    return detectors[0], encoders[0]
