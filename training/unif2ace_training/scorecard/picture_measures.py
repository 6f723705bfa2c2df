"""Measurements of drawn pictures."""

# R pictures, n pictures

from dataclasses import replace
from typing import Any, Final

import numpy as np
from torch import Tensor

from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.evaluation.distributions import Pictures
from unif2ace_training.evaluation.face_mesh_call import face_mesh_report
from unif2ace_training.evaluation.judge import Verdicts
from unif2ace_training.scorecard.agreement import agreement
from unif2ace_training.scorecard.card_bench import Bench
from unif2ace_training.scorecard.codec_report import codec_report
from unif2ace_training.scorecard.diversity import PROMPTS, copies, fitting, nearest, spreads
from unif2ace_training.scorecard.hand_written import HandWritten, prompt_report
from unif2ace_training.scorecard.realism import distances, told_apart

_ONE_PROMPT: Final = 12  # pictures of one prompt
_RENDERS_OF_ONE: Final = 64
# Ways to draw that are compared where the server's own falls short: steps and guidance.
SWEEP: Final = ((8, 3.0), (32, 3.0), (16, 1.0), (16, 5.0))
SEED_PROMPTS: Final = (
    "a woman with long blond hair, blue background",
    "a woman with long black hair, blue background",
    "a woman with long blond hair, green background",
    "a woman with long blond hair and glasses, blue background",
    "a smiling woman with long blond hair, blue background",
    "a man with short blond hair, blue background",
)
SEEDS: Final = (1, 2, 3, 4)


def codec(bench: Bench) -> dict[str, Any]:
    """What the picture codec loses."""
    config = bench.model.config
    return codec_report(bench.renders.pictures, bench.shown, bench.encoded.codes_nN, config.codebook_size, bench.judge)


def prompts_shown(bench: Bench) -> dict[str, Any]:
    """Agreement with held-out prompts, in all and by wording, of pictures drawn, reconstructed and rendered."""
    ways = _verdicts(bench)
    report: dict[str, Any] = {"all": agreement(bench.texts, ways)}
    for wording in ("trained", "held-out"):
        rows = [row for row, prompt in enumerate(bench.prompts) if prompt.wording == wording]
        chosen = {
            way: {name: [values[row] for row in rows] for name, values in verdicts.items()}
            for way, verdicts in ways.items()
        }
        report[wording] = agreement([bench.texts[row] for row in rows], chosen)
    return report


def prompts_by_hand(bench: Bench, written: HandWritten) -> dict[str, Any]:
    """Agreement with the prompts that were written by hand."""
    return prompt_report(written.prompts, bench.judge.verdicts(drawn_by_hand(bench, written)))


def drawn_by_hand(bench: Bench, written: HandWritten) -> Pictures:
    """Picture i of hand-written prompt i, with seed i + 1."""
    texts = [prompt.text for prompt in written.prompts]
    return bench.drawn("by-hand", texts, range(1, len(texts) + 1))


def realism(bench: Bench) -> dict[str, Any]:
    """Distances from the held-out renders in two spaces, and how well sets can be told apart."""
    sets = {
        "drawn": bench.drawn_of_prompts,
        "reconstructed": bench.shown,
        "training_reconstructed": bench.model.reconstruct(bench.renders.others),
        "training_renders": bench.renders.others,
    }
    report: dict[str, Any] = {}
    for space, features in (("judge", bench.judge.features), ("clip", bench.clip)):
        known = {name: features(some_pictures) for name, some_pictures in sets.items()}
        reference = features(bench.renders.pictures)
        report[space] = distances(known, reference)
        report[space]["told_apart"] = {
            "drawn_from_renders": told_apart(known["drawn"], reference),
            "reconstructed_from_renders": told_apart(known["training_reconstructed"], reference),
            "drawn_from_reconstructed": told_apart(known["drawn"], known["training_reconstructed"]),
            "training_renders_from_renders": told_apart(known["training_renders"], reference),
        }
    return report


def faces(bench: Bench) -> dict[str, Any]:
    """MediaPipe's word on pictures drawn, reconstructed and rendered; nothing without its interpreter."""
    if bench.face_mesh_python is None:
        return {}
    count = min(len(bench.prompts), len(bench.renders.held_out))
    compared = {
        "drawn": bench.drawn_of_prompts,
        "reconstructed": bench.shown[:count],
        "rendered": bench.renders.pictures[:count],
    }
    return {
        name: face_mesh_report(bench.face_mesh_python, bench.out / "face-mesh" / name, pictures)
        for name, pictures in compared.items()
    }


def diversity(bench: Bench) -> dict[str, Any]:
    """Spread within one prompt against that of renders that it fits, and how near drawn pictures come to training."""
    texts = [prompt for prompt in PROMPTS for _ in range(_ONE_PROMPT)]
    drawn = bench.judge.features(bench.drawn("one-prompt", texts, range(len(texts))))
    known = bench.judge.features(bench.renders.train_pictures)
    rendered = {prompt: known[fitting(prompt, bench.renders.train)[:_RENDERS_OF_ONE]] for prompt in PROMPTS}
    by_prompt = {prompt: drawn[place * _ONE_PROMPT : (place + 1) * _ONE_PROMPT] for place, prompt in enumerate(PROMPTS)}
    apart = [
        nearest(pictures, bench.renders.train_pictures)[1]
        for pictures in (bench.drawn_of_prompts, bench.renders.pictures)
    ]
    return {**spreads(by_prompt, rendered), "copies": copies(*apart)}


def seeds(bench: Bench) -> dict[str, Any]:
    """What stays when a word of the prompt changes and the seed does not: the share of codes that are the same, and
    perceptual distance, beside those of other seeds of one prompt."""
    pictures = drawn_of_seeds(bench)
    first = np.arange(len(SEEDS))
    others = np.roll(first, 1)
    changed = {
        prompt: float(bench.judge.perceptual_distances(pictures[0], pictures[place]).mean())
        for place, prompt in enumerate(SEED_PROMPTS)
        if place
    }
    return {
        "prompt": SEED_PROMPTS[0],
        "other_seed": float(bench.judge.perceptual_distances(pictures[0][first], pictures[0][others]).mean()),
        "other_prompt": changed,
    }


def drawn_of_seeds(bench: Bench) -> list[Pictures]:
    """Pictures of each of `SEED_PROMPTS` with all `SEEDS`."""
    texts = [prompt for prompt in SEED_PROMPTS for _ in SEEDS]
    pictures = bench.drawn("seeds", texts, SEEDS * len(SEED_PROMPTS))
    return list(pictures.reshape(len(SEED_PROMPTS), len(SEEDS), *pictures.shape[1:]))


def sweep(bench: Bench, count: int) -> dict[str, Any]:
    """Agreement of so many prompts by steps and guidance: whether sampling is what holds it back."""
    texts, seeds_of = bench.texts[:count], range(len(bench.texts[:count]))
    ways = {_way(bench): bench.judge.verdicts(bench.drawn_of_prompts[: len(texts)])}
    for steps, scale in SWEEP:
        settings = replace(bench.settings, num_inference_steps=steps, guidance_scale=scale)
        name = f"steps-{steps}-guidance-{scale:g}"

        def draw(rows: slice, settings: UnmaskSettings = settings) -> Tensor:
            return bench.model.draw(texts[rows], settings, seeds_of[rows])

        ways[name] = bench.judge.verdicts(bench.model.decode(bench.stages.codes(name, len(texts), draw)))
    seen = agreement(texts, ways)
    return {"prompts": len(texts), **{way: seen[way] for way in ways}}


def _way(bench: Bench) -> str:
    return f"steps-{bench.settings.num_inference_steps}-guidance-{bench.settings.guidance_scale:g}"


def _verdicts(bench: Bench) -> dict[str, Verdicts]:
    """Of the pictures of each prompt, by the way in which its portrait is shown."""
    return {
        "drawn": bench.judge.verdicts(bench.drawn_of_prompts),
        "reconstructed": bench.judge.verdicts(bench.shown[bench.places]),
        "rendered": bench.judge.verdicts(bench.renders.pictures[bench.places]),
    }
