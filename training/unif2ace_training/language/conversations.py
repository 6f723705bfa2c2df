"""Conversations about what is seen, with now and then a question that no picture answers."""

from unif2ace_training.language.attributes import ATTRIBUTES, ask_attribute, attribute_weight
from unif2ace_training.language.claims import CLAIMS, ask_claim, claim_weight
from unif2ace_training.language.phrasebook import phrasebook
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.turns import Asked, asked

_MOST_TURNS = 5
_UNANSWERABLE = [name.removeprefix("beyond ") for name in phrasebook() if name.startswith("beyond ")]
_UNANSWERABLE_WEIGHT = 2.5 / len(_UNANSWERABLE)


def write_conversation(speaker: Speaker) -> list[Asked]:
    """One to five questions, each about something else."""
    labels = speaker.labels
    weights = {("attribute", attribute.name): attribute_weight(attribute, labels) for attribute in ATTRIBUTES}
    weights |= {("claim", claim.name): claim_weight(claim, labels) for claim in CLAIMS}
    weights |= {("beyond", name): _UNANSWERABLE_WEIGHT for name in _UNANSWERABLE}
    order = speaker.streams.weighted_order({key: weight for key, weight in weights.items() if weight > 0})
    turns = speaker.streams.of("turns").between(1, _MOST_TURNS)
    return [_ask(speaker, *topic) for topic in order[:turns]]


def _ask(speaker: Speaker, kind: str, name: str) -> Asked:
    if kind == "attribute":
        return ask_attribute(speaker, next(attribute for attribute in ATTRIBUTES if attribute.name == name))
    if kind == "claim":
        return ask_claim(speaker, next(claim for claim in CLAIMS if claim.name == name))
    refusal = f"refuse {name}" if f"refuse {name}" in phrasebook() else "refuse"
    return asked(speaker, name, speaker.say(f"beyond {name}"), speaker.say(refusal))
