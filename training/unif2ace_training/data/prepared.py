"""Opens the folders of `prepare`, `tokenizer` and `encoders` as one data set and checks that they fit together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from unif2ace_training.common.artifacts import sha256_of
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.picture_store import PictureStore, load_pictures
from unif2ace_training.data.records import KINDS, Record, read_records
from unif2ace_training.data.sequences import TOKENIZER_FILE, Sequences, load_tokenizer
from unif2ace_training.data.tokenised_texts import Encoded, TokenisedTexts, cached, digest_of, tokenise

# Kinds that ask for a picture, and kinds that talk about one.
_DRAWN_FROM = ("prompt", "caption")
_ABOUT = ("caption", "detail", "list", "conversation", "reasoning")


@dataclass(frozen=True, slots=True)
class Split:
    """Training or held-out texts of both tasks."""

    generate: TokenisedTexts
    understand: TokenisedTexts


@dataclass(frozen=True, slots=True)
class PreparedData:
    """Everything a run reads."""

    config: ModelConfig  # the preset with the data's vocabulary and embedding widths
    pictures: PictureStore
    sequences: Sequences
    train: Split
    held_out: Split


def open_prepared(config: ModelConfig, *, prepared: Path, tokenizer: Path, encoders: Path, cache: Path) -> PreparedData:
    """Load codes and embeddings, fit the config to the data, tokenise the records (or read `cache`).

    Raises:
        ValueError: a file is missing, or the codes are not the size that the config draws.
    """
    pictures = load_pictures(tokenizer, encoders)
    text_tokenizer = load_tokenizer(prepared)
    clip_width, face_width = pictures.embedding_widths
    config = replace(
        config, text_vocabulary=text_tokenizer.get_vocab_size(), clip_width=clip_width, face_width=face_width
    )
    _check_codes(config, pictures)
    sequences = Sequences(text_tokenizer, config)
    tokenizer_digest = sha256_of(prepared / TOKENIZER_FILE)
    splits = [
        _open_split(config, pictures, sequences, prepared / f"records-{name}.jsonl", cache / name, tokenizer_digest)
        for name in ("train", "held-out")
    ]
    return PreparedData(config, pictures, sequences, *splits)


def _check_codes(config: ModelConfig, pictures: PictureStore) -> None:
    if pictures.image_tokens != config.image_tokens or pictures.largest_code >= config.codebook_size:
        raise ValueError(
            f"the preset {config.name!r} draws {config.image_tokens} codes below {config.codebook_size} a picture, "
            f"but the image tokenizer wrote {pictures.image_tokens} codes up to {pictures.largest_code}; "
            "train the tokenizer with the same preset"
        )


def _open_split(
    config: ModelConfig,
    pictures: PictureStore,
    sequences: Sequences,
    records_path: Path,
    cache: Path,
    tokenizer_digest: str,
) -> Split:
    if not records_path.exists():
        raise ValueError(f"{records_path} does not exist; `prepare` writes it")

    def drawn() -> Iterator[tuple[int, int, Encoded]]:
        for row, record in _with_pictures(records_path, pictures, _DRAWN_FROM):
            ids = sequences.generate_prefix(record.description)
            yield row, KINDS.index(record.kind), (ids, [False] * len(ids))

    def about() -> Iterator[tuple[int, int, Encoded]]:
        for row, record in _with_pictures(records_path, pictures, _ABOUT):
            yield row, KINDS.index(record.kind), sequences.conversation(record.turns)

    text_capacity = config.slot_capacity - config.picture_prefix_length
    digest = digest_of(tokenizer_digest, sha256_of(records_path), len(pictures), config.prompt_capacity, text_capacity)
    generate = cached(
        cache.with_name(f"{cache.name}-generate.npz"), digest, lambda: tokenise(drawn(), config.prompt_capacity)
    )
    understand = cached(
        cache.with_name(f"{cache.name}-understand.npz"), digest, lambda: tokenise(about(), text_capacity)
    )
    if not len(generate) or not len(understand):
        raise ValueError(f"{records_path} has no text for any picture that has codes; were both made of one folder?")
    return Split(generate, understand)


def _with_pictures(path: Path, pictures: PictureStore, kinds: tuple[str, ...]) -> Iterator[tuple[int, Record]]:
    """Records of these kinds whose picture has codes, with its row."""
    for record in read_records(path):
        row = pictures.row(record.picture, mirrored=record.mirrored)
        if record.kind in kinds and row is not None:
            yield row, record
