"""Training of the unified model: stages I and II in one loop over task-mixed batches (UniF2ace section 4)."""
