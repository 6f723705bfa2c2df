"""Things as key words: "wide smile, no glasses, red shirt"."""

import re
from collections.abc import Sequence

from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.things import Thing

# "with a wide smile" becomes "wide smile"; "a few" and "a lot of" stay.
_ARTICLE = re.compile(r"^(?:with )?(?:a (?!few |lot |little ))?")


def tags_of(speaker: Speaker, things: Sequence[Thing], *, bare_share: float) -> list[str]:
    """A key word for each thing; in this share of the texts without articles."""
    tags = [speaker.say(thing.tag_section) for thing in things]
    is_bare = speaker.streams.of("bare tags").chance(bare_share)
    return [_ARTICLE.sub("", tag) for tag in tags] if is_bare else tags
