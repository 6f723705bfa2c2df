import re
from collections import defaultdict

from statements import read_statements

from unif2ace_training.language.reasoning import write_reasoning
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams
from unif2ace_training.language.turns import Asked
from unif2ace_training.portraits.labels import Labels


def turns_about(portraits: list[Labels]) -> list[tuple[Labels, Asked]]:
    return [
        (labels, turn)
        for labels in portraits
        for number in range(5)
        for wording in ("trained", "held-out")
        for turn in write_reasoning(Speaker(labels, TextStreams(1, labels.identity, number, wording), wording))
    ]


def test_reasons_are_what_is_seen(portraits):
    wrong = []
    for labels, turn in turns_about(portraits):
        reading = read_statements(turn.answer, labels)
        if not reading.is_true:
            wrong.append(f"{turn.question} {turn.answer} {reading.mistakes}")
    assert not wrong


def test_a_window_is_guessed_where_the_light_comes_from(portraits):
    verdicts = defaultdict(set)
    for labels, turn in turns_about(portraits):
        if not turn.topic.startswith("window"):
            continue
        side = re.search(r"left|right", turn.question)
        assert side is not None
        is_there = re.match(r"Yes|It could", turn.answer) is not None
        assert is_there is (labels.lighting == f"from the {side.group()}"), f"{turn.question} {turn.answer}"
        verdicts[side.group()].add(is_there)
    assert verdicts == {"left": {True, False}, "right": {True, False}}


def test_laughter_is_expected_of_the_cheerful_only(portraits):
    hopeful = re.compile(r"Perhaps|It may|Quite possibly|(?:She|He) is (?:already laughing|laughing already)")
    for labels, turn in turns_about(portraits):
        if turn.topic == "laugh":
            assert (hopeful.match(turn.answer) is not None) is (labels.emotion == "happy"), turn
            assert ("already" in turn.answer and "possibly" not in turn.answer) is (labels.action == "laughing"), turn


def test_only_closed_eyes_may_be_asleep(portraits):
    asleep = re.compile(r"(?:She|He) may be|Perhaps|It is possible")
    for labels, turn in turns_about(portraits):
        if turn.topic == "asleep":
            assert (asleep.match(turn.answer) is not None) is (labels.eyes == "closed"), turn
            assert ("sunglasses" in turn.answer) is (labels.eyes == "hidden"), turn


def test_careful_words_go_with_every_guess_at_a_feeling(portraits):
    careful = re.compile(r"probably|perhaps|seems?\b|may\b|i think|hard to tell", re.IGNORECASE)
    feelings = [turn.answer for _, turn in turns_about(portraits) if turn.topic == "feeling"]
    assert feelings
    assert not [answer for answer in feelings if not careful.search(answer)]
