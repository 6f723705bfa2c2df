"""Opens what drawn pictures are compared with."""

from pathlib import Path

from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.evaluation.held_out import portraits_of, read_pictures
from unif2ace_training.evaluation.picture_report import Portraits, in_parts
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer, picture_decoder
from unif2ace_training.portraits.shard_labels import read_labels

DECODED_AT_ONCE = 64


def open_portraits(pictures: Path, tokenizer: Path, prepared: PreparedData) -> Portraits:
    """The portraits of the folders that `render` and `tokenizer` wrote."""
    train, held_out = portraits_of(read_labels(pictures), prepared.pictures)
    decode = in_parts(picture_decoder(load_image_tokenizer(tokenizer)), DECODED_AT_ONCE)
    renders = read_pictures(pictures, held_out, prepared.config.image_size)
    return Portraits(prepared.pictures, decode, train, held_out, renders)
