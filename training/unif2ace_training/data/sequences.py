"""Show-o's sequences of token ids: the text prefix of a picture to draw, and the text that follows a picture.

Texts are tokenised piece by piece (question, answer), so the ids of a piece never depend on its neighbours and a
cache may end at any boundary. Where each picture's block goes is the model's business, not the text's.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.records import Turn
from unif2ace_training.data.tokenised_texts import Encoded
from unif2ace_training.text_tokenizer.boundaries import text_boundaries

TOKENIZER_FILE = "tokenizer.json"
QUESTION_TEMPLATE = "USER: \n{question} ASSISTANT:"
ANSWER_TEMPLATE = " {answer}"
# Of the template, as a pre-tokenizer cuts it; they stand in every turn.
TEMPLATE_WORDS = ("USER", " ASSISTANT")


def load_tokenizer(prepared_folder: Path) -> Tokenizer:
    """The text tokenizer of a prepared folder.

    Raises:
        ValueError: there is none, or it lacks `<|eot|>`.
    """
    path = prepared_folder / TOKENIZER_FILE
    if not path.exists():
        raise ValueError(f"{path} does not exist; `prepare` writes it")
    tokenizer = Tokenizer.from_file(str(path))
    text_boundaries(tokenizer)
    return tokenizer


class Sequences:
    """Turns texts into the ids that `FaceModel` takes."""

    def __init__(self, tokenizer: Tokenizer, config: ModelConfig):
        self._tokenizer = tokenizer
        self._start, self.end_of_text = text_boundaries(tokenizer)
        self._generate = config.special_id("<|t2i|>")
        self.pad_id = config.special_id("<|pad|>")

    def generate_prefix(self, description: str) -> list[int]:
        """`[t2i][sot] description [eot]`; an empty description is the unconditional prefix."""
        return [self._generate, self._start, *self._ids(description), self.end_of_text]

    def padded_prefixes(self, descriptions: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Prefixes of all descriptions as int64 [B, T], right padded, with their lengths [B]."""
        prefixes = [self.generate_prefix(description) for description in descriptions]
        lengths = torch.tensor([len(ids) for ids in prefixes])
        longest = int(lengths.max())
        return torch.tensor([ids + [self.pad_id] * (longest - len(ids)) for ids in prefixes]), lengths

    def question(self, question: str) -> list[int]:
        """`[sot] USER: question ASSISTANT:`, what the model answers after."""
        return [self._start, *self._ids(QUESTION_TEMPLATE.format(question=question))]

    def conversation(self, turns: Sequence[Turn]) -> Encoded:
        """`[sot]` then a question and an answer with `[eot]` for each turn; True at the answers and their ends."""
        ids, is_answer = [self._start], [False]
        for turn in turns:
            question = self._ids(QUESTION_TEMPLATE.format(question=turn.question))
            answer = [*self._ids(ANSWER_TEMPLATE.format(answer=turn.answer)), self.end_of_text]
            ids += question + answer
            is_answer += [False] * len(question) + [True] * len(answer)
        return ids, is_answer

    def decode(self, ids: Sequence[int]) -> str:
        """The text of an answer's ids, special tokens left out."""
        return self._tokenizer.decode(list(ids)).strip()

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids
