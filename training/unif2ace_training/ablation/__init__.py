"""The paper's ablations in small: the same short runs with one thing changed, over several seeds (tables 3 and 4)."""
