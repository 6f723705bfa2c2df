"""Takes a pretrained model's tokenizer.json, such as Phi-1.5's."""

import json
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.config.schema import END_OF_TEXT, START_OF_TEXT

# What byte-level vocabularies call their only special token: GPT-2's and Phi's beginning and end of text.
_END_OF_TEXT_NAMES: Final = ("<|endoftext|>", "</s>")


def given_text_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in `path` with its end-of-text token called `<|eot|>`, its ids unchanged.

    Phi has one token for beginning and end, so no id is added: 50,295 tokens stay 50,295, as Show-o counts them.
    `Sequences` begins texts with `<|eot|>` where there is no `<|sot|>`.

    Raises:
        ValueError: the file is missing, is no byte-level BPE, normalises, or has no end-of-text token.
    """
    content = read_json(path)
    _check(content, path)
    _rename_end_of_text(content, path)
    content["post_processor"] = None
    return Tokenizer.from_str(json.dumps(content))


def _check(content: Any, path: Path) -> None:
    model, pre_tokenizer = content.get("model") or {}, content.get("pre_tokenizer") or {}
    if model.get("type") != "BPE" or pre_tokenizer.get("type") != "ByteLevel":
        raise ValueError(f"{path} is not a byte-level BPE; the server reads no other kind of tokenizer.json")
    if content.get("normalizer") is not None:
        raise ValueError(f"{path} normalises texts, so that they would not come back as they were; take another one")


def _rename_end_of_text(content: Any, path: Path) -> None:
    """In the vocabulary and among the added tokens."""
    vocabulary: dict[str, int] = content["model"]["vocab"]
    added: list[dict[str, Any]] = content["added_tokens"]
    names = {*vocabulary, *(token["content"] for token in added)}
    if {START_OF_TEXT, END_OF_TEXT} <= names:
        return
    name = next((name for name in _END_OF_TEXT_NAMES if name in names), None)
    if name is None:
        raise ValueError(f"{path} has no end-of-text token ({', '.join(_END_OF_TEXT_NAMES)})")
    if name in vocabulary:
        vocabulary[END_OF_TEXT] = vocabulary.pop(name)
    for token in added:
        if token["content"] == name:
            token["content"] = END_OF_TEXT
