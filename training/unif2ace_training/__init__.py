"""UniF2ace's training job: portraits, tokenizers, the model, its losses, evaluation and export."""

import os

# Read once, when ONNX Runtime is loaded: its official builds report sessions and a device id to their maker unless
# told not to. A value of the user's own stands.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
