"""Training objectives as functions of logits and targets."""
