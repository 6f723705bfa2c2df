"""The ids that a text begins and ends with."""

from tokenizers import Tokenizer

from unif2ace_training.config.schema import END_OF_TEXT, START_OF_TEXT


def text_boundaries(tokenizer: Tokenizer) -> tuple[int, int]:
    """Ids of `<|sot|>` and `<|eot|>`; without `<|sot|>`, as in Phi's, one token begins and ends texts.

    Raises:
        ValueError: there is no `<|eot|>`.
    """
    end = tokenizer.token_to_id(END_OF_TEXT)
    if end is None:
        raise ValueError(f"the text tokenizer has no token {END_OF_TEXT}; write its tokenizer.json with `prepare`")
    start = tokenizer.token_to_id(START_OF_TEXT)
    return (end if start is None else start), end
