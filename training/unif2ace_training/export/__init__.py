"""Writes the model folder that the server reads, and proves that it computes what PyTorch computes."""
