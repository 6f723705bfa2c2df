import numpy as np
import pytest

from unif2ace_training.data.order import BucketedOrder

LENGTHS = np.random.default_rng(0).integers(5, 90, size=203)


def order(batch_size: int = 10, seed: int = 0) -> BucketedOrder:
    return BucketedOrder(LENGTHS, batch_size, seed, "generate")


def test_an_epoch_visits_no_text_twice_and_leaves_out_less_than_a_batch():
    batches = order()
    visited = np.concatenate([batches.next_batch() for _ in range(20)])
    assert len(np.unique(visited)) == 200


def test_the_next_epoch_comes_in_another_order():
    batches = order()
    first = np.concatenate([batches.next_batch() for _ in range(20)])
    second = np.concatenate([batches.next_batch() for _ in range(20)])
    assert not np.array_equal(first, second)


def test_an_order_goes_on_from_its_state_across_epochs():
    uninterrupted, resumed = order(), order()
    for _ in range(33):
        uninterrupted.next_batch()
    resumed.load_state(uninterrupted.state())
    for _ in range(30):
        assert np.array_equal(uninterrupted.next_batch(), resumed.next_batch())


def test_texts_of_a_batch_have_similar_lengths():
    batches = order()
    padded = sum(10 * LENGTHS[batch].max() for batch in (batches.next_batch() for _ in range(20)))
    assert padded < 1.1 * LENGTHS.sum()


def test_seeds_decide_the_order():
    assert np.array_equal(order(seed=1).next_batch(), order(seed=1).next_batch())
    assert not np.array_equal(order(seed=1).next_batch(), order(seed=2).next_batch())


def test_fewer_texts_than_a_batch_are_refused():
    with pytest.raises(ValueError, match="fewer than the 300 of one batch"):
        order(batch_size=300)
