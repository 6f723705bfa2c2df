"""One question to an endpoint, and its address: the digest of everything that decides about the answer."""

import base64
import hashlib
import json
import math
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

Stage = Literal["caption", "attributes", "refine", "questions"]

# Rough, on the safe side for English: OpenAI's tokenizers take some 4.5 characters a token.
_CHARACTERS_A_TOKEN: Final = 4
_MESSAGE_TOKENS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class StageSettings:
    """How a stage is asked."""

    sees_picture: bool
    max_tokens: int
    expected_tokens: int  # of an answer, for plans, until there are answers to take the mean of
    temperature: float


class EndpointRequest(Protocol):
    """Anything that an endpoint is asked for: what asking, paying and remembering need to know of it."""

    @property
    def stage(self) -> str:
        """What it is for, in plans and counts."""
        ...

    @property
    def settings(self) -> StageSettings: ...
    @property
    def path(self) -> str:
        """Where it is sent, below the endpoint's address."""
        ...

    @property
    def address(self) -> str:
        """SHA-256 of everything that decides about the answer: 64 hexadecimal digits."""
        ...

    @property
    def typical(self) -> str: ...
    def body(self) -> dict[str, Any]: ...
    def input_tokens(self, picture_tokens: int) -> int: ...
    def read(self, body: Any) -> "Answer":
        """The answer in what came back with status 200.

        Raises:
            KeyError, IndexError, TypeError, AttributeError, ValueError: it is something else.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatRequest:
    """A chat completion that is asked for. Two of the same content have the same address, and are paid once."""

    stage: str
    model: str
    text: str
    settings: StageSettings
    jpeg: bytes | None = None  # the picture's file; PNG and WebP are told as what they are
    schema: dict[str, Any] | None = None
    seed: int = 0
    typical: str = ""  # an answer of the usual length and form, for plans
    top_logprobs: int = 0  # how many of the likeliest first tokens are wanted
    choice: tuple[str, ...] = ()  # the answer is one of these; the field has vLLM's name, which this server has too

    @property
    def path(self) -> str:
        """Where it is sent."""
        return "chat/completions"

    def again(self, seed: int) -> "ChatRequest":
        """The same question for another answer."""
        return replace(self, seed=seed)

    @property
    def address(self) -> str:
        """SHA-256 of the body, the picture by its own digest: 64 hexadecimal digits."""
        picture = "" if self.jpeg is None else f"sha256:{hashlib.sha256(self.jpeg).hexdigest()}"
        canonical = json.dumps(self._body(picture), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def body(self) -> dict[str, Any]:
        """What is sent to `/chat/completions`."""
        picture = (
            "" if self.jpeg is None else f"data:{_media_type(self.jpeg)};base64,{base64.b64encode(self.jpeg).decode()}"
        )
        return self._body(picture)

    def input_tokens(self, picture_tokens: int) -> int:
        """About how many tokens are read, never fewer than in usual English."""
        schema = "" if self.schema is None else json.dumps(self.schema)
        text = math.ceil((len(self.text) + len(schema)) / _CHARACTERS_A_TOKEN) + _MESSAGE_TOKENS
        return text + (picture_tokens if self.jpeg is not None else 0)

    def read(self, body: Any) -> "Answer":
        """The answer in a chat completion."""
        return chat_answer(body)

    def _body(self, picture: str) -> dict[str, Any]:
        content: list[dict[str, Any]] = [{"type": "text", "text": self.text}]
        if picture:
            content.insert(0, {"type": "image_url", "image_url": {"url": picture}})
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "user", "content": content}],
            "max_tokens": self.settings.max_tokens,
            "temperature": self.settings.temperature,
            "seed": self.seed,
        }
        if self.schema is not None:
            form = {"name": self.stage, "strict": True, "schema": self.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        if self.choice:
            body["structured_outputs"] = {"choice": list(self.choice)}
        if self.top_logprobs:
            body |= {"logprobs": True, "top_logprobs": self.top_logprobs}
        return body


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back. `content` is empty and `error` says why where the endpoint will not answer this question."""

    content: str
    finish_reason: str = "stop"
    refusal: str = ""
    error: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    first_token: tuple[tuple[str, float], ...] = ()  # the likeliest first tokens with their log-probabilities


def chat_answer(body: Any) -> Answer:
    """The answer in a chat completion; `first_token` is empty where no log-probabilities came.

    Raises:
        KeyError, IndexError, TypeError, AttributeError, ValueError: it is something else.
    """
    choice, usage = body["choices"][0], body.get("usage") or {}
    tokens = (choice.get("logprobs") or {}).get("content") or [{}]
    return Answer(
        content=choice["message"].get("content") or "",
        finish_reason=choice.get("finish_reason") or "stop",
        refusal=choice["message"].get("refusal") or "",
        input_tokens=int(usage.get("prompt_tokens", 0)),
        output_tokens=int(usage.get("completion_tokens", 0)),
        first_token=tuple((str(top["token"]), float(top["logprob"])) for top in tokens[0].get("top_logprobs") or ()),
    )


def _media_type(picture: bytes) -> str:
    if picture.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if picture[8:12] == b"WEBP" else "image/jpeg"
