"""The openai package of PyPI, unchanged but for its base URL."""

import base64
import io
import json

import openai
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)


@pytest.fixture(scope="module")
def messages(png: bytes) -> list:
    url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "What is on the head?"}]}]


def picture_of(data: openai.types.Image) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data.b64_json)))


def test_models(client):
    [model] = client.models.list().data
    assert client.models.retrieve(model.id).id == model.id == "debug"


def test_chat_whole_and_streamed_say_the_same(client, messages):
    whole = client.chat.completions.create(model="debug", messages=messages, max_tokens=6, temperature=1, seed=3)
    assert whole.choices[0].message.role == "assistant"
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    chunks = list(client.chat.completions.create(model="debug", messages=messages, max_tokens=6, temperature=1, seed=3, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == whole.choices[0].finish_reason


def test_chat_helper_accumulates_a_stream(client, messages):
    with client.chat.completions.stream(model="debug", messages=messages, extra_body={"structured_outputs": {"choice": ["yes", "no"]}}) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert "content.delta" in kinds and final.choices[0].message.content in ("yes", "no")


def test_response_format(client, messages):
    schema = {"type": "object", "properties": {"hat": {"type": "boolean"}}, "required": ["hat"], "additionalProperties": False}
    answer = client.chat.completions.create(model="debug", messages=messages, max_tokens=20, response_format={"type": "json_schema", "json_schema": {"name": "hat", "schema": schema, "strict": True}})
    assert isinstance(json.loads(answer.choices[0].message.content)["hat"], bool)


def test_logprobs_and_several_answers(client, messages):
    answer = client.chat.completions.create(model="debug", messages=messages, max_tokens=3, n=2, temperature=1, seed=5, logprobs=True, top_logprobs=2)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert len(answer.choices[0].logprobs.content[0].top_logprobs) == 2


def test_images_generate_is_the_same_for_the_same_seed(client):
    wish = {"model": "debug", "prompt": "a woman with red hair", "n": 2, "output_format": "webp", "extra_body": {"seed": 7, "num_inference_steps": 3}}
    first, again = client.images.generate(**wish), client.images.generate(**wish)
    assert [data.b64_json for data in first.data] == [data.b64_json for data in again.data] and len(first.data) == 2
    picture = picture_of(first.data[0])
    assert picture.format == "WEBP" and f"{picture.width}x{picture.height}" == first.size
    assert first.usage.output_tokens > 0


def test_images_stream_partial_images(client):
    events = list(client.images.generate(model="debug", prompt="a man", stream=True, partial_images=2, extra_body={"seed": 7, "num_inference_steps": 4}))
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert events[-1].usage.total_tokens > 0


def test_images_edit_keeps_what_the_mask_keeps(client, png):
    answer = client.images.edit(model="debug", image=("face.png", png, "image/png"), mask=("mask.png", png, "image/png"), prompt="a hat", extra_body={"seed": 1})
    edited, original = picture_of(answer.data[0]).convert("RGB"), Image.open(io.BytesIO(png)).convert("RGB")
    assert edited.size == original.size
    assert all(edited.getpixel(place) == original.getpixel(place) for place in [(0, 0), (31, 31), (7, 16), (24, 3)])


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"model": "other"}, openai.NotFoundError, "model_not_found"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, openai.BadRequestError, "option_unsupported"),
        ({"temperature": 3}, openai.BadRequestError, "invalid_field"),
        ({"max_tokens": 60000}, openai.UnprocessableEntityError, None),
    ],
)
def test_errors_have_their_classes_and_codes(client, messages, change, error, code):
    with pytest.raises(error) as raised:
        client.chat.completions.create(**{"model": "debug", "messages": messages, **change})
    assert raised.value.request_id.startswith("req_")
    assert raised.value.code == code if code else raised.value.code
