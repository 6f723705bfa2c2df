"""The unified transformer with token-level and sequence-level experts (arXiv 2503.08120)."""
