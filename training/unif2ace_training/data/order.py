"""Which texts come next: shuffled anew each epoch, batches of similar length, resumable by two numbers."""

from typing import TypedDict

import numpy as np

from unif2ace_training.common.seeding import numpy_generator

# Texts are sorted by length within groups of this many batches: padding all but vanishes, the order stays random.
_BATCHES_PER_GROUP = 32


class OrderState(TypedDict):
    """Where an order stands: the epoch, and how many batches of it were taken."""

    epoch: int
    batches_taken: int


class BucketedOrder:
    """Endless batches of indices into a list of texts.

    Every epoch visits each text at most once; what does not fill a batch at an epoch's end waits for the next one.
    """

    def __init__(self, lengths: np.ndarray, batch_size: int, seed: int, name: str):
        """Args: lengths int [texts], in tokens; `name` separates this order's random stream from others'."""
        if len(lengths) < batch_size:
            raise ValueError(f"there are {len(lengths)} texts for {name!r}, fewer than the {batch_size} of one batch")
        self._lengths, self._batch_size, self._seed, self._name = lengths, batch_size, seed, name
        self._state = OrderState(epoch=0, batches_taken=0)
        self._batches = self._shuffled(0)

    def next_batch(self) -> np.ndarray:
        """Indices of the next batch, int64 [batch_size]."""
        if self._state["batches_taken"] == len(self._batches):
            self.load_state(OrderState(epoch=self._state["epoch"] + 1, batches_taken=0))
        batch = self._batches[self._state["batches_taken"]]
        self._state["batches_taken"] += 1
        return batch

    def state(self) -> OrderState:
        """What `load_state` needs to go on from here."""
        return OrderState(**self._state)

    def load_state(self, state: OrderState) -> None:
        """Go on from a state of an order with the same texts, batch size, seed and name."""
        if state["epoch"] != self._state["epoch"]:
            self._batches = self._shuffled(state["epoch"])
        self._state = OrderState(**state)

    def _shuffled(self, epoch: int) -> np.ndarray:
        """All batches of one epoch, int64 [batches, batch_size]."""
        generator = numpy_generator(self._seed, "order", self._name, epoch)
        order = generator.permutation(len(self._lengths))
        order = order[: len(order) - len(order) % self._batch_size]
        group = self._batch_size * _BATCHES_PER_GROUP
        by_length = [
            part[np.argsort(self._lengths[part], kind="stable")]
            for part in (order[start : start + group] for start in range(0, len(order), group))
        ]
        batches = np.concatenate(by_length).reshape(-1, self._batch_size)
        return batches[generator.permutation(len(batches))]
