import torch

from unif2ace_training.common.ema import Ema
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import debug
from unif2ace_training.model.init import new_model


def test_a_young_average_follows_faster_than_an_old_one():
    model = new_model(debug(), torch_generator(0, "init"))
    ema = Ema(model, decay=0.9)
    torch.nn.init.ones_(model.head.bias)
    ema.update(step=0)
    torch.testing.assert_close(ema.model.head.bias, torch.full_like(model.head.bias, 0.9))
    torch.nn.init.zeros_(model.head.bias)
    ema.update(step=1000)
    torch.testing.assert_close(ema.model.head.bias, torch.full_like(model.head.bias, 0.81))
