"""The hand-written prompts and questions: true of their pictures, and said nowhere in training."""

import re

import pytest

from unif2ace_training.evaluation.judge import JUDGED
from unif2ace_training.evaluation.phrases import normalised
from unif2ace_training.language.phrasebook import phrasebook
from unif2ace_training.language.writer import PICTURE_MARK, write_records
from unif2ace_training.portraits.dataset import is_held_out
from unif2ace_training.portraits.labels import attribute_names, values_of
from unif2ace_training.scorecard.hand_written import HandWritten, by_hand, prompt_report, question_report

_SLOT = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def written() -> HandWritten:
    return by_hand(80)


def bare(text: str) -> str:
    """Without marks and capitals: a question mark does not make another wording."""
    return re.sub(r"[^\w' -]+", " ", normalised(text)).strip()


def test_fifty_prompts_and_a_hundred_questions_about_persons_that_are_held_out(written: HandWritten):
    assert len({prompt.text for prompt in written.prompts}) == 50
    assert len({question.text for question in written.questions}) == 100
    assert len(written.pictures) == len(written.portraits) == 25
    assert all(is_held_out(portrait.labels.identity) for portrait in written.portraits)
    kinds = {question.kind for question in written.questions}
    assert kinds == {"yes_no", "value", "choice", "comparison", "negation", "count", "reason", "refusal"}


def words_of_slots() -> set[str]:
    """Every word that a slot can be filled with: values of labels, words for them, and pronouns."""
    words = {"he", "she", "him", "her", "his", ""}
    for name in attribute_names():
        words |= {word for value in values_of(name) for word in bare(value).split()}
    for name, section in phrasebook().items():
        if name.startswith(("word ", "value ")):
            words |= {word for text in (*section.trained, *section.held_out) for word in bare(text).split()}
    return words


def test_no_template_of_the_phrase_book_makes_a_question(written: HandWritten):
    word = "(?:" + "|".join(sorted(map(re.escape, words_of_slots()), key=len, reverse=True)) + ")"
    slot = rf"{word}(?: {word}){{0,3}}"
    templates = {
        template
        for section in phrasebook().values()
        for template in (*section.trained, *section.held_out)
        if bare(_SLOT.sub("", template))  # a template of slots alone is no question
    }
    patterns = [
        (template, re.compile(r"\s*".join(slot if part is None else re.escape(part) for part in parts)))
        for template in templates
        for parts in [_parts(template)]
    ]
    assert any(pattern.fullmatch("is her hair dark brown") for _, pattern in patterns)  # it finds what it should
    for question in written.questions:
        made_by = [template for template, pattern in patterns if pattern.fullmatch(bare(question.text))]
        assert not made_by, f"{question.text!r} is what {made_by} may become"


def _parts(template: str) -> list[str | None]:
    """Its words, and None for each slot."""
    parts: list[str | None] = []
    for index, text in enumerate(_SLOT.split(template)):
        parts += [None] * (index > 0) + [bare(text)] * bool(bare(text))
    return parts


def test_every_prompt_has_a_word_that_is_nowhere_in_the_phrase_book(written: HandWritten):
    """What is made of the book holds no other words: a prompt that does cannot be made of it."""
    known = words_of_slots()
    for section in phrasebook().values():
        for template in (*section.trained, *section.held_out):
            known |= set(bare(_SLOT.sub(" ", template)).split())
    usual = [prompt.text for prompt in written.prompts if set(bare(prompt.text).split()) <= known]
    assert not usual


def test_none_of_them_occurs_in_what_is_written_about_these_portraits(written: HandWritten):
    ours = {bare(text) for text in [p.text for p in written.prompts] + [q.text for q in written.questions]}
    assert not ours & {bare(text) for text in training_texts(written)}


def training_texts(written: HandWritten) -> list[str]:
    """Everything that is written about the portraits, in all wordings."""
    texts = []
    for portrait in written.portraits:
        for seed in range(4):
            for record in write_records(portrait.key, portrait.key, portrait.labels, seed=seed, wording="held-out"):
                texts += [m["value"].replace(PICTURE_MARK, "") for m in record["conversations"]]
    return texts


def test_what_is_called_true_is_what_the_labels_say(written: HandWritten):
    fields = {
        "hair colour": "hair_colour", "clothing colour": "clothing_colour", "hat colour": "hat_colour",
        "background colour": "background_colour", "eye colour": "eye_colour", "glasses colour": "glasses_colour",
        "age": "age_group", "beard kind": "beard", "earrings kind": "earrings",
    }  # fmt: skip
    for question in written.questions:
        if question.topic:
            labels = written.portraits[question.row].labels
            assert getattr(labels, fields[question.topic]) == question.truth, question.text
    for prompt in written.prompts:
        for name, values in prompt.truth.items():
            assert name in JUDGED, prompt.text
            assert name == "expression" or values <= set(values_of(name)), prompt.text


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("what's that thing he has pulled over his hair?", "He is wearing a cap.", "A beanie."),
        ("is her hair darker than her top?", "Yes, it is.", "No."),
        ("roughly what stage of life is he in?", "He looks old, perhaps over seventy.", "Young."),
        ("what's her star sign?", "I can't tell that from a picture.", "Pink."),
        ("How many people are in this shot?", "One.", "Two."),
        ("hoops or studs in those ears?", "Hoops.", "Studs."),
    ],
)
def test_an_answer_is_right_when_it_says_what_is_true(written: HandWritten, text: str, right: str, wrong: str):
    question = next(question for question in written.questions if question.text == text)
    assert question.is_right(right)
    assert not question.is_right(wrong)


def test_reports_count_what_is_right(written: HandWritten):
    answers = ["Yes."] * len(written.questions)
    report = question_report(written.questions, answers)
    yes = [question.truth == "yes" for question in written.questions]
    assert report["right"] == sum(yes) / 100
    assert report["yes_no_answers"]["right"] == report["yes_no_answers"]["constant"] == pytest.approx(28 / 49)
    verdicts = {name: ["nothing"] * 50 for name in JUDGED} | {"gender": ["man"] * 50}
    seen = prompt_report(written.prompts, verdicts)
    men = sum(prompt.truth.get("gender") == {"man"} for prompt in written.prompts)
    assert seen["agreement"] == men / seen["mentions"]
