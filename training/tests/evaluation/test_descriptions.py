import pytest

from unif2ace_training.evaluation.captions import caption_report
from unif2ace_training.evaluation.descriptions import DESCRIBED, EXPRESSION, described, truth_of
from unif2ace_training.evaluation.held_out import Portrait
from unif2ace_training.language.captions import write_detail
from unif2ace_training.language.prompts import write_prompt
from unif2ace_training.language.speaker import Speaker
from unif2ace_training.language.streams import TextStreams


@pytest.mark.parametrize(
    ("text", "attribute", "values"),
    [
        ("A woman with jet-black hair.", "hair_colour", {"black"}),
        ("There is a fair-skinned guy in his fifties.", "skin_tone", {"very pale", "light"}),
        ("There is a fair-skinned guy in his fifties.", "age_group", {"middle-aged"}),
        ("There is a fair-skinned guy in his fifties.", "gender", {"man"}),
        ("He has no beard or moustache.", "beard", {"none"}),
        ("a man with a short brown beard around the mouth", "beard", {"goatee"}),
        ("He has put on dark glasses.", "glasses", {"sunglasses"}),
        ("She wears glasses.", "glasses", {"round glasses", "rectangular glasses", "cat-eye glasses"}),
        ("He is not wearing glasses.", "glasses", {"none"}),
        ("He wears a gray knitted hat.", "hat", {"beanie"}),
        ("He wears a gray knitted hat.", "hat_colour", {"grey"}),
        ("She is wearing a striped light blue top.", "clothing_colour", {"light blue"}),
        ("She is wearing a striped light blue top.", "striped", {"True"}),
        ("a smiling woman against a plain dark gray background", "background_colour", {"dark grey"}),
        ("a smiling woman against a plain dark gray background", EXPRESSION, {"smiling"}),
        ("His head is turned to the left.", "head_turn", {"left", "far left"}),
        ("The weather is fine.", "hat", set()),
    ],
)
def test_a_text_states(text: str, attribute: str, values: set[str]):
    assert described(text).get(attribute, frozenset()) == values


@pytest.mark.parametrize("write", [lambda speaker: write_detail(speaker)[1], write_prompt])
def test_whatever_a_true_text_states_is_true(write, portraits: list[Portrait]):
    stated_of = dict.fromkeys(DESCRIBED, 0)
    for portrait in portraits:
        for number in range(3):
            text = write(Speaker(portrait.labels, TextStreams(number, portrait.key), "held-out"))
            for attribute, values in described(text).items():
                if attribute in DESCRIBED and (truth := truth_of(portrait.labels, attribute)) is not None:
                    assert truth in values, (text, attribute)
                    stated_of[attribute] += 1
    assert min(stated_of.values()) > 0, stated_of


def test_true_captions_score_high_and_those_of_others_lower(portraits: list[Portrait]):
    labels = [portrait.labels for portrait in portraits]
    true = [write_detail(Speaker(one, TextStreams(1, "true"), "trained"))[1] for one in labels]
    report = caption_report(true, true, labels)
    others = caption_report(true[7:] + true[:7], true, labels)
    assert report["mean_accuracy"] > 0.95
    assert report["mean_accuracy"] == report["mean_reference_accuracy"] == others["mean_reference_accuracy"]
    assert others["mean_accuracy"] < 0.7
    colour = report["attributes"]["background_colour"]
    assert colour["accuracy"] == colour["mentioned"] == colour["mentioned_accuracy"] == 1
    assert colour["majority"] < 0.5


def test_an_empty_caption_is_right_where_silence_is_true(portraits: list[Portrait]):
    labels = [portrait.labels for portrait in portraits]
    report = caption_report([""] * len(labels), [""] * len(labels), labels)
    hats = sum(one.hat == "none" for one in labels) / len(labels)
    assert report["attributes"]["hat"]["accuracy"] == pytest.approx(hats)
    assert report["attributes"]["background_colour"]["accuracy"] == 0
    assert report["attributes"]["hat"]["mentioned"] == 0
