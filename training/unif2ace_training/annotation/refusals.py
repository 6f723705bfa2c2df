"""Answers that are none: refusals, empty ones, and ones that were cut short."""

import re
from typing import Final

from unif2ace_training.annotation.chat_request import Answer

_UNABLE: Final = r"i (?:can'?t|cannot|can not|won't|am unable to|am not able to)|i'm (?:unable|not able) to"
_DEED: Final = r"(?:help|assist|identify|describe|provide|comply|answer|do|see|view|determine|discuss)"
_REFUSAL: Final = re.compile(
    rf"\b(?:i'm sorry|i am sorry|i apologi[sz]e|as an ai|(?:{_UNABLE}) {_DEED}|unable to (?:assist|comply|help))\b"
)


def is_refusal(text: str) -> bool:
    """Whether a text declines rather than answers."""
    return _REFUSAL.search(text.lower().replace("’", "'")) is not None


def no_answer(answer: Answer) -> str | None:
    """Why an answer is none, or None where it is one."""
    if answer.error:
        return "endpoint"
    if answer.refusal or answer.finish_reason == "content_filter" or is_refusal(answer.content):
        return "refusal"
    if answer.finish_reason == "length":
        return "cut short"
    return None if answer.content.strip() else "empty"
