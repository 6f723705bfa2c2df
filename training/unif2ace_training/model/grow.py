"""More text tokens for a trained model."""

from dataclasses import replace

import torch
from torch import Tensor

from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import EMBEDDING_STD


@torch.no_grad()
def grow_vocabulary(model: FaceModel, text_vocabulary: int, generator: torch.Generator) -> FaceModel:
    """The same model with rows for text tokens after those that it has: pictures and known texts stay what they were.

    New tokens begin as strangers: a random embedding, and the output of the least likely token that there was.

    Args:
        model: left as it is.
        text_vocabulary: tokens of the new tokenizer, whose first ones are the old tokenizer's
            (`text_tokenizer/whole_words.py`).
        generator: of the new embeddings.

    Raises:
        ValueError: the model has more tokens already.
    """
    known = model.config.text_vocabulary
    if text_vocabulary < known:
        raise ValueError(f"the model has {known} text tokens and cannot be given {text_vocabulary}")
    grown = FaceModel(replace(model.config, text_vocabulary=text_vocabulary))
    state = model.state_dict()
    added, width = text_vocabulary - known, model.config.width
    strangers = torch.empty(added, width).normal_(std=EMBEDDING_STD, generator=generator)
    rows = {
        "embedding.weight": strangers,
        "head.weight": torch.zeros(added, width),
        "head.bias": model.head.bias[:known].min().expand(added),
    }
    state |= {name: _inserted(state[name], known, new) for name, new in rows.items()}
    grown.load_state_dict(state)
    return grown


def _inserted(table: Tensor, place: int, rows: Tensor) -> Tensor:
    return torch.cat([table[:place], rows.to(table), table[place:]])
