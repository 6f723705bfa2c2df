"""A vision-language model in this process: a folder in Hugging Face's layout, asked as an endpoint is asked."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from unif2ace_training.annotation.chat_request import Answer, EndpointRequest


class LocalModel:
    """Implements `Sender` with transformers' `AutoModelForImageTextToText`: LLaVA, Qwen-VL and the like.

    Nothing is downloaded: the folder holds model, processor and tokenizer. Answers are the likeliest ones, whatever
    temperature is asked for, and JSON is not enforced: what is none fails as an endpoint's would.
    """

    def __init__(self, folder: Path, device: str, dtype: str):
        transformers = _transformers()
        if not (folder / "config.json").is_file():
            raise ValueError(f"{folder} has no config.json; it has to be a model folder in Hugging Face's layout")
        try:
            self._processor = transformers.AutoProcessor.from_pretrained(folder, local_files_only=True)
            model = transformers.AutoModelForImageTextToText.from_pretrained(
                folder, local_files_only=True, dtype=getattr(torch, dtype)
            )
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{folder} cannot be opened as a model of pictures and text: {error}") from error
        self._model: Any = model.eval().to(device)
        self._device = device

    async def send(self, request: EndpointRequest, address: str) -> Answer:
        """The likeliest answer, and the likeliest first tokens where they are asked for."""
        body = request.body()
        if "structured_outputs" in body:
            raise ValueError("a model in this process cannot be kept to a choice; give its judge rubrics without one")
        inputs = self._inputs(body)
        with torch.inference_mode():
            found = self._model.generate(
                **inputs, max_new_tokens=body["max_tokens"], do_sample=False, output_logits=True,
                return_dict_in_generate=True,
            )  # fmt: skip
        written = len(found.logits)
        tokens = found.sequences[0, -written:]
        text = self._processor.batch_decode(tokens[None], skip_special_tokens=True)[0]
        is_cut = written == body["max_tokens"] and int(tokens[-1]) not in self._ends()
        return Answer(
            content=text.strip(),
            finish_reason="length" if is_cut else "stop",
            input_tokens=inputs["input_ids"].shape[1],
            output_tokens=written,
            first_token=self._likeliest(found.logits[0][0], body.get("top_logprobs", 0)),
        )

    def _inputs(self, body: dict[str, Any]) -> Any:
        parts, pictures = body["messages"][0]["content"], []
        content: list[dict[str, str]] = []
        for part in parts:
            if part["type"] == "image_url":
                jpeg = base64.b64decode(part["image_url"]["url"].partition(",")[2])
                pictures.append(Image.open(io.BytesIO(jpeg)).convert("RGB"))
                content.append({"type": "image"})
            else:
                content.append({"type": "text", "text": _with_schema(part["text"], body)})
        text = self._processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        found = self._processor(text=[text], images=pictures or None, return_tensors="pt")
        return found.to(self._device, self._model.dtype)

    def _ends(self) -> list[int]:
        ends = self._model.generation_config.eos_token_id
        return ends if isinstance(ends, list) else [ends]

    def _likeliest(self, logits_V: torch.Tensor, count: int) -> tuple[tuple[str, float], ...]:
        if not count:
            return ()
        logprobs, ids = logits_V.float().log_softmax(dim=0).topk(min(count, len(logits_V)))
        tokens = self._processor.tokenizer.convert_ids_to_tokens(ids.tolist())
        return tuple(zip(tokens, logprobs.tolist(), strict=True))


def _with_schema(text: str, body: dict[str, Any]) -> str:
    """A schema can only be asked for in words."""
    form = body.get("response_format")
    return text if form is None else f"{text}\n\nJSON schema: {json.dumps(form['json_schema']['schema'])}"


def _transformers() -> Any:
    try:
        import transformers
    except ImportError as error:
        raise ValueError(
            "local models are opened by transformers; install it with pip install -e '.[local]'"
        ) from error
    return transformers
