"""`unpack`: the codec, the encoders and the text tokenizer of a model folder as the folders that training reads."""

import argparse
import shutil
from pathlib import Path

from unif2ace_training.data.sequences import TOKENIZER_FILE
from unif2ace_training.encoders.folder import save_face, save_picture_encoder
from unif2ace_training.export.manifest import read_manifest
from unif2ace_training.export.read_modules import read_clip, read_face, read_image_tokenizer
from unif2ace_training.image_tokenizer.folder import save_image_tokenizer


def main(argv: list[str]) -> int:
    """Write OUT/tokenizer, OUT/encoders and OUT/tokenizer.json, and say what comes next."""
    arguments = _parser().parse_args(argv)
    model, out = arguments.model, arguments.out
    read_manifest(model)
    for folder in (out / "tokenizer", out / "encoders"):
        folder.mkdir(parents=True, exist_ok=True)
    save_image_tokenizer(out / "tokenizer", read_image_tokenizer(model))
    save_picture_encoder(out / "encoders", read_clip(model))
    save_face(out / "encoders", read_face(model))
    shutil.copyfile(model / TOKENIZER_FILE, out / TOKENIZER_FILE)
    print(
        f"To go on from {model} with other pictures:\n"
        f"  prepare   --pictures P --out W --tokenizer-file {out / TOKENIZER_FILE}\n"
        f"  tokenizer --pictures P --out {out / 'tokenizer'}    (writes the codes of P)\n"
        f"  encoders  --pictures P --prepared W --out {out / 'encoders'}    (embeds P)\n"
        f"  train     --init {model} --prepared W --tokenizer {out / 'tokenizer'} --encoders {out / 'encoders'} …"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training unpack",
        description="Write the codec, the encoders and the text tokenizer of a model folder as training's folders, so "
        "that training can go on where the run that made the model is lost, or was somebody else's. `train --init` "
        "reads the transformer from the model folder itself.",
    )
    parser.add_argument("--model", type=Path, required=True, help="folder that `export` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the parts")
    return parser
