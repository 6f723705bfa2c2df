"""Triton's own client over HTTP: the Open Inference Protocol with JSON and with binary tensors."""

import base64
import json

import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException


@pytest.fixture(scope="module")
def client(address: str):
    with InferenceServerClient(address.removeprefix("http://")) as client:
        yield client


def tensor(name: str, values: list, datatype: str, binary: bool) -> InferInput:
    kinds = {"BYTES": np.object_, "INT64": np.int64, "INT32": np.int32, "FP32": np.float32}
    given = InferInput(name, [len(values)], datatype)
    given.set_data_from_numpy(np.array(values, dtype=kinds[datatype]), binary_data=binary)
    return given


def input_types(client, model: str) -> dict:
    return {each["name"]: each["datatype"] for each in client.get_model_metadata(model)["inputs"]}


def test_health_and_metadata(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.get_server_metadata()["name"] == "unif2ace"
    for model in ("generate", "understand"):
        assert client.is_model_ready(model)
        metadata = client.get_model_metadata(model)
        assert metadata["platform"] == "onnx_onnxv1" and metadata["inputs"] and metadata["outputs"]
    assert not client.is_model_ready("other")


def test_generate_gives_the_same_pixels_as_json_and_as_bytes(client):
    types = input_types(client, "generate")
    wish = {"prompt": [b"a woman"], "seed": [7], "num_inference_steps": [3]}
    seen = []
    for binary in (False, True):
        inputs = [tensor(name, [value.decode() for value in values] if types[name] == "BYTES" and not binary else values, types[name], binary) for name, values in wish.items()]
        answer = client.infer("generate", inputs, outputs=[InferRequestedOutput(name, binary_data=binary) for name in ("images", "seed")], request_id="one")
        response = answer.get_response()
        assert (response["id"], response["model_name"]) == ("one", "generate")
        assert json.loads(response["parameters"]["usage"])["output_tokens"] > 0
        assert answer.as_numpy("seed").tolist() == [7]
        seen.append(answer.as_numpy("images"))
    assert seen[0].shape[0] == 1 and np.array_equal(*seen)


@pytest.mark.parametrize("binary", [False, True])
def test_understand_answers(client, png, binary):
    url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    inputs = [tensor("image", [url], "BYTES", binary), tensor("question", ["Is there a hat?"], "BYTES", binary)]
    answer = client.infer("understand", inputs, outputs=[InferRequestedOutput("text", binary_data=binary)])
    assert answer.as_numpy("text").shape == (1,)


def test_what_is_wrong_is_said(client):
    with pytest.raises(InferenceServerException, match="model_not_found"):
        client.get_model_metadata("other")
    with pytest.raises(InferenceServerException, match=r"\(\w+\)"):
        client.infer("generate", [tensor("nothing", ["a"], "BYTES", True)])
