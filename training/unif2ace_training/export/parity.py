"""Proves that a model folder computes what PyTorch computes: every graph, on pictures that the model draws itself.

Pictures are drawn and captioned by PyTorch; the exported graphs see the same inputs at each step. float32 must agree
within `TOLERANCE`; int8 is measured, and its agreement stands in the manifest.
"""

# B pictures, N code positions, K codebook, V text vocabulary, P prompt capacity, W pixels of a side

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unif2ace_training.diffusion.unmask import UnmaskSettings, guided_logits, unmask, unmask_step
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.export.embedding_parity import compare_embeddings
from unif2ace_training.export.folder_sessions import Arrays, DecodeSlots, FolderSessions, noise_slots, prompt_slots
from unif2ace_training.export.logit_comparison import TOLERANCE, LogitComparison, same_counts
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.trained_parts import TrainedParts, Transformer
from unif2ace_training.image_tokenizer.network import PictureDecoder, PictureEncoder
from unif2ace_training.model.generate_text import TextSampling, choose_tokens, generate_text
from unif2ace_training.model.routing import Routing

PROMPTS = (
    "A young woman with long blond hair, smiling.",
    "An old man with a gray beard and glasses.",
    "A man with short black hair, wearing a red hat, in front of a blue background.",
    "",
)
_SETTINGS = UnmaskSettings(num_inference_steps=8)
_ANSWER_TOKENS = 24
_TOP_P = 0.9
# More rows than this that rounding routes otherwise are no accident.
_ROUTED_OTHERWISE_LIMIT = 0.02
_SAME_IDS_LIMIT = 0.999


@dataclass(frozen=True, kw_only=True, slots=True)
class Parity:
    """What was compared. Shares are between 0 and 1."""

    image: LogitComparison
    text: LogitComparison
    same_drawn_codes_share: float  # `sample_image` on the same logits
    same_drawn_tokens_share: float  # `sample_text` on the same logits
    same_encoded_codes_share: float  # `picture_encoder`
    largest_pixel_difference: int  # `picture_decoder`, of 255
    largest_embedding_difference: float  # `clip` and `face`

    def figures(self) -> dict[str, float]:
        """By name, for the manifest and the report."""
        return {
            "parity_tolerance": TOLERANCE,
            **self.image.figures("parity_image"),
            **self.text.figures("parity_text"),
            "parity_same_drawn_codes_share": self.same_drawn_codes_share,
            "parity_same_drawn_tokens_share": self.same_drawn_tokens_share,
            "parity_same_encoded_codes_share": self.same_encoded_codes_share,
            "parity_largest_pixel_difference": self.largest_pixel_difference,
            "parity_largest_embedding_difference": float(f"{self.largest_embedding_difference:.3g}"),
        }

    def check(self, precision: Precision) -> None:
        """Raise RuntimeError where the folder computes something else than PyTorch."""
        broken = []
        if precision == "fp32":
            for name, comparison in (("image", self.image), ("text", self.text)):
                if comparison.largest_difference > TOLERANCE:
                    broken.append(f"{name} logits differ by {comparison.largest_difference:.2g}")
                if comparison.clear_but_other_token:
                    broken.append(f"{comparison.clear_but_other_token} clear {name} tokens are others")
                if comparison.rows_routed_otherwise > _ROUTED_OTHERWISE_LIMIT * comparison.rows:
                    broken.append(f"{comparison.rows_routed_otherwise} of {comparison.rows} {name} rows chose others")
        ids = (self.same_drawn_codes_share, self.same_drawn_tokens_share, self.same_encoded_codes_share)
        if min(ids) < _SAME_IDS_LIMIT:
            broken.append("sample_image, sample_text or picture_encoder give other ids")
        if self.largest_pixel_difference > 1 or self.largest_embedding_difference > TOLERANCE:
            broken.append("picture_decoder, clip or face give other values")
        if broken:
            raise RuntimeError(f"the exported graphs do not compute what PyTorch computes: {'; '.join(broken)}")


@torch.no_grad()
def measure_parity(sessions: FolderSessions, parts: TrainedParts, question: str) -> Parity:
    """Draw pictures of `PROMPTS` with PyTorch, ask the question about them, and compare every pass."""
    image, text = LogitComparison(), LogitComparison()
    drawing = Drawing(sessions, parts, image)
    codes_BN = drawing.run()
    pixels_BWW3 = PictureDecoder(parts.image_tokenizer)(codes_BN).numpy()
    found_pixels = sessions.run("picture_decoder", {"code_ids": codes_BN.numpy()})["pixels"]
    encoded_share = _same_encoded_codes(sessions, parts, pixels_BWW3)
    clip, face, embedding_difference = compare_embeddings(sessions, parts, pixels_BWW3)
    asked = parts.sequences.question(question)
    drawn_tokens_share = compare_answers(sessions, parts, text, (codes_BN, clip, face), asked)
    return Parity(
        image=image,
        text=text,
        same_drawn_codes_share=drawing.same_codes / drawing.drawn_codes,
        same_drawn_tokens_share=drawn_tokens_share,
        same_encoded_codes_share=encoded_share,
        largest_pixel_difference=int(np.abs(found_pixels.astype(int) - pixels_BWW3).max()),
        largest_embedding_difference=embedding_difference,
    )


class Drawing:
    """PyTorch draws; the graphs repeat each pass on the same inputs."""

    def __init__(self, sessions: FolderSessions, parts: Transformer, comparison: LogitComparison):
        self._sessions, self._model, self._comparison = sessions, parts.model, comparison
        self.drawn_codes = self.same_codes = 0
        ids, lengths = padded_prompts(parts, [*PROMPTS, *[""] * len(PROMPTS)])
        self._prefix = self._model.prompt(torch.from_numpy(ids), torch.from_numpy(lengths))
        outputs = sessions.run("prompt", {"token_ids": ids, "lengths": lengths})
        self._prompt = {
            **prompt_slots(outputs),
            "prompt_slots": np.arange(len(lengths)),
            "prompt_lengths": lengths,
        }

    def run(self) -> Tensor:
        """Codes [B, N] of all prompts."""
        config = self._model.config
        masked = torch.full((len(PROMPTS), config.image_tokens), config.mask_code)
        return unmask(self._predict, masked, config.codebook_size, _SETTINGS, seeds=range(len(PROMPTS)))

    def _predict(self, code_ids_BN: Tensor, noise_level_B: Tensor) -> tuple[Tensor, Tensor]:
        """Conditional and unconditional rows as one batch."""
        codes, noise = code_ids_BN.repeat(2, 1), noise_level_B.float().repeat(2)
        expected = self._model.unmask(self._prefix, codes, noise)
        levels = noise_slots(self._sessions, noise.numpy())
        found = self._sessions.run("unmask", {"code_ids": codes.numpy(), **levels, **self._prompt})
        self._comparison.add(
            expected.logits_BNK.numpy(), _floats(found["logits"]), same_routing(expected.routing, found)
        )
        self._compare_draws(expected.logits_BNK, code_ids_BN)
        conditional, unconditional = expected.logits_BNK.chunk(2)
        return conditional, unconditional

    def _compare_draws(self, logits: Tensor, code_ids_RN: Tensor) -> None:
        """`sample_image` and its reference on the same logits and numbers."""
        pictures, count = len(code_ids_RN), code_ids_RN.shape[1]
        generator = torch.Generator().manual_seed(int((code_ids_RN < logits.shape[-1]).sum()))
        uniforms = [torch.rand(code_ids_RN.shape, generator=generator).clamp(1e-6, 1 - 1e-6) for _ in range(2)]
        keep = torch.full((pictures,), count // 3)
        expected = unmask_step(
            guided_logits(logits[:pictures], logits[pictures:], _SETTINGS.guidance_scale),
            code_ids_RN,
            temperature=_SETTINGS.temperature,
            confidence_temperature=_SETTINGS.confidence_temperature,
            keep_masked_R=keep,
            token_uniforms_RN=uniforms[0],
            confidence_uniforms_RN=uniforms[1],
        )
        inputs = {
            "logits": logits.numpy(),
            "conditional_rows": np.arange(pictures),
            "unconditional_rows": np.arange(pictures, 2 * pictures),
            "code_ids": code_ids_RN.numpy(),
            "token_uniforms": uniforms[0].numpy(),
            "confidence_uniforms": uniforms[1].numpy(),
            "keep_masked": keep.numpy(),
        }
        for name in ("guidance_scale", "temperature", "confidence_temperature"):
            inputs[f"{name}s"] = np.full(pictures, getattr(_SETTINGS, name), np.float32)
        found = self._sessions.run("sample_image", inputs)
        self.drawn_codes += code_ids_RN.numel()
        self.same_codes += int((found["next_code_ids"] == expected.next_code_ids_RN.numpy()).sum())


def padded_prompts(parts: Transformer, prompts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole text-to-face prefixes, right padded to [B, P], and their lengths; what is too long is cut."""
    sequences, config = parts.sequences, parts.model.config
    ids = np.full((len(prompts), config.prompt_capacity), sequences.pad_id)
    lengths = np.zeros(len(prompts), np.int64)
    for row, prompt in enumerate(prompts):
        text = sequences.generate_prefix(prompt)[: config.prompt_capacity]
        ids[row, : len(text)] = text
        lengths[row] = len(text)
    return ids, lengths


def same_routing(expected: Routing, found: Arrays) -> NDArray[np.bool_]:
    """Rows where all layers chose the same experts of both levels."""
    same = same_counts(expected.token_counts_BLE.numpy(), found["token_experts"].astype(int))
    if expected.sequence_chosen_BL4 is not None:
        same &= same_counts(expected.sequence_chosen_BL4.numpy().astype(int), found["sequence_experts"].astype(int))
    return same


def compare_answers(
    sessions: FolderSessions,
    parts: Transformer,
    comparison: LogitComparison,
    picture: tuple[Tensor, Tensor, Tensor],
    question: list[int],
) -> float:
    """Greedy answers of PyTorch, repeated token by token by the graphs, all pictures as one batch.

    Returns:
        Share of tokens that `sample_text` draws like its reference from the same logits.
    """
    model, rows = parts.model, len(picture[0])
    prefix = model.picture(*picture)
    inputs: Arrays = {name: part.numpy() for name, part in zip(("code_ids", "clip", "face"), picture, strict=True)}
    slots = DecodeSlots(sessions, sessions.run("picture", inputs), model.config.slot_capacity)
    asked = torch.tensor([question] * rows)
    # No token ends these answers, so all are of one length.
    answers = torch.tensor(generate_text(model, prefix, asked, -1, TextSampling(max_tokens=_ANSWER_TOKENS)))
    key_values, ids, same_draws = prefix.key_values, asked, 0
    for step in range(_ANSWER_TOKENS):
        expected = model.language(key_values, ids)
        found = slots.append(ids.numpy())
        logits = expected.logits_BTV[:, -1:].numpy(), _floats(found["logits"])[:, -1:]
        comparison.add(*logits, same_routing(expected.routing, found))
        same_draws += _same_draws(sessions, expected.logits_BTV[:, -1], step)
        key_values, ids = expected.key_values, answers[:, step : step + 1]
    return same_draws / answers.numel()


def _same_draws(sessions: FolderSessions, logits_BV: Tensor, step: int) -> int:
    """How many rows `sample_text` and its reference draw alike."""
    rows = len(logits_BV)
    uniforms = torch.rand(rows, generator=torch.Generator().manual_seed(step))
    inputs = {
        "logits": logits_BV.numpy(),
        "allowed": np.ones(logits_BV.shape, bool),
        "temperatures": np.ones(rows, np.float32),
        "top_p": np.full(rows, _TOP_P, np.float32),
        "uniforms": uniforms.numpy(),
    }
    sampling = TextSampling(max_tokens=1, temperature=1.0, top_p=_TOP_P)
    expected = choose_tokens(logits_BV, uniforms, sampling)
    return int((sessions.run("sample_text", inputs)["token_ids"] == expected.numpy()).sum())


def _same_encoded_codes(sessions: FolderSessions, parts: TrainedParts, pixels_BWW3: NDArray[np.uint8]) -> float:
    pixels = Preprocessing(size=parts.model.config.image_size).apply(pixels_BWW3)
    expected = PictureEncoder(parts.image_tokenizer)(pixels).numpy()
    return float((sessions.run("picture_encoder", {"pixels": pixels.numpy()})["code_ids"] == expected).mean())


def _floats(array: np.ndarray) -> NDArray[np.float32]:
    return array.astype(np.float32, copy=False)
