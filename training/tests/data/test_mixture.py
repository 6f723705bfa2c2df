import torch

from unif2ace_training.data.mixture import TaskMixture
from unif2ace_training.data.prepared import PreparedData


def mixture(prepared: PreparedData, *, cond_drop_prob: float = 0.0) -> TaskMixture:
    return TaskMixture(
        prepared.train,
        prepared.pictures,
        prepared.sequences,
        generate_rows=12,
        understand_rows=4,
        cond_drop_prob=cond_drop_prob,
        seed=3,
    )


def texts(prepared: PreparedData, ids_BT: torch.Tensor) -> list[str]:
    return [
        prepared.sequences.decode([i for i in row if i < prepared.config.text_vocabulary]) for row in ids_BT.tolist()
    ]


def test_prompts_come_with_their_pictures(prepared: PreparedData):
    """In the tiny pictures the hair decides the lower half of the codes: the same hair, nearly the same codes."""
    batch = mixture(prepared).next_generate(step=0)
    hair = [
        next(colour for colour in ("blond", "brown", "black") if colour in text)
        for text in texts(prepared, batch.text_ids_BT)
    ]
    lower = batch.pictures.code_ids_BN[:, 8:]
    agreement = (lower[:, None] == lower).float().mean(dim=-1)
    same = torch.tensor([[a == b for b in hair] for a in hair])
    assert agreement[same].mean() > 0.75
    assert agreement[~same].mean() < 0.25


def test_stage_one_talks_in_captions_and_stage_two_answers_questions_too(prepared: PreparedData):
    mixed = mixture(prepared)
    first = [text for _ in range(8) for text in texts(prepared, mixed.next_understand(1).text_ids_BT)]
    second = [text for _ in range(8) for text in texts(prepared, mixed.next_understand(2).text_ids_BT)]
    assert all("Describe this face." in text for text in first)
    assert 0 < sum("What colour is the hair?" in text for text in second) < len(second)


def test_a_dropped_prompt_is_the_empty_prefix(prepared: PreparedData):
    batch = mixture(prepared, cond_drop_prob=1.0).next_generate(step=0)
    empty = prepared.sequences.generate_prefix("")
    assert batch.text_lengths_B.tolist() == [len(empty)] * 12
    assert batch.text_ids_BT[:, : len(empty)].tolist() == [empty] * 12
    assert (batch.text_ids_BT[:, len(empty) :] == prepared.sequences.pad_id).all()


def test_about_the_given_share_of_prompts_is_dropped(prepared: PreparedData):
    mixed, empty = mixture(prepared, cond_drop_prob=0.25), len(prepared.sequences.generate_prefix(""))
    dropped = sum(int((mixed.next_generate(step).text_lengths_B == empty).sum()) for step in range(60))
    assert 0.18 < dropped / (60 * 12) < 0.32


def test_a_mixture_goes_on_from_its_state(prepared: PreparedData):
    uninterrupted, resumed = mixture(prepared, cond_drop_prob=0.5), mixture(prepared, cond_drop_prob=0.5)
    for step in range(25):
        uninterrupted.next_generate(step)
        uninterrupted.next_understand(2)
    resumed.load_state(uninterrupted.state())
    for step in range(25, 30):
        assert torch.equal(uninterrupted.next_generate(step).text_ids_BT, resumed.next_generate(step).text_ids_BT)
        for stage in (1, 2):
            left, right = uninterrupted.next_understand(stage), resumed.next_understand(stage)
            assert torch.equal(left.text_ids_BT, right.text_ids_BT)
            assert torch.equal(left.pictures.code_ids_BN, right.pictures.code_ids_BN)
