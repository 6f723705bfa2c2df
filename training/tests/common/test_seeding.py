import numpy as np
import torch

from unif2ace_training.common.seeding import numpy_generator, stream_seed, torch_generator


def test_a_streams_seed_is_the_same_on_every_machine():
    """SHA-256 of the label, not Python's salted hash; a change here changes every run."""
    assert stream_seed(0, "init") == 6215489726534702988
    assert stream_seed(3, "corrupt", 7, 1) == 5290255579543534596


def test_names_separate_streams():
    seeds = {
        stream_seed(0, "a"),
        stream_seed(1, "a"),
        stream_seed(0, "b"),
        stream_seed(0, "a", 1),
        stream_seed(0, "a", "1", 1),
        stream_seed(0, "a1"),
    }
    assert len(seeds) == 6
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_generators_of_one_stream_draw_alike():
    one, same, other = (torch_generator(1, "x", step) for step in (0, 0, 1))
    drawn = torch.rand(4, generator=one)
    assert torch.equal(drawn, torch.rand(4, generator=same))
    assert not torch.equal(drawn, torch.rand(4, generator=other))
    assert np.array_equal(numpy_generator(1, "x").random(4), numpy_generator(1, "x").random(4))
    assert not np.array_equal(numpy_generator(1, "x").random(4), numpy_generator(2, "x").random(4))
