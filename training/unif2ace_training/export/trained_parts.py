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
from unif2ace_training.encoders.published_face import is_antelope, read_detector, read_encoder
from unif2ace_training.encoders.published_onnx import PublishedEncoder, read_arcface, read_clip, read_scrfd
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
    clip: ClipEncoder | ClipVit | PublishedEncoder
    face: FaceEncoder | PublishedEncoder
    clip_preprocessing: Preprocessing | None  # of an encoder that runs in PyTorch
    face_preprocessing: Preprocessing | None
    face_detector: PublishedEncoder | None = None
    text_tokenizer: Tokenizer
    text_tokenizer_path: Path

    def __post_init__(self) -> None:
        """Parts of different presets, or of other data, do not make a model.

        Raises:
            ValueError: they do not fit together; the message says which.
        """
        config, codec = self.model.config, self.image_tokenizer.config
        vocabulary = self.text_tokenizer.get_vocab_size()
        if isinstance(self.face, PublishedEncoder) != (self.face_detector is not None):
            raise ValueError("--face-encoder and --face-detector belong together: give both or neither")
        pairs = [
            ("codes of a picture", codec.image_tokens, config.image_tokens, "--tokenizer"),
            ("codes to choose from", codec.codebook_size, config.codebook_size, "--tokenizer"),
            ("pixels of a side", codec.image_size, config.image_size, "--tokenizer"),
            ("width of the CLIP embedding", _width(self.clip), config.clip_width, _source(self.clip, "--clip")),
            ("width of the face embedding", _width(self.face), config.face_width, _source(self.face, "--face-encoder")),
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


@dataclass(frozen=True, kw_only=True, slots=True)
class EncoderFiles:
    """Where the encoders come from: the folder of `encoders`, and published ONNX files in the place of its own."""

    folder: Path | None
    clip: Path | None = None
    face: Path | None = None
    face_detector: Path | None = None


def load_parts(*, run: Path, tokenizer: Path, encoders: EncoderFiles, prepared: Path) -> TrainedParts:
    """Read the folders and files.

    Raises:
        ValueError: one is incomplete or of another layout, or they do not belong together.
    """
    clip, face = _clip(encoders), _face(encoders)
    own = {} if encoders.folder is None else load_preprocessing(encoders.folder)
    return TrainedParts(
        model=load_model(run),
        image_tokenizer=load_image_tokenizer(tokenizer),
        clip=clip,
        face=face,
        face_detector=_face_detector(encoders),
        clip_preprocessing=None if isinstance(clip, PublishedEncoder) else own["clip"],
        face_preprocessing=None if isinstance(face, PublishedEncoder) else own["face"],
        text_tokenizer=load_tokenizer(prepared),
        text_tokenizer_path=prepared / TOKENIZER_FILE,
    )


def _clip(encoders: EncoderFiles) -> ClipEncoder | ClipVit | PublishedEncoder:
    return read_clip(encoders.clip) if encoders.clip else load_clip(_folder(encoders))


def _face(encoders: EncoderFiles) -> FaceEncoder | PublishedEncoder:
    if encoders.face:
        return read_arcface(encoders.face)
    folder = _folder(encoders)
    return read_encoder(folder) if is_antelope(folder) else load_face(folder)


def _face_detector(encoders: EncoderFiles) -> PublishedEncoder | None:
    if encoders.face_detector:
        return read_scrfd(encoders.face_detector)
    has_own = encoders.face is None and encoders.folder is not None and is_antelope(encoders.folder)
    return read_detector(_folder(encoders)) if has_own else None


def _folder(encoders: EncoderFiles) -> Path:
    if encoders.folder is None:
        raise ValueError("--encoders is missing; --clip, --face-detector and --face-encoder together take its place")
    return encoders.folder


def _width(encoder: ClipEncoder | ClipVit | FaceEncoder | PublishedEncoder) -> int:
    return encoder.embedding_width if isinstance(encoder, PublishedEncoder) else encoder.config.embedding_width


def _source(encoder: ClipEncoder | ClipVit | FaceEncoder | PublishedEncoder, option: str) -> str:
    return option if isinstance(encoder, PublishedEncoder) else "--encoders"
