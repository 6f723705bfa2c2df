"""Everything that is asked about one picture, in order; each answer goes into the next question."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from unif2ace_training.annotation.chat_request import ChatRequest, Stage
from unif2ace_training.annotation.good_answer import Asker, good_answer
from unif2ace_training.annotation.pictures import Attributes, Picture
from unif2ace_training.annotation.prompt_set import PAIR_KINDS, AttributeQuestion, PromptSet

_CHARACTERS_A_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """A question about a picture and its answer."""

    kind: str
    question: str
    answer: str


@dataclass(slots=True)
class Annotation:
    """All that was said about a picture. `failures` names the stages that brought nothing, with the reason."""

    key: str
    caption: str = ""
    refined: str = ""
    attributes: Attributes = field(default_factory=dict)
    asked: list[str] = field(
        default_factory=list
    )  # attributes that the endpoint was asked for: nobody vouches for them
    pairs: list[Pair] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)


async def annotate_picture(picture: Picture, prompts: PromptSet, model: str, asker: Asker) -> Annotation:
    """Ask every stage that the prompts have.

    Raises:
        Unanswered: a question was not answered in this run.
    """
    questioner = _Questioner(picture, prompts, model, asker, Annotation(picture.key))
    await questioner.caption()
    await questioner.attributes()
    await questioner.refine()
    await questioner.pairs()
    return questioner.annotation


@dataclass(slots=True)
class _Questioner:
    picture: Picture
    prompts: PromptSet
    model: str
    asker: Asker
    annotation: Annotation

    async def caption(self) -> None:
        hints = ""
        if self.prompts.hints is not None and self.picture.captions:
            hints = self.prompts.hints.substitute(captions="\n".join(f"- {text}" for text in self.picture.captions))
        answer = await self._ask("caption", self.prompts.caption.substitute(hints=hints))
        self.annotation.caption = "" if answer is None else answer.strip()

    async def attributes(self) -> None:
        """What the source or the attribute heads say; what neither does is asked for."""
        found = dict(self.picture.attributes)
        for question in self.prompts.attributes:
            missing = {name: values for name, values in question.attributes.items() if name not in found}
            if missing and question.form == "words":
                answer = await self._ask("attributes", question.question)
                value = None if answer is None else named_value(question, answer)
                found |= {} if value is None else {next(iter(missing)): value}
            elif missing:
                answer = await self._ask("attributes", question.question, _choice_schema(missing), _first(missing))
                found |= {} if answer is None else json.loads(answer)
        self.annotation.attributes = found
        self.annotation.asked = [name for name in found if name not in self.picture.attributes]

    async def refine(self) -> None:
        if self.prompts.refine is None or not self.annotation.caption or not self.annotation.attributes:
            return
        answer = await self._ask("refine", self.prompts.refine.substitute(self._known()))
        self.annotation.refined = "" if answer is None else answer.strip()

    async def pairs(self) -> None:
        if self.prompts.ask:
            for kind, question in chosen_questions(self.picture.key, self.prompts):
                answer = await self._ask("questions", question)
                if answer is not None:
                    self.annotation.pairs.append(Pair(kind, question, answer.strip()))
        elif self.prompts.questions is not None and self.annotation.caption:
            least, most = self.prompts.pairs
            text = self.prompts.questions.substitute(self._known(), least=least, most=most)
            tokens = self.prompts.settings["questions"].expected_tokens
            answer = await self._ask("questions", text, pairs_schema(least, most), _typical_pairs(least, tokens))
            if answer is not None:
                self.annotation.pairs = [Pair(**pair) for pair in json.loads(answer)["pairs"]]

    def _known(self) -> dict[str, str]:
        attributes = self.annotation.attributes.items()
        lines = [f"- {name.replace('_', ' ')}: {_word(value)}" for name, value in attributes]
        caption = self.annotation.refined or self.annotation.caption
        return {"caption": caption, "attributes": "\n".join(lines) or "- none are known"}

    async def _ask(
        self, stage: Stage, text: str, schema: dict[str, Any] | None = None, typical: str | None = None
    ) -> str | None:
        """The first good answer of some tries; None where there is none, and the failure is noted."""
        settings = self.prompts.settings[stage]
        request = ChatRequest(
            stage=stage, model=self.model, text=text, settings=settings, schema=schema,
            jpeg=self.picture.jpeg if settings.sees_picture else None,
            typical="x" * (_CHARACTERS_A_TOKEN * settings.expected_tokens) if typical is None else typical,
        )  # fmt: skip
        content, reason = await good_answer(self.asker, request)
        if reason:
            self.annotation.failures.append({"stage": stage, "question": text[:200], "reason": reason})
        return content


def chosen_questions(key: str, prompts: PromptSet) -> list[tuple[str, str]]:
    """Kinds and questions that a picture is asked: some of each kind, always the same ones for the same picture."""

    def lot(*words: object) -> int:
        return int.from_bytes(hashlib.sha256("\n".join(map(str, (key, *words))).encode()).digest()[:8])

    least, most = prompts.pairs
    count = least + lot("how many") % (most - least + 1)
    drawn = {kind: sorted(prompts.ask[kind], key=lambda text: lot(kind, text)) for kind in PAIR_KINDS}
    chosen = [(kind, drawn[kind].pop(0)) for kind in PAIR_KINDS]
    left = [(kind, question) for kind in PAIR_KINDS for question in drawn[kind]]
    chosen += sorted(left, key=lambda pair: lot("more", *pair))[: count - len(chosen)]
    return chosen


def named_value(question: AttributeQuestion, answer: str) -> str | None:
    """The value that a sentence names: the longest one ("dark brown" is not "brown"); None where it names none."""
    (values,) = question.attributes.values()
    words = {word.lower(): value for value in values for word in (value, *question.means.get(value, ()))}
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    match = re.search(rf"\b(?:{pattern})\b", answer.lower())
    return None if match is None else words[match[0]]


def pairs_schema(least: int, most: int) -> dict[str, Any]:
    """JSON of a picture's pairs, strict as OpenAI wants it: every property required, no others."""
    text = {"type": "string"}
    pair = _object({"kind": {"type": "string", "enum": list(PAIR_KINDS)}, "question": text, "answer": text})
    return _object({"pairs": {"type": "array", "items": pair, "minItems": least, "maxItems": most}})


def _choice_schema(attributes: dict[str, list[str]]) -> dict[str, Any]:
    return _object({name: {"type": "string", "enum": values} for name, values in attributes.items()})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _first(attributes: dict[str, list[str]]) -> str:
    return json.dumps({name: values[0] for name, values in attributes.items()})


def _typical_pairs(count: int, tokens: int) -> str:
    answer = "x" * max(1, _CHARACTERS_A_TOKEN * tokens // count - 60)
    kinds = [PAIR_KINDS[number % len(PAIR_KINDS)] for number in range(count)]
    return json.dumps({"pairs": [{"kind": kind, "question": "x?", "answer": answer} for kind in kinds]})


def _word(value: str | bool) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
