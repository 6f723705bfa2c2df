"""Writes a whole model folder: graphs, weights, tokenizer, the proof that they compute what PyTorch does, manifest."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from unif2ace_training.common.artifacts import write_json
from unif2ace_training.data.sequences import TOKENIZER_FILE
from unif2ace_training.export.folder_sessions import FolderSessions
from unif2ace_training.export.graph_files import write_graphs
from unif2ace_training.export.manifest import MANIFEST_FILE, Description, Provenance, build_manifest
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.parity import Parity, measure_parity
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.model.weights import save_config

PARITY_FILE: Final = "parity.json"


def write_model_folder(
    out: Path,
    parts: TrainedParts,
    precision: Precision,
    description: Description,
    provenance: Provenance,
    on_written: Callable[[str], None] | None = None,
) -> Parity:
    """Write the folder anew; it is either whole or absent.

    Args:
        provenance: where the model comes from; the measured parity joins its quality.
        on_written: told about every file, for progress.

    Raises:
        ValueError: `out` holds something else than a model folder, or the parts cannot be exported as asked.
        RuntimeError: the graphs do not compute what PyTorch computes.
    """
    with replaced_folder(out) as partial:
        graphs = write_graphs(partial, parts, precision, on_written)
        shutil.copyfile(parts.text_tokenizer_path, partial / TOKENIZER_FILE)
        # For whoever reads the folder back into PyTorch (read_folder.py); the server does not.
        save_config(partial, parts.model.config)
        parity = measure_parity(FolderSessions(partial), parts, description.defaults.caption_question)
        parity.check(precision)
        write_json(partial / PARITY_FILE, parity.figures())
        provenance = replace(provenance, quality={**provenance.quality, **parity.figures()})
        manifest = build_manifest(partial, parts, graphs, precision, description, provenance)
        write_json(partial / MANIFEST_FILE, manifest)
    return parity


@contextmanager
def replaced_folder(out: Path) -> Iterator[Path]:
    """A folder to write a model into; it takes the place of the model folder `out` when the block ends without error.

    Raises:
        ValueError: `out` holds something else than a model folder.
    """
    if out.exists() and not (out / MANIFEST_FILE).exists():
        raise ValueError(f"{out} exists and is no model folder; name another --out")
    partial = out.with_name(f".partial-{os.getpid()}-{out.name}")
    partial.mkdir(parents=True)
    try:
        yield partial
        shutil.rmtree(out, ignore_errors=True)
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
