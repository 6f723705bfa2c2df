"""How much of a detailed caption is true, attribute by attribute."""

from collections.abc import Sequence
from typing import Any

from unif2ace_training.evaluation.descriptions import DESCRIBED, described, truth_of
from unif2ace_training.evaluation.phrases import Stated
from unif2ace_training.evaluation.scores import Answered, accuracies, mean_of
from unif2ace_training.portraits.labels import Labels

QUESTION = "Describe this face in detail."
MAX_TOKENS = 192


def caption_report(captions: Sequence[str], references: Sequence[str], labels: Sequence[Labels]) -> dict[str, Any]:
    """By attribute, over the portraits where it has an answer:

    `accuracy` of the caption (silence means none or ordinary, or is a mistake), `majority` of the best constant,
    `mentioned` and `mentioned_accuracy` of what is said, and `reference_accuracy`: the same reading of the true
    description, which is below 1 where true descriptions may be silent.
    """
    said, true = ([described(text) for text in texts] for texts in (captions, references))
    attributes = accuracies(_answers(said, labels))
    for name, figures in attributes.items():
        pairs = [(stated, truth_of(one, name)) for stated, one in zip(said, labels, strict=True)]
        mentions = [truth in stated[name] for stated, truth in pairs if name in stated and truth is not None]
        figures["mentioned"] = len(mentions) / figures["count"]
        figures["mentioned_accuracy"] = sum(mentions) / max(1, len(mentions))
    for name, figures in accuracies(_answers(true, labels)).items():
        attributes[name]["reference_accuracy"] = figures["accuracy"]
    means = ("accuracy", "majority", "reference_accuracy")
    return {
        "count": len(captions),
        "distinct": len(set(captions)),
        "words": sum(len(caption.split()) for caption in captions) / max(1, len(captions)),
        **{f"mean_{name}": mean_of(attributes, name) for name in means},
        "attributes": attributes,
    }


def _answers(said: Sequence[Stated], labels: Sequence[Labels]) -> list[Answered]:
    answers = []
    for stated, portrait in zip(said, labels, strict=True):
        for name, silence in DESCRIBED.items():
            truth = truth_of(portrait, name)
            if truth is not None:
                is_right = truth in stated[name] if name in stated else truth == silence
                answers.append(Answered(name, truth, is_right))
    return answers
