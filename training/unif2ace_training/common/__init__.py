"""What every room may use: seeds, counter-based random numbers, progress, atomic files."""
