"""Task-mixed batches: each optimiser step draws pictures and talks about pictures (UniF2ace section 4)."""

# B rows, T text positions

from dataclasses import dataclass
from typing import Final, Literal, NotRequired, TypedDict

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.data.order import BucketedOrder, OrderState
from unif2ace_training.data.picture_store import PictureBatch, PictureStore
from unif2ace_training.data.prepared import Split
from unif2ace_training.data.records import KINDS, Kind
from unif2ace_training.data.sequences import Sequences
from unif2ace_training.data.tokenised_texts import TokenisedTexts

Stage = Literal[1, 2]
# Stage I learns from captions and lists of key words alone, stage II adds visual question answering.
UNDERSTAND_KINDS: Final[dict[Stage, tuple[Kind, ...]]] = {
    1: ("caption", "list"),
    2: ("caption", "detail", "list", "conversation", "reasoning"),
}


@dataclass(frozen=True, slots=True)
class GenerateBatch:
    """Prompts and the pictures they ask for."""

    text_ids_BT: Tensor
    text_lengths_B: Tensor
    pictures: PictureBatch

    def part(self, rows: slice) -> "GenerateBatch":
        """Some of the rows."""
        return GenerateBatch(self.text_ids_BT[rows], self.text_lengths_B[rows], self.pictures.part(rows))


@dataclass(frozen=True, slots=True)
class UnderstandBatch:
    """Pictures and what is said about them."""

    text_ids_BT: Tensor
    text_lengths_B: Tensor
    is_answer_BT: Tensor
    pictures: PictureBatch

    def part(self, rows: slice) -> "UnderstandBatch":
        """Some of the rows."""
        text = (self.text_ids_BT[rows], self.text_lengths_B[rows], self.is_answer_BT[rows])
        return UnderstandBatch(*text, self.pictures.part(rows))


class MixtureState(TypedDict):
    """State of all orders; with the seed it decides every later batch."""

    generate: OrderState
    understand: dict[int, OrderState]
    generate_2: NotRequired[OrderState]  # stage II's, where its batches have another size


class TaskMixture:
    """Endless batches of both tasks. A text dropped for guidance is drawn by the step, not by hidden state."""

    def __init__(
        self,
        split: Split,
        pictures: PictureStore,
        sequences: Sequences,
        *,
        generate_rows: int,
        understand_rows: int,
        cond_drop_prob: float,
        seed: int,
        stage_2_rows: tuple[int, int] | None = None,
    ):
        """`generate_rows` and `understand_rows` are the rows of one batch, `cond_drop_prob` is the share of prompts
        that are replaced by the empty one. `stage_2_rows` are stage II's rows of both tasks, where they differ."""
        self._split, self._pictures, self._sequences = split, pictures, sequences
        self._cond_drop_prob, self._seed = cond_drop_prob, seed
        generate_2_rows, understand_2_rows = stage_2_rows or (generate_rows, understand_rows)
        self._generate = BucketedOrder(split.generate.lengths, generate_rows, seed, "generate")
        # Pictures are drawn alike in both stages: one order runs through them, unless its batches change their size.
        self._generate_2 = (
            self._generate
            if generate_2_rows == generate_rows
            else BucketedOrder(split.generate.lengths, generate_2_rows, seed, "generate-2")
        )
        self._texts_of_stage = {
            stage: split.understand.of_kinds(map(KINDS.index, kinds)) for stage, kinds in UNDERSTAND_KINDS.items()
        }
        self._understand = {
            stage: BucketedOrder(split.understand.lengths[texts], rows, seed, f"understand-{stage}")
            for (stage, texts), rows in zip(
                self._texts_of_stage.items(), (understand_rows, understand_2_rows), strict=True
            )
        }

    def next_generate(self, step: int, part: int = 0, stage: Stage = 1) -> GenerateBatch:
        """The next prompts and pictures; `step` and `part` (of an accumulated step) seed which prompts are dropped."""
        texts, order = self._split.generate, self._generate if stage == 1 else self._generate_2
        chosen = order.next_batch()
        generator = torch_generator(self._seed, "cond-drop", step, part)
        dropped = torch.rand(len(chosen), generator=generator) < self._cond_drop_prob
        return generate_batch(texts, chosen, self._pictures, self._sequences, dropped)

    def next_understand(self, stage: Stage) -> UnderstandBatch:
        """The next pictures with captions (stage I) or with captions and conversations (stage II)."""
        chosen = self._texts_of_stage[stage][self._understand[stage].next_batch()]
        return understand_batch(self._split.understand, chosen, self._pictures, self._sequences)

    def state(self) -> MixtureState:
        """What `load_state` needs to go on from here."""
        return MixtureState(
            generate=self._generate.state(),
            understand={stage: order.state() for stage, order in self._understand.items()},
            generate_2=self._generate_2.state(),
        )

    def load_state(self, state: MixtureState) -> None:
        """Go on from a state of a mixture over the same data."""
        self._generate.load_state(state["generate"])
        self._generate_2.load_state(state.get("generate_2", state["generate"]))
        for stage, order in self._understand.items():
            order.load_state(state["understand"][stage])


def generate_batch(
    texts: TokenisedTexts, chosen: np.ndarray, pictures: PictureStore, sequences: Sequences, dropped_B: Tensor
) -> GenerateBatch:
    """Collate prompts; rows in `dropped_B` get the empty prompt."""
    ids, _, lengths = texts.padded(chosen, sequences.pad_id)
    empty = torch.tensor(sequences.generate_prefix(""))
    ids_BT, lengths_B = torch.from_numpy(ids), torch.from_numpy(lengths)
    ids_BT[dropped_B] = sequences.pad_id
    ids_BT[dropped_B, : len(empty)] = empty
    lengths_B = lengths_B.masked_fill(dropped_B, len(empty))
    rows = torch.from_numpy(texts.picture_rows[chosen])
    return GenerateBatch(ids_BT, lengths_B, pictures.gather(rows))


def understand_batch(
    texts: TokenisedTexts, chosen: np.ndarray, pictures: PictureStore, sequences: Sequences
) -> UnderstandBatch:
    """Collate conversations."""
    ids, is_answer, lengths = texts.padded(chosen, sequences.pad_id)
    rows = torch.from_numpy(texts.picture_rows[chosen])
    return UnderstandBatch(
        torch.from_numpy(ids), torch.from_numpy(lengths), torch.from_numpy(is_answer), pictures.gather(rows)
    )
