"""UniF2ace's training job: portraits, tokenizers, the model, its losses, evaluation and export."""

__version__ = "0.1.0"
