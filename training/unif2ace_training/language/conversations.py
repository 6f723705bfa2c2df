"""Conversations about what is seen, with now and then a question that no picture answers."""

from unif2ace_training.language.attributes import ATTRIBUTES, ask_attribute, attribute_weight
from unif2ace_training.language.claims import CLAIMS, ask_claim, claim_weight
from unif2ace_training.language.overviews import OVERVIEWS, ask_overview
from unif2ace_training.language.phrasebook import phrasebook
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.turns import Asked, asked

# A picture is read once for all questions about it: many turns teach more for the same arithmetic.
_TURNS, _LONG_TURNS = (3, 6), (9, 12)
_UNANSWERABLE = [name.removeprefix("beyond ") for name in phrasebook() if name.startswith("beyond ")]
_UNANSWERABLE_WEIGHT = 2.5 / len(_UNANSWERABLE)


def write_conversation(speaker: Speaker) -> list[Asked]:
    """Three to six questions, each about something else."""
    return _conversation(speaker, _TURNS)


def write_long_conversation(speaker: Speaker) -> list[Asked]:
    """Nine to twelve questions, each about something else."""
    return _conversation(speaker, _LONG_TURNS)


def _conversation(speaker: Speaker, least_and_most: tuple[int, int]) -> list[Asked]:
    labels = speaker.labels
    weights = {("attribute", attribute.name): attribute_weight(attribute, labels) for attribute in ATTRIBUTES}
    weights |= {("claim", claim.name): claim_weight(claim, labels) for claim in CLAIMS}
    weights |= {("overview", name): weight for name, (_, weight) in OVERVIEWS.items()}
    weights |= {("beyond", name): _UNANSWERABLE_WEIGHT for name in _UNANSWERABLE}
    order = speaker.streams.weighted_order({key: weight for key, weight in weights.items() if weight > 0})
    turns = speaker.streams.of("turns").between(*least_and_most)
    said: list[Asked] = []
    for kind, name in order[:turns]:
        said.append(_ask(speaker, kind, name, said[-1].topic if said else None))
    return said


def _ask(speaker: Speaker, kind: str, name: str, previous: str | None) -> Asked:
    if kind == "attribute":
        attribute = next(attribute for attribute in ATTRIBUTES if attribute.name == name)
        return ask_attribute(speaker, attribute, previous)
    if kind == "overview":
        return ask_overview(speaker, name)
    if kind == "claim":
        return ask_claim(speaker, next(claim for claim in CLAIMS if claim.name == name))
    refusal = f"refuse {name}" if f"refuse {name}" in phrasebook() else "refuse"
    return asked(speaker, name, speaker.say(f"beyond {name}"), speaker.say(refusal))
