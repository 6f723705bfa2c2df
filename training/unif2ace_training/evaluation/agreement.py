"""Whether drawn pictures show what their prompts say, by the verdicts of the judge."""

# n pictures, C CLIP width

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from unif2ace_training.encoders.text_tower import TextTower, padded
from unif2ace_training.evaluation.descriptions import described, truth_of
from unif2ace_training.evaluation.distributions import Vectors
from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.evaluation.judge import Verdicts
from unif2ace_training.evaluation.scores import mean_of

_CANDIDATES = 64


def agreement_report(prompts: Sequence[str], drawn: Verdicts, reconstructed: Verdicts) -> dict[str, Any]:
    """By attribute, over the prompts that mention it: `agreement` of the drawn pictures, `reconstructed` of the
    portraits that the prompts were written about as the image tokenizer shows them (what the judge can see at best),
    and `constant`, that of the best constant verdict. The means weigh every mention alike.
    """
    stated = [described(prompt) for prompt in prompts]
    attributes: dict[str, dict[str, float]] = {}
    for name in drawn:
        mentions = [index for index, of_prompt in enumerate(stated) if name in of_prompt]
        if not mentions:
            continue
        wanted = [stated[index][name] for index in mentions]
        meant = Counter(value for values in wanted for value in values)
        attributes[name] = {
            "agreement": _share([drawn[name][index] for index in mentions], wanted),
            "reconstructed": _share([reconstructed[name][index] for index in mentions], wanted),
            "constant": meant.most_common(1)[0][1] / len(wanted),
            "count": len(wanted),
        }
    total = sum(figures["count"] for figures in attributes.values())
    means = {
        label: sum(figures[label] * figures["count"] for figures in attributes.values()) / max(1, total)
        for label in ("agreement", "reconstructed", "constant")
    }
    return {"mentions": total, **means, "attributes": attributes}


def judge_report(verdicts: Mapping[str, Verdicts], portraits: Sequence[Portrait]) -> dict[str, Any]:
    """How far the judge can be trusted: its accuracy on held-out portraits, by the way in which they are shown."""
    attributes = {}
    for name in next(iter(verdicts.values())):
        truths = {index: truth_of(portrait.labels, name) for index, portrait in enumerate(portraits)}
        seen = {index: truth for index, truth in truths.items() if truth is not None}
        if not seen:
            continue
        attributes[name] = {
            **{
                shown: sum(values[name][index] == truth for index, truth in seen.items()) / len(seen)
                for shown, values in verdicts.items()
            },
            "majority": Counter(seen.values()).most_common(1)[0][1] / len(seen),
            "count": len(seen),
        }
    means = {f"mean_{label}": mean_of(attributes, label) for label in (*verdicts, "majority")}
    return {**means, "attributes": attributes}


@torch.inference_mode()
def text_match(tower: TextTower, texts: Sequence[list[int]], clip_nC: Vectors) -> dict[str, float]:
    """Mean cosine of pictures with their own texts and with the next picture's, and how often the own text is the
    nearest of 64 (of all, where there are fewer)."""
    batches = [list(texts[start : start + _CANDIDATES]) for start in range(0, len(texts), _CANDIDATES)]
    text_vectors = torch.cat([tower(*padded(batch)) for batch in batches])
    cosines = clip_nC @ text_vectors.numpy().T / clip_nC.shape[1]
    candidates = min(_CANDIDATES, len(texts))
    blocks = [
        cosines[i : i + candidates, i : i + candidates] for i in range(0, len(texts) - candidates + 1, candidates)
    ]
    right = [block.argmax(axis=1) == np.arange(candidates) for block in blocks]
    return {
        "own_cosine": float(np.diag(cosines).mean()),
        "other_cosine": float(np.diag(np.roll(cosines, 1, axis=1)).mean()),
        "retrieval": float(np.concatenate(right).mean()),
        "candidates": candidates,
    }


def _share(verdicts: Sequence[str], wanted: Sequence[frozenset[str]]) -> float:
    return sum(verdict in values for verdict, values in zip(verdicts, wanted, strict=True)) / len(wanted)
