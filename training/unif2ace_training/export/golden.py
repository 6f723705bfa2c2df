"""Golden values that the server's tests hold it to: PyTorch's own, on the debug model (`scripts/make_fixtures.py`).

Everything a number hangs on is written beside it, so that a test needs nothing but the file and the model folder.
"""

# R pictures, N code positions, L layers, E experts

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from unif2ace_training.common import rng
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.diffusion.mask_schedule import masked_after_step
from unif2ace_training.diffusion.unmask import UnmaskSettings, annealed, unmask
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.model.face_model import Prefix
from unif2ace_training.model.generate_text import TextSampling, generate_text
from unif2ace_training.model.routing import Routing

_SEED = 7
_LARGE_SEED = 0xFEDC_BA98_7654_3210
_PROMPT, _NEGATIVE, _QUESTION = "blond hair, red background", "black hair", "What colour is the hair?"
_ANSWER_TOKENS = 12


def golden_files(parts: TrainedParts) -> dict[str, Any]:
    """Contents by file name."""
    return {
        "philox.json": philox(),
        "mask-schedule.json": mask_schedule(),
        "unmask.json": unmask_trajectories(parts),
        "text.json": texts(parts),
        "routing.json": routing_dump(parts),
    }


def philox() -> list[dict[str, Any]]:
    """Uniforms of some keys and counters; seeds are decimal strings, JSON has no 64-bit integers."""
    places = [
        (seed, stream, step, row, count)
        for seed in (0, 1, 42, 2**32, _LARGE_SEED, 2**64 - 1)
        for stream, step, row, count in ((0, 0, 0, 9), (1, 3, 2, 4), (2, 500, 7, 1))
    ]
    return [
        {
            "seed": str(seed),
            "stream": stream,
            "step": step,
            "row": row,
            "uniforms": rng.uniforms(seed, stream=stream, step=step, row=row, count=count).tolist(),
        }
        for seed, stream, step, row, count in places
    ]


def mask_schedule() -> list[dict[str, Any]]:
    """Masked codes after each step, and the share of the confidence temperature that is left at it."""
    cases = [(16, 1), (16, 8), (16, 16), (16, 40), (100, 12), (100, 16), (100, 100), (256, 18), (37, 5), (1, 3)]
    schedules = []
    for initially_masked, steps in cases:
        settings = UnmaskSettings(num_inference_steps=steps, confidence_temperature=1.0)
        counts: list[int] = []
        while not counts or counts[-1] > 0:
            counts.append(
                masked_after_step(
                    step=len(counts),
                    num_steps=steps,
                    initially_masked=initially_masked,
                    masked_now=counts[-1] if counts else initially_masked,
                )
            )
        schedules.append(
            {
                "initially_masked": initially_masked,
                "num_inference_steps": steps,
                "masked_after_step": counts,
                "confidence_temperature": [annealed(settings, step) for step in range(len(counts))],
            }
        )
    return schedules


def unmask_trajectories(parts: TrainedParts) -> list[dict[str, Any]]:
    """Pictures being drawn: the code ids after every step."""
    masked = [parts.model.config.mask_code] * parts.model.config.image_tokens
    half = [index * 3 if index % 2 else code for index, code in enumerate(masked)]
    guided = UnmaskSettings(num_inference_steps=8)
    return [
        _trajectory(parts, "guided", _PROMPT, "", masked, guided, seed=_SEED, row=0),
        _trajectory(parts, "second picture of the request", _PROMPT, "", masked, guided, seed=_SEED, row=1),
        _trajectory(parts, "negative prompt", _PROMPT, _NEGATIVE, masked, guided, seed=_LARGE_SEED, row=0),
        _trajectory(
            parts, "unguided", _PROMPT, "", masked, UnmaskSettings(num_inference_steps=5, guidance_scale=1.0),
            seed=_SEED, row=0,
        ),
        _trajectory(
            parts, "likeliest", _PROMPT, "", masked, UnmaskSettings(num_inference_steps=4, temperature=0.0),
            seed=_SEED, row=0,
        ),
        _trajectory(parts, "edit", _PROMPT, "", half, guided, seed=_SEED, row=0),
    ]  # fmt: skip


def texts(parts: TrainedParts) -> list[dict[str, Any]]:
    """Answers about one picture: greedy, sampled, and sampled within a nucleus."""
    picture, inputs = _picture(parts)
    question = parts.sequences.question(_QUESTION)
    samplings = {
        "greedy": TextSampling(max_tokens=_ANSWER_TOKENS),
        "sampled": TextSampling(max_tokens=_ANSWER_TOKENS, temperature=1.0, seed=_SEED),
        "nucleus": TextSampling(max_tokens=_ANSWER_TOKENS, temperature=0.8, top_p=0.7, seed=_LARGE_SEED),
    }
    return [
        {
            "name": name,
            **inputs,
            "question": _QUESTION,
            "text_token_ids": question,
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": str(sampling.seed),
            "row": 0,
            "token_ids": ids,
            "logprobs": _logprobs(parts, picture, question, ids),
        }
        for name, sampling in samplings.items()
        for ids in generate_text(parts.model, picture, torch.tensor([question]), parts.sequences.end_of_text, sampling)
    ]


def routing_dump(parts: TrainedParts) -> dict[str, Any]:
    """Which experts one pass of each graph chose."""
    model, config = parts.model, parts.model.config
    prompt_ids = parts.sequences.generate_prefix(_PROMPT)
    prefix = model.prompt(torch.tensor([prompt_ids]), torch.tensor([len(prompt_ids)]))
    codes = [config.mask_code if index % 3 else index for index in range(config.image_tokens)]
    noise_level = codes.count(config.mask_code) / config.image_tokens
    drawn = model.unmask(prefix, torch.tensor([codes]), torch.tensor([noise_level]))
    picture, inputs = _picture(parts)
    question = parts.sequences.question(_QUESTION)
    read = model.language(picture.key_values, torch.tensor([question]))
    return {
        "prompt": {"token_ids": prompt_ids, **_counts(prefix.routing)},
        "unmask": {"code_ids": codes, "noise_level": noise_level, **_counts(drawn.routing)},
        "picture": {**inputs, **_counts(picture.routing)},
        "language": {"token_ids": question, **_counts(read.routing)},
    }


@torch.no_grad()
def _trajectory(
    parts: TrainedParts,
    name: str,
    prompt: str,
    negative: str,
    codes: list[int],
    settings: UnmaskSettings,
    *,
    seed: int,
    row: int,
) -> dict[str, Any]:
    model, sequences = parts.model, parts.sequences
    prompt_ids, negative_ids = sequences.generate_prefix(prompt), sequences.generate_prefix(negative)
    prefixes = [model.prompt(torch.tensor([ids]), torch.tensor([len(ids)])) for ids in (prompt_ids, negative_ids)]
    before_steps: list[list[int]] = []
    last = unmask(
        _watched(parts, prefixes, settings, before_steps),
        torch.tensor([codes]),
        model.config.codebook_size,
        settings,
        seeds=[seed],
        rows=[row],
    )
    return {
        "name": name,
        "prompt": prompt,
        "prompt_token_ids": prompt_ids,
        "negative_prompt": negative,
        "negative_token_ids": negative_ids,
        "seed": str(seed),
        "row": row,
        "num_inference_steps": settings.num_inference_steps,
        "guidance_scale": settings.guidance_scale,
        "temperature": settings.temperature,
        "confidence_temperature": settings.confidence_temperature,
        "initial_code_ids": codes,
        "code_ids_after_step": [*before_steps[1:], last[0].tolist()],
    }


def _watched(
    parts: TrainedParts, prefixes: list[Prefix], settings: UnmaskSettings, before_steps: list[list[int]]
) -> Callable[[Tensor, Tensor], tuple[Tensor, Tensor | None]]:
    """The model as the sampler wants it; code ids before each step are kept."""
    is_guided = settings.guidance_scale != 1

    def predict(code_ids_RN: Tensor, noise_level_R: Tensor) -> tuple[Tensor, Tensor | None]:
        before_steps.append(code_ids_RN[0].tolist())
        logits = [
            parts.model.unmask(prefix, code_ids_RN, noise_level_R).logits_BNK
            for prefix in (prefixes if is_guided else prefixes[:1])
        ]
        return logits[0], logits[1] if is_guided else None

    return predict


@torch.no_grad()
def _picture(parts: TrainedParts) -> tuple[Prefix, dict[str, Any]]:
    """A picture of random codes and embeddings, and these as JSON."""
    config = parts.model.config
    generator = torch_generator(_SEED, "golden picture")
    codes = torch.randint(config.codebook_size, (1, config.image_tokens), generator=generator)
    clip = torch.randn(1, config.clip_width, generator=generator)
    face = torch.randn(1, config.face_width, generator=generator)
    inputs = {"code_ids": codes[0].tolist(), "clip": clip[0].tolist(), "face": face[0].tolist()}
    return parts.model.picture(codes, clip, face), inputs


@torch.no_grad()
def _logprobs(parts: TrainedParts, picture: Prefix, question: list[int], answer: list[int]) -> list[float]:
    """Log-probability of each token of the answer at temperature 1 over the whole vocabulary."""
    logits = parts.model.language(picture.key_values, torch.tensor([question + answer])).logits_BTV[0]
    log_probabilities = logits[len(question) - 1 : -1].log_softmax(dim=-1)
    return log_probabilities.gather(1, torch.tensor(answer)[:, None])[:, 0].tolist()


def _counts(routing: Routing) -> dict[str, Any]:
    """[L][E] counts of tokens, and [L][4] of 0 and 1 where the pass has a picture."""
    counts: dict[str, Any] = {"token_experts": routing.token_counts_BLE[0].tolist()}
    if routing.sequence_chosen_BL4 is not None:
        counts["sequence_experts"] = routing.sequence_chosen_BL4[0].int().tolist()
    return counts
