"""Trains the byte-level BPE on the texts that the model will read and write."""

from collections.abc import Iterable
from typing import Final

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from unif2ace_training.config.schema import END_OF_TEXT, START_OF_TEXT

# Bytes and the two special tokens; below this no text can be written.
SMALLEST_VOCABULARY: Final = 258


def train_text_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """A tokenizer of at most `vocabulary` tokens, `<|sot|>` and `<|eot|>` (ids 0 and 1) and all bytes included.

    No normaliser and no special pieces: any text comes back as it was, and the server reads the file with another
    library, which knows these parts.

    Raises:
        ValueError: the vocabulary has no room for all bytes.
    """
    check_vocabulary(vocabulary)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[START_OF_TEXT, END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def check_vocabulary(vocabulary: int) -> None:
    """Whether a tokenizer can be that small.

    Raises:
        ValueError: it has no room for all bytes.
    """
    if vocabulary < SMALLEST_VOCABULARY:
        raise ValueError(f"a vocabulary of {vocabulary} cannot hold the 256 bytes; give at least {SMALLEST_VOCABULARY}")
