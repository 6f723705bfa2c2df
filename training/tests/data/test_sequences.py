from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.data.records import Turn


def test_a_prompt_lies_between_its_special_tokens(prepared: PreparedData):
    config, sequences = prepared.config, prepared.sequences
    ids = sequences.generate_prefix("brown hair")
    assert ids[0] == config.special_id("<|t2i|>")
    assert ids[-1] == sequences.end_of_text
    assert sequences.decode(ids[2:-1]) == "brown hair"
    assert sequences.generate_prefix("") == [*ids[:2], ids[-1]]


def test_only_answers_and_their_ends_are_predicted(prepared: PreparedData):
    sequences = prepared.sequences
    ids, is_answer = sequences.conversation([Turn("Hair?", "Brown."), Turn("Background?", "Red.")])
    predicted = [token for token, wanted in zip(ids, is_answer, strict=True) if wanted]
    ends = [index for index, token in enumerate(predicted) if token == sequences.end_of_text]
    assert len(ends) == 2
    assert ends[-1] == len(predicted) - 1
    assert sequences.decode(predicted[: ends[0]]) == "Brown."
    assert sequences.decode(predicted[ends[0] + 1 : ends[1]]) == "Red."


def test_a_conversation_begins_with_the_ids_of_its_question_alone(prepared: PreparedData):
    question = prepared.sequences.question("Hair?")
    ids, is_answer = prepared.sequences.conversation([Turn("Hair?", "Brown.")])
    assert ids[: len(question)] == question
    assert not any(is_answer[: len(question)])
    assert all(is_answer[len(question) :])


def test_a_later_turn_has_the_ids_of_a_first_one(prepared: PreparedData):
    sequences = prepared.sequences
    first, _ = sequences.conversation([Turn("Hair?", "Brown.")])
    second, _ = sequences.conversation([Turn("Background?", "Red.")])
    both, _ = sequences.conversation([Turn("Hair?", "Brown."), Turn("Background?", "Red.")])
    assert both == first + second[1:]
