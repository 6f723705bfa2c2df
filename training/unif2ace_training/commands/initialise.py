"""`initialise`: a folder that `train --init-from` begins with, out of Show-o's or Phi-1.5's published weights."""

import argparse
from dataclasses import replace
from pathlib import Path

from unif2ace_training.common.artifacts import write_json
from unif2ace_training.common.load_report import REPORT_FILE
from unif2ace_training.common.published_files import read_published
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.picture_store import load_embedding_widths
from unif2ace_training.data.sequences import load_tokenizer
from unif2ace_training.model.init import new_model
from unif2ace_training.model.published import load_published
from unif2ace_training.model.weights import save_config, save_weights


def main(argv: list[str]) -> int:
    """Map the weights, write the folder and say what became of every tensor."""
    arguments = _parser().parse_args(argv)
    config = _config(arguments)
    model = new_model(config, torch_generator(arguments.seed, "init"))
    report = load_published(model, read_published(arguments.weights))
    save_config(arguments.out, config)
    save_weights(arguments.out, model.state_dict())
    write_json(arguments.out / REPORT_FILE, report.to_dict())
    for line in report.lines():
        print(line)
    return 0


def _config(arguments: argparse.Namespace) -> ModelConfig:
    """The preset with the data's vocabulary and embedding widths, as `train` will have it."""
    config = preset(arguments.preset)
    if arguments.prepared is not None:
        config = replace(config, text_vocabulary=load_tokenizer(arguments.prepared).get_vocab_size())
    if arguments.encoders is not None:
        clip_width, face_width = load_embedding_widths(arguments.encoders)
        config = replace(config, clip_width=clip_width, face_width=face_width)
    return config


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="unif2ace_training initialise", description=__doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="paper", help="sizes (default paper)")
    parser.add_argument(
        "--weights",
        type=Path,
        required=True,
        help="Show-o's or Phi-1.5's weights: safetensors, PyTorch's .bin, an index of parts, or their folder",
    )
    parser.add_argument("--prepared", type=Path, help="folder that `prepare` wrote: the text vocabulary is its")
    parser.add_argument("--encoders", type=Path, help="folder that `encoders` wrote: the embeddings' widths are its")
    parser.add_argument("--seed", type=int, default=0, help="of what is new (default 0)")
    parser.add_argument("--out", type=Path, required=True, help="folder for `train --init-from`")
    return parser
