"""`tokenizer`: train the image tokenizer, or take MAGVIT-v2 as published, and write the code ids of all pictures."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from unif2ace_training.common.artifacts import write_json
from unif2ace_training.common.load_report import REPORT_FILE, load_by_name
from unif2ace_training.common.published_files import read_published
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.image_tokenizer.folder import (
    CODES_FILE,
    WEIGHTS_FILE,
    load_image_tokenizer,
    save_image_tokenizer,
    write_codes,
    write_report,
)
from unif2ace_training.image_tokenizer.magvit2 import Magvit2
from unif2ace_training.image_tokenizer.magvit2_settings import magvit2_config
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.refinement import DecoderRefiner
from unif2ace_training.image_tokenizer.settings import (
    DecoderRefinement,
    image_tokenizer_config,
    image_tokenizer_training,
)
from unif2ace_training.image_tokenizer.trainer import ImageTokenizerTrainer
from unif2ace_training.portraits.dataset import AnyPictures, load_any_pictures


def main(argv: list[str]) -> int:
    """Train, or go on; then encode what --pictures holds."""
    arguments = _parser().parse_args(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    config = preset(arguments.preset)
    given = {name: getattr(arguments, name) for name in ("samples", "seed") if getattr(arguments, name) is not None}
    data = load_any_pictures(arguments.pictures, config.image_size)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if not (arguments.out / WEIGHTS_FILE).exists():
        if arguments.published is not None:
            _take(arguments.published, config, arguments.out)
        elif arguments.refine is not None:
            _refine(arguments, data, given)
        else:
            _train(arguments, config, data, given)
    model = load_image_tokenizer(arguments.out).to("cuda" if torch.cuda.is_available() else "cpu")
    codes = write_codes(arguments.out, model, data)
    for name, value in write_report(arguments.out, model, data, codes).items():
        print(f"{name}: {value}")
    return 0


def _refine(arguments: argparse.Namespace, data: AnyPictures, given: dict[str, int]) -> None:
    """A tokenizer with the same codes and a decoder that was trained further."""
    tokenizer = load_image_tokenizer(arguments.refine)
    if not isinstance(tokenizer, ImageTokenizer):
        raise ValueError(f"{arguments.refine} holds a published codec; only one that was trained here is refined")
    if data.pictures.shape[1] != tokenizer.config.image_size:
        raise ValueError(
            f"{arguments.refine} reads pictures of {tokenizer.config.image_size} px, --preset {arguments.preset} makes "
            f"them {data.pictures.shape[1]} px"
        )
    training = replace(DecoderRefinement(precision=arguments.precision), **given)
    refiner = DecoderRefiner(tokenizer, training, data, arguments.out)
    refiner.run()
    save_image_tokenizer(arguments.out, refiner.refined)


def _train(arguments: argparse.Namespace, config: ModelConfig, data: AnyPictures, given: dict[str, int]) -> None:
    training = image_tokenizer_training(arguments.preset)
    trainer = ImageTokenizerTrainer(image_tokenizer_config(config), replace(training, **given), data, arguments.out)
    trainer.run()
    save_image_tokenizer(arguments.out, trainer.ema.model)


def _take(published: Path, config: ModelConfig, out: Path) -> None:
    """MAGVIT-v2's published weights; says what became of every tensor.

    Raises:
        ValueError: the weights are of another layout, or make other codes than the preset's model reads.
    """
    weights = read_published(published)
    sizes = magvit2_config(weights, config.image_size)
    if (sizes.codebook_size, sizes.image_grid) != (config.codebook_size, config.image_grid):
        raise ValueError(
            f"{published} makes {sizes.image_grid}² codes of {sizes.codebook_size} out of {config.image_size} pixels, "
            f"preset {config.name} reads {config.image_grid}² of {config.codebook_size}"
        )
    model = Magvit2(sizes)
    report = load_by_name(model, weights, "showlab/magvitv2")
    save_image_tokenizer(out, model)
    write_json(out / REPORT_FILE, report.to_dict())
    for line in report.lines():
        print(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training tokenizer",
        description="Train the image tokenizer on pictures, or take a published one, and write their code ids. The "
        "same command goes on with an unfinished run; when the weights are there, it only writes "
        f"{CODES_FILE} and the report again.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `render` or `gather` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the tokenizer")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--refine",
        type=Path,
        metavar="DIR",
        help="take the tokenizer of this folder and train its decoder further, against a critic of patches: sharper "
        "pictures for the same codes, so that models which were trained on them go on",
    )
    parser.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        default="float32",
        help="of --refine's arithmetic; bfloat16 pays where the processor has it (%(default)s)",
    )
    source.add_argument(
        "--published",
        type=Path,
        metavar="PATH",
        help="MAGVIT-v2's weights as showlab/magvitv2 publishes them, a file or its folder; nothing is trained",
    )
    parser.add_argument("--preset", choices=sorted(PRESETS), default="small", help="sizes (%(default)s)")
    parser.add_argument("--samples", type=int, help="pictures to train on, with repetition; by default the preset's")
    parser.add_argument("--seed", type=int, help="seed of weights and order (0)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    return parser
