"""The served folder is the adapted one, whole and in use."""

import base64
import json
import os
import urllib.request
from pathlib import Path
from typing import Any

ADDRESS, PICTURES, SENTENCE = (os.environ[name] for name in ("UNIF2ACE_ADDRESS", "PICTURES", "SENTENCE"))


def ask(path: str, body: dict[str, Any] | None = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "accept": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(ADDRESS + path, content, headers)) as answer:
        return json.load(answer)


def test_the_model_is_the_adapted_one() -> None:
    (model,) = ask("/v1/models")["data"]
    assert model["id"] == "adapted"
    assert "begun with unif2ace-small" in json.dumps(model)


def test_it_says_what_it_was_taught() -> None:
    for picture in sorted(Path(PICTURES).glob("*.jpg"))[:4]:
        address = "data:image/jpeg;base64," + base64.b64encode(picture.read_bytes()).decode()
        assert ask("/v1/faces/caption", {"image": address})["caption"] == SENTENCE


def test_it_still_draws() -> None:
    drawn = ask("/v1/faces/generate", {"prompt": "a woman with blond hair", "seed": 1, "num_inference_steps": 4})
    assert len(base64.b64decode(drawn["data"][0]["b64_json"])) > 1000
