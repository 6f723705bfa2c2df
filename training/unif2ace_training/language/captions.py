"""Captions of every length, lists of key words, and the questions that ask for them."""

from collections.abc import Collection, Sequence
from typing import Final, Literal

from unif2ace_training.language.english import capitalised
from unif2ace_training.language.sentences import opening, sentences
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.subject import Subject, name_subject
from unif2ace_training.language.tags import tags_of
from unif2ace_training.language.things import Thing, things_to_say

Length = Literal["short", "medium", "long"]
LENGTHS: Final[tuple[Length, ...]] = ("short", "medium", "long")

# Things in the first sentence and in those that follow, least and most.
_COUNTS: dict[Length, tuple[tuple[int, int], tuple[int, int]]] = {
    "short": ((1, 4), (0, 0)),
    "medium": ((1, 4), (1, 3)),
    "long": ((2, 4), (4, 6)),
}


def write_caption(speaker: Speaker, length: Length) -> tuple[str, str]:
    """A question that asks for a caption of this length, and a caption that mentions some of what is seen."""
    question = speaker.say(f"ask {length}")
    subject = name_subject(speaker)
    first, more = (speaker.streams.of("count", place).between(*_COUNTS[length][place]) for place in (0, 1))
    chosen = some_things(speaker, subject.topics)[: first + more]
    caption = [opening(speaker, subject, in_order(speaker, chosen[:first]))]
    caption += sentences(speaker, subject, in_order(speaker, chosen[first:]))
    return speaker.ask(question), speaker.finish(" ".join(caption))


def write_detail(speaker: Speaker) -> tuple[str, str]:
    """A question for a detailed description, and everything that can be seen, from head to background.

    What is not there goes without saying: where it was said now and then, small models said it again and again.
    """
    question = speaker.say("ask detail")
    subject = name_subject(speaker, "subject detail")
    wanted = [thing for thing in _everything(speaker, subject) if not thing.is_absence]
    first = [thing for thing in wanted if thing.topic in ("hair", "beard")]
    later = [thing for thing in wanted if thing not in first]
    description = [opening(speaker, subject, first, "opening detail"), *sentences(speaker, subject, later)]
    return speaker.ask(question), speaker.finish(" ".join(description))


def write_list(speaker: Speaker) -> tuple[str, str]:
    """A question for key words, and one for everything that there is or is not, always from head to background.

    Nothing in it is left to chance but which words are taken: of all texts it teaches the most a token.
    """
    question = speaker.say("ask list")
    subject = name_subject(speaker, "subject detail")
    tags = tags_of(speaker, _everything(speaker, subject), bare_share=1.0)
    return speaker.ask(question), capitalised(speaker.finish(f"{', '.join([subject.phrase, *tags])}."))


def some_things(speaker: Speaker, said: Collection[str] = ()) -> list[Thing]:
    """One thing of each topic that has not been said, heavier ones mostly first: take as many as you need."""
    by_name = {thing.name: thing for thing in things_to_say(speaker.labels)}
    order = speaker.streams.weighted_order({name: thing.weight for name, thing in by_name.items()})
    first_of_topic: dict[str, Thing] = {}
    for name in order:
        first_of_topic.setdefault(by_name[name].topic, by_name[name])
    return [thing for topic, thing in first_of_topic.items() if topic not in said]


def in_order(speaker: Speaker, things: Sequence[Thing]) -> list[Thing]:
    """Mostly from head to background, sometimes as they came."""
    if speaker.streams.of("order of things").chance(0.3):
        return list(things)
    natural = [thing.name for thing in things_to_say(speaker.labels)]
    return sorted(things, key=lambda thing: natural.index(thing.name))


def _everything(speaker: Speaker, subject: Subject) -> list[Thing]:
    chosen = some_things(speaker, subject.topics)
    return [thing for thing in things_to_say(speaker.labels) if thing in chosen]
