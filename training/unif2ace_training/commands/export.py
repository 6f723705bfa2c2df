"""`export`: a trained run as the model folder that the server reads."""

import argparse
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from unif2ace_training.adaptation.own_data import DATA_FOLDER, check_base
from unif2ace_training.common.progress import Progress
from unif2ace_training.export.adapted_folder import AdaptedParts, write_adapted_folder
from unif2ace_training.export.graph_files import GRAPH_NAMES
from unif2ace_training.export.manifest import DEFAULT_CAPTION_QUESTION, Defaults, Description, read_manifest
from unif2ace_training.export.model_folder import write_model_folder
from unif2ace_training.export.parity import Parity
from unif2ace_training.export.provenance import read_provenance
from unif2ace_training.export.trained_parts import EncoderFiles, load_parts
from unif2ace_training.model.weights import load_model

_DESCRIPTION = "Draws faces from descriptions and answers questions about pictures of faces."
_LICENSE = "Apache-2.0"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def main(argv: list[str]) -> int:
    """Write --out and print how far its graphs are from PyTorch."""
    arguments = _parsed(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    parity = _from_folders(arguments) if arguments.base is None else _from_base(arguments)
    for name, value in parity.figures().items():
        print(f"{name}: {value}")
    size = sum(path.stat().st_size for path in arguments.out.iterdir())
    print(f"{arguments.out}: {read_manifest(arguments.out)['precision']}, {size / 1e6:.1f} MB")
    return 0


def _from_folders(arguments: argparse.Namespace) -> Parity:
    """Everything was trained here."""
    folders = {name: getattr(arguments, name) for name in ("run", "tokenizer", "prepared")}
    encoders = EncoderFiles(
        folder=arguments.encoders,
        clip=arguments.clip,
        face=arguments.face_encoder,
        face_detector=arguments.face_detector,
    )
    parts = load_parts(**folders, encoders=encoders)
    provenance = read_provenance(**folders, data=arguments.data, quality_files=arguments.quality)
    description = _description(arguments, _DESCRIPTION, _LICENSE, {})
    with Progress("graphs", len(GRAPH_NAMES) + (parts.face_detector is not None)) as progress:
        return write_model_folder(
            arguments.out, parts, arguments.precision or "fp32", description, provenance, lambda _: progress.advance()
        )


def _from_base(arguments: argparse.Namespace) -> Parity:
    """The transformer was trained here (`train --data`), the rest is the base folder's."""
    base = read_manifest(arguments.base)
    check_base(arguments.run, arguments.base)
    description = _description(arguments, base["description"], base["license"], base["defaults"])
    data = arguments.run / DATA_FOLDER
    provenance = read_provenance(
        run=arguments.run, tokenizer=data, prepared=data, data=arguments.data, quality_files=arguments.quality
    )
    codec = {name: value for name, value in base["provenance"]["quality"].items() if name.startswith("codec.")}
    provenance = replace(
        provenance,
        data=f"{provenance.data}; begun with {base['name']}: {base['provenance']['data']}",
        quality={**codec, **provenance.quality},
    )
    parts = AdaptedParts(load_model(arguments.run), arguments.base)
    return write_adapted_folder(arguments.out, parts, arguments.precision or base["precision"], description, provenance)


def _description(
    arguments: argparse.Namespace, description: str, license: str, before: Mapping[str, Any]
) -> Description:
    """What the options say, else what is given here."""
    name = arguments.out.resolve().name if arguments.name is None else arguments.name
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot name a model: small letters, digits, dots, dashes and underscores only; give --name"
        )
    settings = {
        "num_inference_steps": arguments.steps,
        "guidance_scale": arguments.guidance_scale,
        "temperature": arguments.temperature,
        "confidence_temperature": arguments.confidence_temperature,
        "caption_question": arguments.caption_question,
        "max_tokens": arguments.max_tokens,
    }
    defaults = Defaults(**{**before, **{name: value for name, value in settings.items() if value is not None}})
    return Description(
        name=name,
        description=arguments.description or description,
        license=arguments.license or license,
        defaults=defaults,
    )


def _parsed(argv: list[str]) -> argparse.Namespace:
    parser = _parser()
    arguments = parser.parse_args(argv)
    names = ("tokenizer", "encoders", "prepared")
    published = ("clip", "face-detector", "face-encoder")
    given = [f"--{name}" for name in (*names, *published) if getattr(arguments, name.replace("-", "_")) is not None]
    if arguments.base is not None and given:
        parser.error(f"--base lends codec, encoders and tokenizer; leave out {', '.join(given)}")
    needed = [name for name in names if name != "encoders" or not {f"--{each}" for each in published} <= set(given)]
    missing = ", ".join(f"--{name}" for name in needed if f"--{name}" not in given)
    if arguments.base is None and missing:
        parser.error(f"without --base, {missing} must be given")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training export",
        description="Write the model folder that the server reads (docs/model-folder.md), and prove that its graphs "
        "compute what PyTorch computes. A model folder that is already there is replaced when the new one is whole.",
    )
    parser.add_argument("--run", type=Path, required=True, help="folder that `train` wrote")
    parser.add_argument("--tokenizer", type=Path, help="folder that `tokenizer` wrote")
    parser.add_argument("--encoders", type=Path, help="folder that `encoders` wrote")
    parser.add_argument("--prepared", type=Path, help="folder that `prepare` wrote")
    published = parser.add_argument_group(
        "published encoders in the place of those of --encoders (docs/model-folder.md says what layout they need)"
    )
    published.add_argument("--face-detector", type=Path, metavar="ONNX", help="SCRFD with points: scrfd_10g_bnkps.onnx")
    published.add_argument("--face-encoder", type=Path, metavar="ONNX", help="ArcFace: AntelopeV2's glintr100.onnx")
    published.add_argument("--clip", type=Path, metavar="ONNX", help="CLIP's picture tower with its projection")
    parser.add_argument(
        "--base", type=Path, help="instead of these three: the model folder that the run adapts (`train --init --data`)"
    )
    parser.add_argument("--out", type=Path, required=True, help="the model folder, such as ../models/NAME")
    parser.add_argument("--precision", choices=("fp32", "int8"), help="of the big matrices (the base's, or fp32)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    said = parser.add_argument_group("what the folder says about the model")
    said.add_argument("--name", help="by default the folder's")
    said.add_argument(
        "--description",
        help=f"one sentence; by default the base's, or {_DESCRIPTION!r}",
    )
    said.add_argument("--license", help=f"SPDX identifier of the weights' licence (the base's, or {_LICENSE})")
    said.add_argument("--data", help="what it was trained on, in words; by default the number of records")
    said.add_argument(
        "--quality", type=Path, action="append", default=[], metavar="FILE", help="report of figures to include (JSON)"
    )
    defaults = parser.add_argument_group("what a request gets that does not say")
    defaults.add_argument("--steps", type=int, help="unmasking steps (16)")
    defaults.add_argument("--guidance-scale", type=float, help="1 is off (3)")
    defaults.add_argument("--temperature", type=float, help="of the drawn codes (0.9)")
    defaults.add_argument("--confidence-temperature", type=float, help="noise of the confidence at the start (3)")
    defaults.add_argument("--caption-question", help=f"question that a caption answers ({DEFAULT_CAPTION_QUESTION!r})")
    defaults.add_argument("--max-tokens", type=int, help="tokens of an answer (96, or the model's limit)")
    return parser
