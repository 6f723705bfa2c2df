"""Reads C2PA manifests with the library of PyPI: MIME PATH pairs in, one JSON line a file out."""

import json
import sys

from c2pa import Reader

for mime, path in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    with open(path, "rb") as file:
        store = json.loads(Reader(mime, file).json())
    active = store["manifests"][store["active_manifest"]]
    actions = [action["action"] for assertion in active["assertions"] if assertion["label"].startswith("c2pa.actions") for action in assertion["data"]["actions"]]
    print(json.dumps({"state": store["validation_state"], "manifests": len(store["manifests"]), "actions": actions}))
