from pathlib import Path

import numpy as np

from unif2ace_training.data.tokenised_texts import TokenisedTexts, cached, digest_of, tokenise

TEXTS = [
    (3, 0, ([1, 2, 3], [False, True, True])),
    (5, 4, ([7] * 9, [False] * 9)),
    (4, 2, ([8, 9], [False, True])),
]


def test_texts_are_right_padded_and_keep_their_answers():
    ids, is_answer, lengths = tokenise(TEXTS, capacity=10).padded(np.array([2, 0]), pad_id=99)
    assert ids.tolist() == [[8, 9, 99], [1, 2, 3]]
    assert is_answer.tolist() == [[False, True, False], [False, True, True]]
    assert lengths.tolist() == [2, 3]


def test_texts_over_the_capacity_are_left_out_and_counted():
    texts = tokenise(TEXTS, capacity=3)
    assert (len(texts), texts.skipped, texts.picture_rows.tolist()) == (2, 1, [3, 4])


def test_texts_are_found_by_kind():
    assert tokenise(TEXTS, capacity=10).of_kinds([0, 2]).tolist() == [0, 2]


def test_a_cache_is_read_only_for_the_digest_it_was_written_with(tmp_path: Path):
    path = tmp_path / "texts.npz"
    made: list[str] = []

    def make(digest: str) -> TokenisedTexts:
        def once() -> TokenisedTexts:
            made.append(digest)
            return tokenise(TEXTS, capacity=3)

        return cached(path, digest, once)

    first = make(digest_of("tokenizer", 1))
    again = make(digest_of("tokenizer", 1))
    assert made == [digest_of("tokenizer", 1)]
    assert again.ids.tolist() == first.ids.tolist()
    assert again.skipped == 1
    make(digest_of("tokenizer", 2))
    assert made[1:] == [digest_of("tokenizer", 2)]
