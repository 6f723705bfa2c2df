"""Draws the sheet of uncurated faces for the README: prompt i of `uncurated_prompts.txt` with seed i, from 1 on.

    python scripts/uncurated_faces.py --model ../models/unif2ace-small --out ../docs/images/default-model.jpg

Nothing is chosen: every picture is the first and only one of its prompt, drawn as the server draws it.
"""

import argparse
from pathlib import Path

import torch
from PIL import Image

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.evaluation.contact_sheet import Band, contact_sheet
from unif2ace_training.scorecard.served_model import ServedModel

_PROMPTS = Path(__file__).with_name("uncurated_prompts.txt")
_QUALITY = 82


def main() -> None:
    """Draw them and write the sheet."""
    parser = argparse.ArgumentParser(description="Draw one uncurated face of each prompt, seeds from 1 on.")
    parser.add_argument("--model", type=Path, required=True, help="model folder")
    parser.add_argument("--out", type=Path, required=True, help="JPEG file")
    parser.add_argument("--prompts", type=Path, default=_PROMPTS, help="a prompt a line (%(default)s)")
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--width", type=int, default=1100, help="pixels of the sheet at most (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    texts = [line.strip() for line in arguments.prompts.read_text(encoding="utf-8").splitlines() if line.strip()]
    model = ServedModel(arguments.model)
    pictures = model.decode(model.draw(texts, model.settings(), range(1, len(texts) + 1)))
    name = model.base.manifest["name"]
    sheet = contact_sheet([Band(f"{name}, seeds 1 to {len(texts)}, none left out", pictures, texts)], arguments.columns)
    if sheet.width > arguments.width:
        height = round(sheet.height * arguments.width / sheet.width)
        sheet = sheet.resize((arguments.width, height), Image.Resampling.LANCZOS)
    with atomic_path(arguments.out) as partial:
        sheet.save(partial, quality=_QUALITY, optimize=True)
    print(f"{arguments.out}: {len(texts)} pictures")


if __name__ == "__main__":
    main()
