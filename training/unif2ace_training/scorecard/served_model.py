"""Draws and talks with the graphs of a model folder, as the server does: what is measured is what is served."""

# R pictures, N code positions, P prompt capacity, T tokens

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from unif2ace_training.adaptation.base_folder import BaseFolder, Encoded, OpenedPicture
from unif2ace_training.common.progress import Progress, track
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.sequences import Sequences, load_tokenizer
from unif2ace_training.diffusion.unmask import UnmaskSettings, unmask
from unif2ace_training.evaluation.distributions import Pictures
from unif2ace_training.export.folder_sessions import Arrays, DecodeSlots, FolderSessions, noise_slots, prompt_slots

_DRAWN_AT_ONCE, _ASKED_AT_ONCE, _CODED_AT_ONCE = 8, 8, 16
_LOGITS = "logits"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the picture at `row` of what has been encoded."""

    row: int
    text: str


class ServedModel:
    """A model folder that draws, reads and answers; everything is deterministic."""

    def __init__(self, folder: Path):
        """Raises ValueError where `folder` is no model folder of this format."""
        self.base = BaseFolder(folder)
        self.config: ModelConfig = self.base.config
        self.sequences = Sequences(load_tokenizer(folder), self.config)
        self._sessions = FolderSessions(folder, torch.get_num_threads())

    @property
    def defaults(self) -> dict[str, Any]:
        """What the server does with a request that says nothing."""
        return self.base.manifest["defaults"]

    def settings(self, steps: int | None = None, guidance_scale: float | None = None) -> UnmaskSettings:
        """The server's own way to draw, with other steps or guidance where they are given."""
        known = self.defaults
        return UnmaskSettings(
            num_inference_steps=steps or known["num_inference_steps"],
            guidance_scale=known["guidance_scale"] if guidance_scale is None else guidance_scale,
            temperature=known["temperature"],
            confidence_temperature=known["confidence_temperature"],
        )

    def fits(self, prompt: str) -> bool:
        """Whether the server would take this prompt."""
        return len(self.sequences.generate_prefix(prompt)) <= self.config.prompt_capacity

    def draw(self, texts: Sequence[str], settings: UnmaskSettings, seeds: Sequence[int]) -> Tensor:
        """Code ids int64 [R, N]: picture r of text r with seed r."""
        drawn = []
        with Progress("pictures", len(texts)) as progress:
            for start in range(0, len(texts), _DRAWN_AT_ONCE):
                part = slice(start, start + _DRAWN_AT_ONCE)
                drawn.append(self._draw(texts[part], settings, seeds[part]))
                progress.advance(len(drawn[-1]))
        return torch.cat(drawn)

    def decode(self, code_ids_RN: Tensor) -> Pictures:
        """Pictures uint8 [R, W, W, 3]."""
        return np.concatenate([self.base.decode(part) for part in code_ids_RN.split(_CODED_AT_ONCE)])

    def encode(self, pictures: Pictures) -> Encoded:
        """Pictures of any size as the model reads them."""
        parts = [self.base.encode([OpenedPicture(one, one) for one in squares]) for squares in self._squares(pictures)]
        names = ("codes_nN", "clip_nC", "face_nF", "found_n")
        return Encoded(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def embed(self, pictures: Pictures) -> NDArray[np.float16]:
        """CLIP-style vectors [n, C] of pictures of any size."""
        return np.concatenate([self.base.embed(squares) for squares in self._squares(pictures)])

    def reconstruct(self, pictures: Pictures) -> Pictures:
        """Pictures as the codec shows them: what drawing can reach at best."""
        return self.decode(torch.from_numpy(self.encode(pictures).codes_nN.astype(np.int64)))

    def answers(self, encoded: Encoded, asked: Sequence[Asked], max_tokens: int) -> list[str]:
        """The likeliest words of each answer."""
        ids = [self.sequences.question(question.text) for question in asked]
        by_length: dict[int, list[int]] = defaultdict(list)
        for index, question in enumerate(ids):
            by_length[len(question)].append(index)
        answers = [""] * len(asked)
        with Progress("answers", len(asked)) as progress:
            for alike in by_length.values():
                for start in range(0, len(alike), _ASKED_AT_ONCE):
                    chosen = alike[start : start + _ASKED_AT_ONCE]
                    rows = [asked[index].row for index in chosen]
                    texts = self._answer(encoded, rows, [ids[index] for index in chosen], max_tokens)
                    for index, text in zip(chosen, texts, strict=True):
                        answers[index] = self.sequences.decode(text)
                    progress.advance(len(chosen))
        return answers

    def _squares(self, pictures: Pictures) -> Iterator[list[Image.Image]]:
        """Batches at the size that the model draws."""
        size = self.config.image_size
        for start in track(range(0, len(pictures), _CODED_AT_ONCE), "batches read"):
            squares = [Image.fromarray(one) for one in pictures[start : start + _CODED_AT_ONCE]]
            yield [
                one if one.size == (size, size) else one.resize((size, size), Image.Resampling.LANCZOS)
                for one in squares
            ]

    def _draw(self, texts: Sequence[str], settings: UnmaskSettings, seeds: Sequence[int]) -> Tensor:
        """One batch: conditional rows first, then those of the empty prompt, which they share."""
        count, is_guided = len(texts), settings.guidance_scale != 1
        prompt = self._prompt([*texts, *([""] if is_guided else [])])
        slots = np.concatenate([np.arange(count), np.full(count if is_guided else 0, count)])
        given = {**prompt_slots(prompt), "prompt_slots": slots, "prompt_lengths": prompt["lengths"][slots]}

        def predict(code_ids_RN: Tensor, noise_level_R: Tensor) -> tuple[Tensor, Tensor | None]:
            copies = len(slots) // count
            noise = noise_level_R.float().repeat(copies).numpy()
            codes = {"code_ids": code_ids_RN.repeat(copies, 1).numpy()}
            logits = self._sessions.run("unmask", {**codes, **noise_slots(self._sessions, noise), **given})[_LOGITS]
            both = torch.from_numpy(logits.astype(np.float32)).split(count)
            return both[0], both[1] if is_guided else None

        masked = torch.full((count, self.config.image_tokens), self.config.mask_code)
        return unmask(predict, masked, self.config.codebook_size, settings, seeds=seeds)

    def _prompt(self, texts: Sequence[str]) -> Arrays:
        """Outputs of `prompt`, and `lengths`."""
        prefixes = [self.sequences.generate_prefix(text) for text in texts]
        ids = np.full((len(texts), self.config.prompt_capacity), self.sequences.pad_id)
        lengths = np.array([len(prefix) for prefix in prefixes])
        if lengths.max() > self.config.prompt_capacity:
            longest = max(texts, key=lambda text: len(self.sequences.generate_prefix(text)))
            raise ValueError(f"a prompt of {lengths.max()} tokens is more than the model takes: {longest!r}")
        for row, prefix in enumerate(prefixes):
            ids[row, : len(prefix)] = prefix
        return {**self._sessions.run("prompt", {"token_ids": ids, "lengths": lengths}), "lengths": lengths}

    def _answer(self, encoded: Encoded, rows: list[int], ids_BT: list[list[int]], max_tokens: int) -> list[list[int]]:
        picture = {"code_ids": encoded.codes_nN[rows].astype(np.int64)}
        picture |= {"clip": encoded.clip_nC[rows].astype(np.float32), "face": encoded.face_nF[rows].astype(np.float32)}
        slots = DecodeSlots(self._sessions, self._sessions.run("picture", picture), self.config.slot_capacity)
        ids: NDArray[np.int64] = np.array(ids_BT)
        texts: list[list[int]] = [[] for _ in rows]
        is_finished = [False] * len(rows)
        for _ in range(max_tokens):
            chosen = (
                slots.append(ids)[_LOGITS].reshape(len(rows), -1, self.config.text_vocabulary)[:, -1].argmax(axis=1)
            )
            for row, token_id in enumerate(chosen.tolist()):
                is_finished[row] = is_finished[row] or token_id == self.sequences.end_of_text
                if not is_finished[row]:
                    texts[row].append(token_id)
            if all(is_finished):
                break
            ids = chosen[:, None].astype(np.int64)
        return texts
