"""What a model folder is made from: the folders that `train`, `tokenizer`, `encoders` and `prepare` wrote."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tokenizers import Tokenizer

from unif2ace_training.data.sequences import TOKENIZER_FILE, Sequences, load_tokenizer
from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.folder import load_clip, load_face, load_preprocessing
from unif2ace_training.encoders.network import ClipEncoder, FaceEncoder
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.image_tokenizer.folder import load_image_tokenizer
from unif2ace_training.image_tokenizer.magvit2 import Magvit2
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import load_model


class Transformer(Protocol):
    """The transformer and how texts go into it: what drawing and answering take."""

    @property
    def model(self) -> FaceModel: ...

    @property
    def sequences(self) -> Sequences: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainedParts:
    """Every module that is exported, and the text tokenizer's file."""

    model: FaceModel
    image_tokenizer: ImageTokenizer | Magvit2
    clip: ClipEncoder
    face: FaceEncoder
    clip_preprocessing: Preprocessing
    face_preprocessing: Preprocessing
    text_tokenizer: Tokenizer
    text_tokenizer_path: Path

    def __post_init__(self) -> None:
        """Parts of different presets, or of other data, do not make a model.

        Raises:
            ValueError: they do not fit together; the message says which.
        """
        config, codec = self.model.config, self.image_tokenizer.config
        vocabulary = self.text_tokenizer.get_vocab_size()
        pairs = [
            ("codes of a picture", codec.image_tokens, config.image_tokens, "--tokenizer"),
            ("codes to choose from", codec.codebook_size, config.codebook_size, "--tokenizer"),
            ("pixels of a side", codec.image_size, config.image_size, "--tokenizer"),
            ("width of the CLIP embedding", self.clip.config.embedding_width, config.clip_width, "--encoders"),
            ("width of the face embedding", self.face.config.embedding_width, config.face_width, "--encoders"),
            ("text tokens", vocabulary, config.text_vocabulary, "--prepared"),
        ]
        for what, found, wanted, option in pairs:
            if found != wanted:
                raise ValueError(
                    f"{option} and --run do not belong together: {what} are {found} there and {wanted} in the run"
                )

    @property
    def sequences(self) -> Sequences:
        """How texts become token ids."""
        return Sequences(self.text_tokenizer, self.model.config)


def load_parts(*, run: Path, tokenizer: Path, encoders: Path, prepared: Path) -> TrainedParts:
    """Read the four folders.

    Raises:
        ValueError: one is incomplete, or they do not belong together.
    """
    preprocessing, clip = load_preprocessing(encoders), load_clip(encoders)
    if isinstance(clip, ClipVit):
        raise ValueError(f"{encoders} has CLIP's published tower, which `export` does not write yet; train an encoder")
    return TrainedParts(
        model=load_model(run),
        image_tokenizer=load_image_tokenizer(tokenizer),
        clip=clip,
        face=load_face(encoders),
        clip_preprocessing=preprocessing["clip"],
        face_preprocessing=preprocessing["face"],
        text_tokenizer=load_tokenizer(prepared),
        text_tokenizer_path=prepared / TOKENIZER_FILE,
    )
