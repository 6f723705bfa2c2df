"""A folder's graphs draw and answer what PyTorch draws and answers."""

import numpy as np
import pytest
import torch

from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.model.generate_pictures import generate_pictures
from unif2ace_training.model.generate_text import TextSampling, generate_text
from unif2ace_training.scorecard.served_model import Asked, ServedModel

TEXTS = ["a man", "a young woman with a red hat in front of a blue background", "a bald man"]
SEEDS = [3, 1, 4]


@pytest.mark.parametrize("scale", [3.0, 1.0])
def test_drawn_codes_are_those_of_pytorch(served: ServedModel, parts: TrainedParts, scale: float):
    settings = UnmaskSettings(num_inference_steps=4, guidance_scale=scale)
    with torch.inference_mode():
        prefixes = [parts.model.prompt(*parts.sequences.padded_prefixes(texts)) for texts in (TEXTS, [""] * len(TEXTS))]
        expected = generate_pictures(parts.model, *prefixes, settings=settings, seeds=SEEDS)
    assert torch.equal(served.draw(TEXTS, settings, SEEDS), expected)


def test_answers_are_those_of_pytorch_whatever_is_asked_beside_them(served: ServedModel, parts: TrainedParts):
    pictures = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)
    encoded = served.encode(pictures)
    questions = ["Is he bald?", "What colour is the background?", "Is she bald?"]
    said = served.answers(encoded, [Asked(row, text) for row, text in enumerate(questions)], max_tokens=6)
    for row, text in enumerate(questions):
        codes = torch.from_numpy(encoded.codes_nN[[row]].astype(np.int64))
        vectors = (torch.from_numpy(part[[row]].astype(np.float32)) for part in (encoded.clip_nC, encoded.face_nF))
        with torch.inference_mode():
            picture = parts.model.picture(codes, *vectors)
            ids = generate_text(
                parts.model, picture, torch.tensor([parts.sequences.question(text)]), parts.sequences.end_of_text,
                TextSampling(max_tokens=6),
            )  # fmt: skip
        assert said[row] == parts.sequences.decode(ids[0])


def test_the_settings_are_the_servers_unless_others_are_given(served: ServedModel):
    assert served.settings().num_inference_steps == served.defaults["num_inference_steps"]
    assert served.settings(steps=3, guidance_scale=1.0) == UnmaskSettings(
        num_inference_steps=3,
        guidance_scale=1.0,
        temperature=served.defaults["temperature"],
        confidence_temperature=served.defaults["confidence_temperature"],
    )


def test_a_prompt_that_does_not_fit_is_named(served: ServedModel):
    long = "a man " * 200
    assert not served.fits(long)
    with pytest.raises(ValueError, match="more than the model takes"):
        served.draw([long], served.settings(steps=1), [0])
