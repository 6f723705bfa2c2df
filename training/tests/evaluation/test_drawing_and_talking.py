import torch

from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.evaluation.drawing import draw
from unif2ace_training.evaluation.talking import answers_to
from unif2ace_training.model.face_model import FaceModel

TEXTS = ["a man", "a young woman with a red hat in front of a blue background", "a bald man"]


def test_a_picture_does_not_depend_on_those_drawn_beside_it(model: FaceModel, prepared: PreparedData):
    settings = UnmaskSettings(num_inference_steps=4)
    together = draw(model, prepared, TEXTS, settings)
    assert together.shape == (3, prepared.config.image_tokens)
    for row, text in enumerate(TEXTS):
        assert torch.equal(draw(model, prepared, [text], settings, first_seed=row)[0], together[row])


def test_without_guidance_the_empty_prompt_does_not_count(model: FaceModel, prepared: PreparedData):
    off = UnmaskSettings(num_inference_steps=4, guidance_scale=1.0)
    codes = draw(model, prepared, TEXTS, off)
    assert codes.min() >= 0
    assert codes.max() < prepared.config.codebook_size


def test_an_answer_does_not_depend_on_the_other_questions(model: FaceModel, prepared: PreparedData):
    questions = ["Is he bald?", "What colour is the background?", "Hat?", "Is she bald?"]
    rows = [0, 2, 4, 6]
    together = answers_to(model, prepared, rows, questions, max_tokens=6)
    for index, answer in enumerate(together):
        assert answers_to(model, prepared, [rows[index]], [questions[index]], max_tokens=6) == [answer]
