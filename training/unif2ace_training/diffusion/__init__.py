"""The absorbing-state process: mask schedule, corruption, and the reference unmasking sampler."""
