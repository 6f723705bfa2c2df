"""Whether pictures show what their prompts say, each way of showing them beside the others."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from unif2ace_training.evaluation.descriptions import described
from unif2ace_training.evaluation.judge import Verdicts


def agreement(prompts: Sequence[str], shown: Mapping[str, Verdicts]) -> dict[str, Any]:
    """Of everything that the prompts ask for and the judge knows, the share that it sees in picture i of prompt i, by
    the way in which pictures are shown; `constant` is the share that the best constant verdicts would reach."""
    stated = [described(prompt) for prompt in prompts]
    right: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    meant: dict[str, Counter[str]] = defaultdict(Counter)
    for index, of_prompt in enumerate(stated):
        for name, values in of_prompt.items():
            for way, verdicts in shown.items():
                if name in verdicts:
                    right[name][way].append(verdicts[name][index] in values)
                    meant[name].update(values if way == next(iter(shown)) else ())
    attributes: dict[str, dict[str, float]] = {}
    for name, ways in right.items():
        count = len(next(iter(ways.values())))
        constant = meant[name].most_common(1)[0][1] / count
        shares = {way: sum(verdicts) / count for way, verdicts in ways.items()}
        attributes[name] = {"count": count, **shares, "constant": constant}
    total = sum(figures["count"] for figures in attributes.values())
    means = {
        way: sum(figures[way] * figures["count"] for figures in attributes.values()) / max(1, total)
        for way in (*shown, "constant")
    }
    return {"prompts": len(prompts), "mentions": total, **means, "attributes": attributes}
