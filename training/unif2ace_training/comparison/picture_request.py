"""A picture that an endpoint is asked to draw, by OpenAI's image generations."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from unif2ace_training.annotation.chat_request import Answer, StageSettings

# Pictures are paid by the piece or by their own tokens, which only the answer tells.
_SETTINGS: Final = StageSettings(sees_picture=False, max_tokens=0, expected_tokens=0, temperature=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRequest:
    """Implements `EndpointRequest`; the answer's content is the picture file in base64.

    `options` are further fields of the body, such as a size, a quality, or an endpoint's own.
    """

    model: str
    prompt: str
    options: dict[str, Any]
    stage: str = "pictures"
    typical: str = ""

    @property
    def settings(self) -> StageSettings:
        """Nothing is set aside for what is drawn."""
        return _SETTINGS

    @property
    def path(self) -> str:
        """Where it is sent."""
        return "images/generations"

    @property
    def address(self) -> str:
        """SHA-256 of the body."""
        canonical = json.dumps(self.body(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(f"{self.path}\n{canonical}".encode()).hexdigest()

    def body(self) -> dict[str, Any]:
        """What is sent."""
        return {"model": self.model, "prompt": self.prompt, "n": 1, **self.options}

    def input_tokens(self, picture_tokens: int) -> int:
        """About as many as the prompt has words and their parts."""
        return len(self.prompt) // 4 + 1

    def read(self, body: Any) -> Answer:
        """The picture."""
        usage = body.get("usage") or {}
        return Answer(
            content=str(body["data"][0]["b64_json"]),
            input_tokens=int(usage.get("input_tokens", 0)),
            output_tokens=int(usage.get("output_tokens", 0)),
        )
