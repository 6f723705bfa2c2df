"""One module a command of `python -m unif2ace_training`; each has `main(argv) -> int`."""
