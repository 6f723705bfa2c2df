"""One score by a judge: the probability of "yes", or a number by a rubric."""

import json
import math
from dataclasses import dataclass
from typing import Final

from unif2ace_training.annotation.chat_request import Answer, ChatRequest
from unif2ace_training.annotation.good_answer import Asker, Unanswered, good_answer
from unif2ace_training.comparison.rubric_set import JudgedKind, Rubric

_YES: Final = "yes"
_TOP_LOGPROBS: Final = 20  # the most that OpenAI's protocol gives
# What tokenizers put before a word.
_SPACES: Final = " \n▁Ġ"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is put to a judge about one picture or one answer."""

    kind: JudgedKind
    filled: dict[str, str]
    jpeg: bytes | None  # where the rubric's judge sees one


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A score, or the reason why there is none."""

    value: float | None
    reason: str = ""


async def score_by(asker: Asker, rubric: Rubric, model: str, asked: Asked) -> Score:
    """The judge's score.

    Raises:
        Unanswered: there is no answer in this run.
    """
    is_yes_or_no = asked.kind == "vqascore"
    request = ChatRequest(
        stage=asked.kind, model=model, text=rubric.text.substitute(asked.filled), settings=rubric.settings,
        jpeg=asked.jpeg if rubric.settings.sees_picture else None, choice=rubric.choice,
        schema=None if is_yes_or_no else rubric.schema, top_logprobs=_TOP_LOGPROBS if is_yes_or_no else 0,
        typical=_YES if is_yes_or_no else _typical(rubric),
    )  # fmt: skip
    if is_yes_or_no:
        answer = await asker.ask(request)
        if answer is None:
            raise Unanswered
        return _yes(answer, rubric.choice)
    content, reason = await good_answer(asker, request)
    return Score(value=None, reason=reason) if content is None else Score(value=float(json.loads(content)["score"]))


def probability_of_yes(answer: Answer, choice: tuple[str, ...] = ()) -> float:
    """The probability that the answer begins with yes, by the likeliest first tokens.

    A "yes" that is not among them is counted as 0: it is less likely than the least of them. Where the answer is one
    of a choice, the beginning of a token is enough ("y" for "yes"), unless another choice begins so too.
    """
    others = [text.lower() for text in choice if text.lower() != _YES]
    total = 0.0
    for token, logprob in answer.first_token:
        word = token.strip(_SPACES).lower()
        is_beginning = bool(word) and _YES.startswith(word) and not any(other.startswith(word) for other in others)
        if word == _YES or (choice and is_beginning):
            total += math.exp(logprob)
    return min(1.0, total)


def _yes(answer: Answer, choice: tuple[str, ...]) -> Score:
    if answer.error:
        return Score(value=None, reason="endpoint")
    if answer.refusal:
        return Score(value=None, reason="refusal")
    if not answer.first_token:
        return Score(value=None, reason="no log-probabilities")
    return Score(value=probability_of_yes(answer, choice))


def _typical(rubric: Rubric) -> str:
    """An answer of the usual form, for plans."""
    score = {"score": rubric.span[1]}
    return json.dumps({"reason": "x", **score} if rubric.gives_reason else score)
