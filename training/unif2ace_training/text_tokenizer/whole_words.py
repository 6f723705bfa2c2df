"""Gives a byte-level BPE tokens for words that it spells in pieces, after all that it has."""

import json
from collections.abc import Iterable

from tokenizers import Tokenizer


def with_whole_words(tokenizer: Tokenizer, words: Iterable[str]) -> Tokenizer:
    """A tokenizer that writes each of these words as one token.

    What it had keeps its id, and every text without the words its tokens but where it holds a beginning of them; so
    weights that were trained with the old tokenizer need new rows at the end only (`grow_vocabulary`).

    Args:
        tokenizer: a byte-level BPE.
        words: as they stand in texts, blank before them included; each is one piece for the pre-tokenizer.
    """
    content = json.loads(tokenizer.to_str())
    vocabulary: dict[str, int] = content["model"]["vocab"]
    for word in words:
        pieces = tokenizer.encode(word, add_special_tokens=False).tokens
        while len(pieces) > 1:
            first, second, *rest = pieces
            content["model"]["merges"].append([first, second])
            vocabulary.setdefault(first + second, tokenizer.get_vocab_size())
            tokenizer = Tokenizer.from_str(json.dumps(content))
            if tokenizer.encode(word, add_special_tokens=False).tokens == pieces:
                raise ValueError(f"{word!r} cannot be one token: the pre-tokenizer takes it apart")
            pieces = [first + second, *rest]
    return tokenizer
