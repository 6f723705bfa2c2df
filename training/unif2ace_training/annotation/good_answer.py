"""One question until its answer is one: not refused, not cut short, and to its schema."""

import json
from typing import Any, Final, Protocol

import jsonschema

from unif2ace_training.annotation.chat_request import Answer, ChatRequest
from unif2ace_training.annotation.refusals import no_answer

# An answer that is none is asked for once more, with another seed.
_TRIES: Final = 2


class Asker(Protocol):
    """Whoever answers questions."""

    async def ask(self, request: ChatRequest) -> Answer | None:
        """The answer, or None where it is not to be had in this run."""
        ...


class Unanswered(Exception):  # noqa: N818 - it is no error: the walk ends here for now
    """The asker has no answer in this run; the question is taken up again in the next."""


async def good_answer(asker: Asker, request: ChatRequest) -> tuple[str | None, str]:
    """The first good answer of some tries and an empty reason; or None, and why the last one was none.

    Raises:
        Unanswered: there is no answer in this run.
    """
    reason = ""
    for seed in range(_TRIES):
        answer = await asker.ask(request.again(seed))
        if answer is None:
            raise Unanswered
        reason = no_answer(answer) or _against(request.schema, answer.content)
        if not reason:
            return answer.content, ""
        if reason == "endpoint":
            break
    return None, reason


def _against(schema: dict[str, Any] | None, content: str) -> str:
    """ "schema" where the content is not what was asked for, or nothing."""
    if schema is None:
        return ""
    try:
        jsonschema.validate(json.loads(content), schema)
    except (ValueError, jsonschema.ValidationError):
        return "schema"
    return ""
