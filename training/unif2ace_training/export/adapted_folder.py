"""Writes a model folder whose transformer was trained further: codec, encoders and tokenizer are the base folder's."""

# B pictures, W pixels of a side

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from unif2ace_training.common.artifacts import read_json, sha256_of, write_json
from unif2ace_training.data.sequences import TOKENIZER_FILE, Sequences, load_tokenizer
from unif2ace_training.encoders.preprocessing import read_preprocessing
from unif2ace_training.encoders.whole_pictures import clip_embeddings, face_embeddings
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.graph_files import DETECTOR, GRAPH_NAMES, write_transformer
from unif2ace_training.export.logit_comparison import LogitComparison
from unif2ace_training.export.manifest import (
    MANIFEST_FILE,
    Description,
    Provenance,
    checked_defaults,
    digests,
    read_manifest,
)
from unif2ace_training.export.model_folder import PARITY_FILE, replaced_folder
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.parity import Drawing, Parity, compare_answers
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import save_config

# What the base folder lends as it is.
_LENT_GRAPHS: Final = ("picture_encoder", "picture_decoder", "clip", "face", DETECTOR)


@dataclass(frozen=True, slots=True)
class AdaptedParts:
    """A transformer and the folder that it began with."""

    model: FaceModel
    base: Path

    @property
    def sequences(self) -> Sequences:
        """How texts become token ids."""
        return Sequences(load_tokenizer(self.base), self.model.config)


def write_adapted_folder(
    out: Path, parts: AdaptedParts, precision: Precision, description: Description, provenance: Provenance
) -> Parity:
    """Write the folder anew; it is either whole or absent.

    Raises:
        ValueError: `out` is something else, or the base folder was changed since it was exported.
        RuntimeError: the graphs do not compute what PyTorch computes.
    """
    before = read_manifest(parts.base)
    with replaced_folder(out) as partial:
        lent = [name for name in _LENT_GRAPHS if name in before["graphs"]]
        for file in (TOKENIZER_FILE, *(before["graphs"][name]["file"] for name in lent)):
            _lend(parts.base, before, file, partial)
        written = write_transformer(partial, parts.model, precision)
        graphs = {**before["graphs"], **{name: graph.to_dict() for name, graph in written.items()}}
        save_config(partial, parts.model.config)
        parity = _measure(FolderSessions(partial), parts, before, description.defaults.caption_question)
        parity.check(precision)
        write_json(partial / PARITY_FILE, parity.figures())
        manifest = {
            **before,
            "name": description.name,
            "description": description.description,
            "license": description.license,
            "precision": precision,
            "provenance": replace(provenance, quality={**provenance.quality, **parity.figures()}).to_dict(),
            "graphs": {name: graphs[name] for name in (*GRAPH_NAMES, DETECTOR) if name in graphs},
            "defaults": checked_defaults(description.defaults, before["limits"]),
            "files": digests(partial),
        }
        write_json(partial / MANIFEST_FILE, manifest)
    return parity


def _lend(base: Path, manifest: dict[str, Any], file: str, target: Path) -> None:
    if sha256_of(base / file) != manifest["files"][file]["sha256"]:
        raise ValueError(f"{base / file} was changed since {base} was exported; take a whole copy of that folder")
    shutil.copyfile(base / file, target / file)


@torch.no_grad()
def _measure(sessions: FolderSessions, parts: AdaptedParts, manifest: dict[str, Any], question: str) -> Parity:
    """As `measure_parity`, but for the graphs that are the base's: of these the base's figures hold."""
    image, text = LogitComparison(), LogitComparison()
    drawing = Drawing(sessions, parts, image)
    codes_BN = drawing.run()
    pixels = sessions.run("picture_decoder", {"code_ids": codes_BN.numpy()})["pixels"]
    clip, face = (_embedding(sessions, name, manifest, pixels) for name in ("clip", "face"))
    asked = parts.sequences.question(question)
    tokens_share = compare_answers(sessions, parts, text, (codes_BN, clip, face), asked)
    lent = read_json(parts.base / PARITY_FILE)
    return Parity(
        image=image,
        text=text,
        same_drawn_codes_share=drawing.same_codes / drawing.drawn_codes,
        same_drawn_tokens_share=tokens_share,
        same_encoded_codes_share=lent["parity_same_encoded_codes_share"],
        largest_pixel_difference=lent["parity_largest_pixel_difference"],
        largest_embedding_difference=lent["parity_largest_embedding_difference"],
    )


def _embedding(
    sessions: FolderSessions, graph: str, manifest: dict[str, Any], pixels_BWW3: NDArray[np.uint8]
) -> Tensor:
    fits, pictures = manifest["preprocessing"], [Image.fromarray(pixels) for pixels in pixels_BWW3]
    if fits[graph]["fit"] == "clip":
        return torch.from_numpy(clip_embeddings(sessions, fits, pictures))
    if fits[graph]["fit"] == "aligned_face":
        return torch.from_numpy(face_embeddings(sessions, fits, pictures, manifest["sizes"]["face_width"]).embedding_BF)
    preprocessing = read_preprocessing(fits[graph])
    side = (preprocessing.size, preprocessing.size)
    resized = np.stack([np.asarray(Image.fromarray(picture).resize(side)) for picture in pixels_BWW3])
    return torch.from_numpy(sessions.run(graph, {"pixels": preprocessing.apply(resized).numpy()})["embedding"])
