"""`export`: a trained run as the model folder that the server reads."""

import argparse
import re
from pathlib import Path

import torch

from unif2ace_training.common.progress import Progress
from unif2ace_training.export.graph_files import GRAPH_NAMES
from unif2ace_training.export.manifest import DEFAULT_CAPTION_QUESTION, Defaults, Description
from unif2ace_training.export.model_folder import write_model_folder
from unif2ace_training.export.provenance import read_provenance
from unif2ace_training.export.trained_parts import load_parts

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def main(argv: list[str]) -> int:
    """Write --out and print how far its graphs are from PyTorch."""
    arguments = _parser().parse_args(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    description = _description(arguments)
    folders = {name: getattr(arguments, name) for name in ("run", "tokenizer", "prepared")}
    parts = load_parts(**folders, encoders=arguments.encoders)
    provenance = read_provenance(**folders, data=arguments.data, quality_files=arguments.quality)
    with Progress("graphs", len(GRAPH_NAMES)) as progress:
        parity = write_model_folder(
            arguments.out, parts, arguments.precision, description, provenance, lambda _: progress.advance()
        )
    for name, value in parity.figures().items():
        print(f"{name}: {value}")
    size = sum(path.stat().st_size for path in arguments.out.iterdir())
    print(f"{arguments.out}: {arguments.precision}, {size / 1e6:.1f} MB")
    return 0


def _description(arguments: argparse.Namespace) -> Description:
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
    defaults = Defaults(**{name: value for name, value in settings.items() if value is not None})
    return Description(name=name, description=arguments.description, license=arguments.license, defaults=defaults)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training export",
        description="Write the model folder that the server reads (docs/model-folder.md), and prove that its graphs "
        "compute what PyTorch computes. A model folder that is already there is replaced when the new one is whole.",
    )
    parser.add_argument("--run", type=Path, required=True, help="folder that `train` wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder that `tokenizer` wrote")
    parser.add_argument("--encoders", type=Path, required=True, help="folder that `encoders` wrote")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--out", type=Path, required=True, help="the model folder, such as ../models/NAME")
    parser.add_argument(
        "--precision", choices=("fp32", "int8"), default="fp32", help="of the big matrices (%(default)s)"
    )
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    said = parser.add_argument_group("what the folder says about the model")
    said.add_argument("--name", help="by default the folder's")
    said.add_argument(
        "--description",
        default="Draws faces from descriptions and answers questions about pictures of faces.",
        help="one sentence (%(default)s)",
    )
    said.add_argument("--license", default="Apache-2.0", help="SPDX identifier of the weights' licence (%(default)s)")
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
