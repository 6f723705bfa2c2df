"""Who is in the picture, as a noun phrase: "young woman", "bald man", "man in his fifties"."""

from dataclasses import dataclass

from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.things import is_bald
from unif2ace_training.portraits.labels import Labels

_ADJECTIVE_SHARE = 0.3
_HAIRED_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Subject:
    """A noun phrase without its article, and the topics that it already covers."""

    phrase: str
    noun: str
    topics: frozenset[str]

    @property
    def with_article(self) -> str:
        """`polished` turns the article into "an" where a vowel follows."""
        return f"a {self.phrase}"


def name_subject(speaker: Speaker, section: str = "subject") -> Subject:
    """A phrase for the person, now and then with an adjective that says what else is seen."""
    labels = speaker.labels
    noun = speaker.word("noun", "elderly man" if _is_old_man(labels) else labels.gender)
    stream = speaker.streams.of("subject")
    adjectives = _adjectives(labels)
    if section == "subject" and _shows_all_hair(labels) and stream.chance(_HAIRED_SHARE):
        adjectives.append(("hair", "haired"))
    if adjectives and stream.chance(_ADJECTIVE_SHARE):
        topic, adjective = stream.pick(adjectives)
        haired = speaker.word("haired", labels.hair_colour)
        phrase = speaker.say(f"subject {adjective}", noun=noun, age=_age(speaker), haired=haired)
        topics = {topic} if {"haired": haired}.get(adjective, adjective) in phrase else set()
    else:
        decade = speaker.word("decade", labels.age_group)
        phrase = speaker.say(section, noun=noun, age=_age(speaker), decade=decade)
        topics = {"skin"} if "skin" in phrase or "tanned" in phrase else set()
    return Subject(phrase.strip(), noun, frozenset(topics))


def _shows_all_hair(labels: Labels) -> bool:
    return labels.hair_visible and labels.hat == "none"


def _is_old_man(labels: Labels) -> bool:
    return labels.gender == "man" and labels.age_group == "elderly"


def _age(speaker: Speaker) -> str:
    """The word for the age; grown-ups of no striking age mostly go without."""
    age = speaker.labels.age_group
    if age == "adult" and speaker.streams.of("age").chance(0.8):
        return ""
    return speaker.word("age", age)


def _adjectives(labels: Labels) -> list[tuple[str, str]]:
    """Topics and sections of "subject" that are true."""
    adjectives = []
    if labels.action in ("smiling", "laughing"):
        adjectives.append(("expression", labels.action))
    if labels.emotion in ("sad", "angry", "surprised"):
        adjectives.append(("expression", labels.emotion))
    if is_bald(labels):
        adjectives.append(("hair", "bald"))
    if labels.beard == "full beard":
        adjectives.append(("beard", "bearded"))
    if labels.gender == "man" and labels.beard == "none":
        adjectives.append(("beard", "clean-shaven"))
    return adjectives
