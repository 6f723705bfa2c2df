"""Prompts as people type them: phrases, lists of key words, and instructions."""

from unif2ace_training.language.captions import in_order, some_things
from unif2ace_training.language.english import uncapitalised
from unif2ace_training.language.sentences import details
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.subject import name_subject
from unif2ace_training.language.tags import tags_of

_TAGS_SHARE = 0.4
_SMALL_LETTERS_SHARE = 0.6
_FULL_STOP_SHARE = 0.35
_TAG_ENDINGS_SHARE = 0.3
_BARE_TAGS_SHARE = 0.6
_MOST_THINGS = 7


def write_prompt(speaker: Speaker) -> str:
    """A prompt that is true of the picture and mentions some of it."""
    stream = speaker.streams.of("prompt")
    # Few things are asked for more often than many.
    count = 1 + int(stream.uniform() ** 1.3 * _MOST_THINGS)
    text = _tags(speaker, count) if stream.chance(_TAGS_SHARE) else _phrase(speaker, count)
    is_small, has_stop = stream.chance(_SMALL_LETTERS_SHARE), stream.chance(_FULL_STOP_SHARE)
    text = speaker.finish(text)
    text = uncapitalised(text) if is_small else text[:1].upper() + text[1:]
    return f"{text}." if has_stop and not text.endswith(("?", ".")) else text


def _phrase(speaker: Speaker, count: int) -> str:
    subject = name_subject(speaker)
    things = in_order(speaker, some_things(speaker, subject.topics)[:count])
    ending = details(speaker, things, with_tags=speaker.streams.of("tags in phrase").chance(_TAG_ENDINGS_SHARE))
    return speaker.say(
        "prompt phrase", description=subject.with_article + ending, bare_description=subject.phrase + ending
    )


def _tags(speaker: Speaker, count: int) -> str:
    subject = name_subject(speaker)
    things = in_order(speaker, some_things(speaker, subject.topics)[:count])
    tags = tags_of(speaker, things, bare_share=_BARE_TAGS_SHARE)
    return speaker.say("prompt tags", tags=", ".join([subject.phrase, *tags]))
