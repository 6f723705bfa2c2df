"""Asks the model about pictures, many at a time, and takes its most probable words."""

# B rows

from collections import defaultdict
from collections.abc import Sequence

import torch

from unif2ace_training.common.progress import Progress
from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.generate_text import TextSampling, generate_text

_ROWS = 32


def answers_to(
    model: FaceModel, prepared: PreparedData, rows: Sequence[int], questions: Sequence[str], max_tokens: int
) -> list[str]:
    """Greedy answers: question i about the picture at row i of the store."""
    sequences, device = prepared.sequences, model.embedding.weight.device
    ids = [sequences.question(question) for question in questions]
    by_length: dict[int, list[int]] = defaultdict(list)
    for index, question in enumerate(ids):
        by_length[len(question)].append(index)
    answers = [""] * len(ids)
    with Progress("answers", len(ids)) as progress, torch.inference_mode():
        for alike in by_length.values():
            for start in range(0, len(alike), _ROWS):
                chosen = alike[start : start + _ROWS]
                pictures = prepared.pictures.gather(torch.tensor([rows[index] for index in chosen]))
                parts = (pictures.code_ids_BN, pictures.clip_BC, pictures.face_BF)
                prefix = model.picture(*(part.to(device) for part in parts))
                asked = torch.tensor([ids[index] for index in chosen], device=device)
                sampling = TextSampling(max_tokens=max_tokens)
                texts = generate_text(model, prefix, asked, sequences.end_of_text, sampling)
                for index, text in zip(chosen, texts, strict=True):
                    answers[index] = sequences.decode(text)
                progress.advance(len(chosen))
    return answers
