"""Questions the way people type them: not all begin with a capital and end with a question mark."""

from typing import Final

from unif2ace_training.language.english import uncapitalised
from unif2ace_training.language.streams import Stream

_SMALL_SHARE, _BARE_SHARE, _OPENED_SHARE = 0.45, 0.35, 0.12
_OPENERS: Final = ("hey, ", "ok, ", "so, ", "um, ", "please: ", "quick question: ", "Hi! ", "Hello, ", "And ", "now, ")


def as_typed(question: str, stream: Stream) -> str:
    """A well-formed question, now and then without its capital, without its last mark, or after a word or two."""
    is_small, is_bare = stream.chance(_SMALL_SHARE), stream.chance(_BARE_SHARE)
    opener = stream.pick(_OPENERS) if stream.chance(_OPENED_SHARE) else ""
    if is_small or opener:
        question = uncapitalised(question)
    if is_small and is_bare:
        question = question.rstrip("?.")
    return f"{opener}{question}"
