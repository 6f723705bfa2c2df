"""Reference text decoding: greedy or sampled with the server's uniforms, its cache and its nucleus rule."""

# B rows, V text vocabulary

from dataclasses import dataclass

import torch
from torch import Tensor

from unif2ace_training.common import rng
from unif2ace_training.model.face_model import FaceModel, Prefix


@dataclass(frozen=True, kw_only=True, slots=True)
class TextSampling:
    """How to choose tokens: temperature 0 is greedy; top_p keeps the smallest set of that probability mass."""

    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.temperature < 0:
            raise ValueError(f"temperature is {self.temperature}; it must be 0 (greedy) or more")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p is {self.top_p}; it must be above 0 and at most 1")


@torch.no_grad()
def generate_text(
    model: FaceModel, picture: Prefix, text_ids_BT: Tensor, end_of_text: int, sampling: TextSampling
) -> list[list[int]]:
    """Continue each picture's text until `<|eot|>` (left out of the result) or `max_tokens`.

    All rows have the same number of text tokens. Row b draws the uniforms of row b of the request.
    """
    key_values, ids = picture.key_values, text_ids_BT
    texts: list[list[int]] = [[] for _ in range(len(text_ids_BT))]
    finished = [False] * len(texts)
    for step in range(sampling.max_tokens):
        output = model.language(key_values, ids)
        key_values = output.key_values
        uniforms_B = _uniforms(sampling, step, len(texts)).to(ids.device)
        chosen_B = choose_tokens(output.logits_BTV[:, -1].float(), uniforms_B, sampling)
        for row, token_id in enumerate(chosen_B.tolist()):
            finished[row] = finished[row] or token_id == end_of_text
            if not finished[row]:
                texts[row].append(token_id)
        if all(finished):
            break
        ids = chosen_B[:, None]
    return texts


def choose_tokens(logits_BV: Tensor, uniforms_B: Tensor, sampling: TextSampling) -> Tensor:
    """One token id a row, [B].

    The draw walks the tokens from the most to the least probable (ties: lower id first) and takes the first whose
    cumulative probability exceeds u times the mass of the nucleus. The nucleus is every token whose predecessors
    have less than top_p together: the likeliest is always in it.
    """
    if sampling.temperature == 0:
        return logits_BV.argmax(dim=-1)
    probabilities = (logits_BV / sampling.temperature).softmax(dim=-1)
    ordered, ids = probabilities.sort(dim=-1, descending=True, stable=True)
    cumulative = ordered.cumsum(dim=-1)
    in_nucleus = (cumulative - ordered) < sampling.top_p
    mass = (ordered * in_nucleus).sum(dim=-1, keepdim=True)
    passed = ((cumulative <= uniforms_B[:, None] * mass) & in_nucleus).sum(dim=-1, keepdim=True)
    place = passed.minimum(in_nucleus.sum(dim=-1, keepdim=True) - 1)
    return ids.gather(-1, place)[:, 0]


def _uniforms(sampling: TextSampling, step: int, rows: int) -> Tensor:
    drawn = [
        rng.uniforms(sampling.seed, stream=rng.STREAM_TEXT_TOKEN, step=step, row=row, count=1)[0] for row in range(rows)
    ]
    return torch.tensor(drawn)
