"""Prompts as files, and what is made of them."""

import json
import shutil
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from unif2ace_training.annotation.prompt_set import PAIR_KINDS, AttributeQuestion, load_prompts
from unif2ace_training.annotation.walk import chosen_questions, named_value


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of `short` to change."""
    folder = tmp_path / "own"
    shutil.copytree(str(files("unif2ace_training.annotation") / "prompts" / "short"), folder)
    return folder


@pytest.mark.parametrize("name", ["paper", "short"])
def test_what_comes_with_the_package_loads(name):
    prompts = load_prompts(name)
    assert prompts.pairs == (7, 8)
    assert (prompts.refine is None) == (prompts.questions is None) == (name == "short")


def test_a_folder_of_ones_own_is_taken(own):
    (own / "caption.txt").write_text("Say $$5 about $hints")
    assert load_prompts(str(own)).caption.substitute(hints="it") == "Say $5 about it"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("caption.txt", "Describe $picture", r"\$picture; what can be filled in is \$hints"),
        ("questions.txt", "$caption", "pairs are written or asked, not both"),
        ("ask.json", '{"detail": ["x?"]}', "needs questions of each kind"),
        ("settings.json", '{"pairs": [7, 8], "caption": {"max_tokens": 1}}', "missing 3 required"),
        ("settings.json", '{"pairs": [7, 8]}', "says nothing of caption, attributes, questions"),
        (
            "attributes.json",
            '[{"question": "x?", "form": "words", "attributes": {"a": [], "b": []}}]',
            "words for a single",
        ),
    ],
)
def test_mistakes_in_files_are_named(own, name, content, message):
    (own / name).write_text(content)
    with pytest.raises(ValueError, match=message):
        load_prompts(str(own))


def test_a_folder_without_prompts_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"neither paper nor short nor a folder with caption.txt"):
        load_prompts(str(tmp_path))


def test_more_pairs_than_questions_are_refused(own):
    settings = json.loads((own / "settings.json").read_text())
    (own / "settings.json").write_text(json.dumps(settings | {"pairs": [7, 99]}))
    with pytest.raises(ValueError, match="cannot be written with these questions"):
        load_prompts(str(own))


def test_pictures_get_seven_or_eight_questions_of_all_kinds():
    prompts = load_prompts("short")
    counts = Counter()
    for number in range(200):
        chosen = chosen_questions(f"picture-{number}", prompts)
        assert len(set(chosen)) == len(chosen)
        assert {kind for kind, _ in chosen} == set(PAIR_KINDS)
        assert chosen == chosen_questions(f"picture-{number}", prompts)
        counts[len(chosen)] += 1
    assert counts.keys() == {7, 8}
    assert min(counts.values()) > 60


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("It is dark brown.", "dark brown"),
        ("Brown!", "brown"),
        ("Gray, I think.", "grey"),
        ("None.", None),
        ("browned", None),
    ],
)
def test_a_sentence_names_a_value(answer, value):
    colours = {"hair": ["brown", "dark brown", "grey"]}
    assert named_value(AttributeQuestion("?", colours, "words", {"grey": ["gray"]}), answer) == value
