"""Reference text decoding (docs/sampling.md)."""

# B rows, V text vocabulary

from dataclasses import replace

import pytest
import torch

from tests.model.conftest import UnderstandInputs
from unif2ace_training.common import rng
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.generate_text import TextSampling, choose_tokens, generate_text

NEVER = -1  # no token has this id
GREEDY = TextSampling(max_tokens=6)
SAMPLED = TextSampling(max_tokens=6, temperature=1.5, top_p=0.9, seed=21)


def decode(
    model: FaceModel, inputs: UnderstandInputs, sampling: TextSampling, end_of_text: int = NEVER
) -> list[list[int]]:
    """Texts after the first three tokens of each row's text."""
    picture = model.picture(*inputs[:3])
    return generate_text(model, picture, inputs.text_ids_BT[:, :3], end_of_text, sampling)


def row(inputs: UnderstandInputs, index: int) -> UnderstandInputs:
    return UnderstandInputs(*(part[index : index + 1] for part in inputs))


def test_greedy_text_is_the_argmax_of_the_whole_sequence_each_time(
    model: FaceModel, understand_inputs: UnderstandInputs
):
    """The cache against recomputing everything for every token."""
    texts = decode(model, understand_inputs, GREEDY)
    ids = understand_inputs.text_ids_BT[:, :3]
    for step in range(GREEDY.max_tokens):
        lengths = torch.full((3,), ids.shape[1])
        logits = model.forward_understand(*understand_inputs[:3], ids, lengths).logits_BTV[:, -1]
        best = logits.argmax(dim=-1)
        assert best.tolist() == [text[step] for text in texts]
        ids = torch.cat([ids, best[:, None]], dim=1)


def test_the_end_of_text_ends_its_row_alone_and_is_left_out(model: FaceModel, understand_inputs: UnderstandInputs):
    endless = decode(model, understand_inputs, SAMPLED)
    end = endless[0][2]
    assert end not in [*endless[0][:2], *endless[1], *endless[2]], "another seed is needed for this test"
    texts = decode(model, understand_inputs, SAMPLED, end_of_text=end)
    assert texts == [endless[0][:2], endless[1], endless[2]]


def test_when_all_rows_have_ended_nothing_more_is_computed(
    model: FaceModel, understand_inputs: UnderstandInputs, monkeypatch: pytest.MonkeyPatch
):
    one = row(understand_inputs, 0)
    end, passes, language = decode(model, one, GREEDY)[0][0], [], model.language
    monkeypatch.setattr(model, "language", lambda *inputs: passes.append(1) or language(*inputs))
    assert decode(model, one, GREEDY, end_of_text=end) == [[]]
    assert len(passes) == 1


def test_a_seed_writes_the_same_text_again_and_another_seed_another(
    model: FaceModel, understand_inputs: UnderstandInputs
):
    first = decode(model, understand_inputs, SAMPLED)
    assert decode(model, understand_inputs, SAMPLED) == first
    assert decode(model, understand_inputs, replace(SAMPLED, seed=22)) != first
    assert decode(model, row(understand_inputs, 0), SAMPLED) == first[:1]


def test_rows_of_one_request_draw_different_uniforms(model: FaceModel, understand_inputs: UnderstandInputs):
    alike = UnderstandInputs(*(part[:1].expand(3, *part.shape[1:]) for part in understand_inputs))
    texts = decode(model, alike, SAMPLED)
    assert len({tuple(text) for text in texts}) == 3


def test_each_token_is_drawn_with_the_uniform_of_its_step_and_row(
    model: FaceModel, understand_inputs: UnderstandInputs
):
    texts = decode(model, understand_inputs, SAMPLED)
    output = model.language(model.picture(*understand_inputs[:3]).key_values, understand_inputs.text_ids_BT[:, :3])
    for index in range(3):
        uniform = rng.uniforms(21, stream=rng.STREAM_TEXT_TOKEN, step=0, row=index, count=1)
        chosen = choose_tokens(output.logits_BTV[index : index + 1, -1], torch.from_numpy(uniform), SAMPLED)
        assert chosen.tolist() == [texts[index][0]]


def test_temperature_0_takes_the_first_of_the_likeliest():
    logits = torch.tensor([[0.0, 2.0, 1.0, 2.0]])
    assert choose_tokens(logits, torch.tensor([0.99]), GREEDY).tolist() == [1]


def drawn_shares(logits: list[float], temperature: float, top_p: float) -> list[float]:
    """Share of each token over evenly spaced uniforms."""
    draws = 2000
    uniforms = (torch.arange(draws) + 0.5) / draws
    sampling = TextSampling(max_tokens=1, temperature=temperature, top_p=top_p)
    chosen = choose_tokens(torch.tensor(logits).expand(draws, -1), uniforms, sampling)
    return (torch.bincount(chosen, minlength=len(logits)) / draws).tolist()


def test_tokens_have_the_probabilities_of_the_softmax_at_the_temperature():
    logits = [0.5, -1.0, 2.0, 0.0]
    expected = (torch.tensor(logits) / 0.7).softmax(dim=-1).tolist()
    assert drawn_shares(logits, temperature=0.7, top_p=1.0) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"top_p": 0.0}, "top_p is 0.0; it must be above 0 and at most 1"),
        ({"top_p": 1.1}, "top_p is 1.1"),
        ({"temperature": -0.5}, "temperature is -0.5; it must be 0"),
    ],
)
def test_settings_that_draw_nothing_are_refused(change: dict[str, float], message: str):
    with pytest.raises(ValueError, match=message):
        TextSampling(max_tokens=1, **change)


@pytest.mark.parametrize(
    ("top_p", "nucleus"),
    [
        (1.0, [1, 3, 0, 2]),
        (0.95, [1, 3, 0, 2]),  # 0.9 lies before the last token, so it is in
        (0.75, [1, 3, 0]),
        (0.6, [1, 3]),
        (0.3, [1]),
        (1e-6, [1]),
    ],
)
def test_the_nucleus_is_the_smallest_set_of_the_given_mass(top_p: float, nucleus: list[int]):
    probabilities = [0.2, 0.4, 0.1, 0.3]
    kept = sum(probabilities[token] for token in nucleus)
    expected = [probability / kept if token in nucleus else 0.0 for token, probability in enumerate(probabilities)]
    logits = torch.tensor(probabilities).log().tolist()
    assert drawn_shares(logits, temperature=1.0, top_p=top_p) == pytest.approx(expected, abs=1e-3)


def test_the_walk_goes_from_the_likeliest_and_of_equals_from_the_lower_id():
    logits = torch.tensor([[1.0, 3.0, 3.0, 0.0]]).expand(3, -1)
    chosen = choose_tokens(logits, torch.tensor([0.01, 0.6, 0.9999]), TextSampling(max_tokens=1, temperature=1.0))
    assert chosen.tolist() == [1, 2, 3]


def test_the_order_of_equals_holds_for_a_whole_vocabulary():
    """Of two thousand: sorting that is not stable keeps the order of a few by luck."""
    tokens = 2000
    uniforms = (torch.arange(tokens) + 0.5) / tokens
    chosen = choose_tokens(torch.zeros(tokens, tokens), uniforms, TextSampling(max_tokens=1, temperature=1.0))
    assert (chosen - torch.arange(tokens)).abs().max() <= 1, "sums of a thousand equal numbers are a little off"
