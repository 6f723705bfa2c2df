import re
from collections import defaultdict
from dataclasses import replace

import pytest
from answers import VALUES, answer_is_true, is_yes_no
from claims_truth import truth_of_question
from statements import read_statements

from unif2ace_training.language.attributes import ATTRIBUTES, ask_attribute, attribute_weight
from unif2ace_training.language.claims import CLAIMS, ask_claim, claim_weight
from unif2ace_training.language.conversations import write_conversation
from unif2ace_training.language.overviews import OVERVIEWS, ask_overview
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams
from unif2ace_training.language.turns import Asked
from unif2ace_training.portraits.labels import Labels

WORDINGS = ("trained", "held-out")


def speaker(labels: Labels, component: str, wording: str = "trained") -> Speaker:
    return Speaker(labels, TextStreams(0, labels.identity, component, wording), wording)


@pytest.mark.parametrize("attribute", [a for a in ATTRIBUTES if a.name in VALUES], ids=lambda a: a.name)
def test_values_in_answers_are_those_of_the_labels(portraits, attribute):
    wrong = []
    for labels in portraits:
        for wording in WORDINGS if attribute_weight(attribute, labels) else ():
            turn = ask_attribute(speaker(labels, "value", wording), attribute, "eye colour")
            if not answer_is_true(turn.question, turn.answer, attribute.name, labels):
                wrong.append(f"{turn.question} {turn.answer}")
    assert not wrong


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_yes_means_that_it_is_so(portraits, claim):
    wrong, said = [], defaultdict(int)
    for labels in portraits:
        for wording in WORDINGS if claim_weight(claim, labels) else ():
            turn = ask_claim(speaker(labels, "claim", wording), claim)
            said_yes = turn.answer.startswith("Yes")
            said[said_yes] += 1
            reading = read_statements(turn.answer.split(",", 1)[-1], labels)
            if said_yes is not truth_of_question(turn.question, labels) or (said_yes and not reading.is_true):
                wrong.append(f"{turn.question} {turn.answer} {reading.mistakes}")
    assert not wrong
    assert set(said) == {True, False}


@pytest.mark.parametrize("name", OVERVIEWS)
def test_overviews_state_nothing_but_what_is_seen(portraits, name):
    counts = {"One", "Two", "Both", "None", "Only", "Yes", "No", "I", "There", "The", "From", "It"}
    counts |= {"Neither", "Neither:", "About", "Three", "Four"}
    wrong = []
    for labels in portraits:
        turn = ask_overview(speaker(labels, "overview"), name)
        reading = read_statements(turn.answer, labels)
        if not reading.is_true or (reading.unread and turn.answer.split(" ")[0].strip(",.") not in counts):
            wrong.append(f"{turn.question} {turn.answer} {reading}")
    assert not wrong


def test_the_number_of_open_eyes_is_counted(portraits):
    expected = {"open": "Two Both", "wide": "Two Both", "one closed": "One Only", "closed": "None", "hidden": "The I"}
    for labels in portraits:
        answer = ask_overview(speaker(labels, "eyes"), "open eyes").answer
        assert answer.split(" ")[0].strip(",.") in expected[labels.eyes].split(), answer


def test_the_darker_of_two_colours_is_named(portraits):
    def answer(shirt: str, wall: str) -> str:
        labels = replace(portraits[0], clothing_colour=shirt, background_colour=wall)
        return ask_overview(speaker(labels, "darker"), "darker").answer

    assert "ackground" in answer("white", "black")
    assert "shirt" in answer("black", "white").lower()
    assert answer("blue", "blue").startswith("Neither")
    assert re.match("There is little|About", answer("red", "green"))


def test_accessories_are_counted(portraits):
    for labels in portraits:
        worn = [labels.glasses != "none", labels.hat != "none", labels.earrings != "none", labels.necklace]
        number = ("None", "One", "Two", "Three", "Four")[sum(worn)]
        assert ask_overview(speaker(labels, "count"), "accessory count").answer.startswith(number)


def test_shirt_and_background_are_of_one_colour_where_both_labels_are(portraits):
    for labels in portraits:
        answer = ask_overview(speaker(labels, "same"), "same colour").answer
        assert answer.startswith("Yes") is (labels.clothing_colour == labels.background_colour)


def test_the_light_comes_from_where_it_is_seen_to_come_from(portraits):
    for labels in portraits:
        answer = ask_overview(speaker(labels, "light"), "light side").answer
        sides = {side for side in ("left", "right") if side in answer}
        assert sides == {side for side in ("left", "right") if labels.lighting == f"from the {side}"}, answer


def all_turns(portraits: list[Labels], wording: str = "trained") -> list[Asked]:
    return [
        turn
        for labels in portraits
        for number in range(6)
        for turn in write_conversation(speaker(labels, f"conversation {number}", wording))
    ]


def test_yes_and_no_are_about_equally_often_right(portraits):
    said = defaultdict(lambda: [0, 0])
    for turn in all_turns(portraits):
        if is_yes_no(turn.answer):
            said[turn.topic][turn.answer.startswith("Yes")] += 1
    total = [sum(counts) for counts in zip(*said.values(), strict=True)]
    assert 0.4 < total[1] / sum(total) < 0.6
