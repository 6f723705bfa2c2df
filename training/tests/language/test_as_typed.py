from unif2ace_training.language.as_typed import as_typed
from unif2ace_training.language.streams import TextStreams

QUESTION = "Is her hair brown?"


def typed(question: str) -> list[str]:
    streams = TextStreams(0, "typed")
    return [as_typed(question, streams.of("question", number)) for number in range(400)]


def test_most_questions_are_written_as_in_a_book_and_many_are_not():
    questions = typed(QUESTION)
    assert 150 < sum(question == QUESTION for question in questions) < 250
    assert sum(question == "is her hair brown?" for question in questions) > 50
    assert sum(question == "is her hair brown" for question in questions) > 30


def test_nothing_but_the_manner_changes():
    for question in typed(QUESTION):
        assert question.lower().rstrip("?").endswith("is her hair brown"), question


def test_letters_that_are_words_keep_their_capital():
    assert not any("t-shirt" in question for question in typed("T-shirt or jacket?"))
    assert not any("i see" in question for question in typed("I see a hat, don't I?"))
