"""Puts things to say into sentences: an opening with a subject, then more about her or him."""

from collections.abc import Sequence

from unif2ace_training.language.english import capitalised, joined, pronouns
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.subject import Subject
from unif2ace_training.language.things import Role, Thing

_ROLES: tuple[Role, ...] = ("has", "wears", "does", "at")
_LONGEST_LIST = 4
_OWN_SENTENCE_SHARE = 0.5
_PAIR_SHARE = 0.7
_ABSENCES_AMONG_HAS = 0.6
# "With glasses", "in a red shirt".
_WITH, _WORN_AMONG_HAS = ("glasses", "earrings", "necklace", "makeup"), 0.25
_IN, _IN_SHARE = ("clothes", "hat"), 0.3


def opening(speaker: Speaker, subject: Subject, things: Sequence[Thing], frame: str = "opening") -> str:
    """The first sentence: the subject in a frame, with these things hung on."""
    return speaker.say(
        frame,
        a_subject=subject.with_article,
        A_subject=capitalised(subject.with_article),
        details=details(speaker, things),
    )


def details(speaker: Speaker, things: Sequence[Thing], *, with_tags: bool = False) -> str:
    """What follows a subject within one clause: " with …, wearing …, smiling, in front of …".

    `with_tags`: surroundings as key words, as people type them: ", blue background".
    """
    places = {thing.name: _place(speaker, thing) for thing in things}
    groups = {role: [thing for thing in things if places[thing.name] == role] for role in _ROLES}
    order: list[Role] = ["has", "wears", "does"]
    if speaker.streams.of("clause order").chance(0.35):
        order = ["wears", "has", "does"] if groups["wears"] else ["does", "has", "wears"]
    hung = [(role, _hung_on(speaker, role, groups[role])) for role in order if groups[role]]
    # Only what follows the subject directly goes without a comma, so that it is clear who wears and has what.
    parts = [f"{', ' if place or role == 'does' else ' '}{phrase}" for place, (role, phrase) in enumerate(hung)]
    around = sorted(groups["at"], key=lambda thing: thing.topic)  # the background before the light
    parts += [_surroundings(speaker, thing, with_tags=with_tags) for thing in around]
    return "".join(parts)


def _place(speaker: Speaker, thing: Thing) -> Role:
    """Where a thing hangs: what is not worn goes "with brown hair and no glasses" or ", without glasses", and what is
    worn may go "with glasses and brown hair"."""
    stream = speaker.streams.of("place", thing.topic)
    if thing.is_absence:
        return "has" if stream.chance(_ABSENCES_AMONG_HAS) else "does"
    if thing.topic in _WITH and stream.chance(_WORN_AMONG_HAS):
        return "has"
    return thing.role


def _hung_on(speaker: Speaker, role: Role, things: Sequence[Thing]) -> str:
    if role == "does":
        phrases = [speaker.say(f"does {thing.name}") for thing in things]
        separator = " and " if all(phrase.split(" ", 1)[0].endswith("ing") for phrase in phrases) else ", "
        return speaker.say("opening does", list=separator.join(phrases))
    phrases = [speaker.say(thing.section) for thing in things]
    can_be_in = all(thing.topic in _IN for thing in things)
    frame = "wears in" if role == "wears" and can_be_in and speaker.streams.of("in").chance(_IN_SHARE) else role
    return speaker.say(f"opening {frame}", list=joined(phrases))


def _surroundings(speaker: Speaker, thing: Thing, *, with_tags: bool) -> str:
    if with_tags:
        return f", {speaker.say(thing.tag_section)}"
    phrase = speaker.say(thing.section)
    return f" {phrase}" if phrase.startswith(("in ", "on ", "against ", "before ")) else f", {phrase}"


def sentences(speaker: Speaker, subject: Subject, things: Sequence[Thing]) -> list[str]:
    """Sentences that say all these things, things of one kind together."""
    said: list[str] = []
    for role in _ROLES:
        group = [thing for thing in things if thing.role == role]
        if role in ("does", "at"):
            alone = [speaker.say(f"says {thing.name}") for thing in group]
            said += _in_pairs(speaker, alone) if role == "does" else alone
            continue
        alone = [thing for thing in group if _stands_alone(speaker, thing, len(group))]
        listed = [thing for thing in group if thing not in alone]
        said += [_listed(speaker, subject, role, part) for part in _split(listed)]
        said += [speaker.say(f"says {thing.name}") for thing in alone]
    return said


def _in_pairs(speaker: Speaker, said: Sequence[str]) -> list[str]:
    """Neighbouring sentences about her or him as one, now and then: "She is smiling and faces the camera."."""
    lead = f"{pronouns(speaker.labels.gender)['They']} "
    joined_up: list[str] = []
    may_join = False
    for place, sentence in enumerate(said):
        rest = sentence.removeprefix(lead)
        may_join = may_join and sentence.startswith(lead) and not _same_verb(joined_up[-1].removeprefix(lead), rest)
        if may_join and speaker.streams.of("pair", place).chance(_PAIR_SHARE):
            joined_up[-1] = f"{joined_up[-1].removesuffix('.')} and {rest}"
            may_join = False
        else:
            joined_up.append(sentence)
            may_join = sentence.startswith(lead)
    return joined_up


def _same_verb(first: str, second: str) -> bool:
    return first.split(" ", 1)[0] == second.split(" ", 1)[0] != "is"


def _stands_alone(speaker: Speaker, thing: Thing, company: int) -> bool:
    if thing.sentence_section is None:
        return False
    if thing.is_absence:
        return True
    share = _OWN_SENTENCE_SHARE if company == 1 else 0.15
    return speaker.streams.of("own sentence", thing.topic).chance(share)


def _split(things: Sequence[Thing]) -> list[Sequence[Thing]]:
    """Lists that are not too long, of about the same length."""
    lists = -(-len(things) // _LONGEST_LIST)
    return [things[i * len(things) // lists : (i + 1) * len(things) // lists] for i in range(lists)]


def _listed(speaker: Speaker, subject: Subject, role: Role, things: Sequence[Thing]) -> str:
    phrases = joined([speaker.say(thing.section) for thing in things])
    return speaker.say(f"sentence {role}", list=phrases, The_noun=f"The {subject.noun}")
