"""Measurements of what a model says about held-out renders."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from unif2ace_training.adaptation.base_folder import Encoded
from unif2ace_training.common.artifacts import write_json
from unif2ace_training.evaluation import captions, questions
from unif2ace_training.evaluation.held_out import Portrait, some
from unif2ace_training.evaluation.refusals import refusal_report, unanswerable_questions
from unif2ace_training.evaluation.scores import Answered
from unif2ace_training.language.english import capitalised
from unif2ace_training.scorecard.caption_facts import named_facts
from unif2ace_training.scorecard.card_bench import Bench
from unif2ace_training.scorecard.classes import balanced_accuracy
from unif2ace_training.scorecard.hand_written import HandWritten, question_report
from unif2ace_training.scorecard.probing import joined, probes
from unif2ace_training.scorecard.renders import texts_about
from unif2ace_training.scorecard.served_model import Asked

_PROBED: Final = 3000
_UNANSWERABLE: Final = 1


def captioned(bench: Bench, count: int) -> tuple[list[Portrait], list[str]]:
    """Held-out portraits, and what the server would say when asked for a caption."""
    portraits = some(bench.renders.held_out, count, "captions")
    kept = bench.stages.figures("captions-written", lambda: {"captions": _captions(bench, portraits)})
    return portraits, kept["captions"]


def caption_measures(bench: Bench, count: int) -> dict[str, Any]:
    """What captions name, and what of it is true."""
    portraits, written = captioned(bench, count)
    references = [texts_about(portrait, "detail")[0].answer for portrait in portraits]
    return named_facts(written, references, [portrait.labels for portrait in portraits])


def question_measures(bench: Bench, count: int, a_portrait: int) -> dict[str, Any]:
    """Short questions about held-out portraits by kind and wording, and refusals of what no picture tells."""
    portraits = some(bench.renders.held_out, count, "questions")
    asked = questions.questions_about(portraits, a_portrait)
    beyond = unanswerable_questions(portraits, _UNANSWERABLE)
    answers = _answers(bench, asked)
    refused = _answers(bench, beyond)
    report = questions.question_report(asked, answers)
    decided = [(q, answer) for q, answer in zip(asked, answers, strict=True) if q.truth in ("yes", "no")]
    judged = [Answered("yes or no", q.truth, questions.is_right(q, answer)) for q, answer in decided]
    report["yes_no"]["balanced"] = balanced_accuracy(judged)
    report["yes_no"]["said_yes"] = sum(answer.lower().startswith("yes") for _, answer in decided) / max(1, len(decided))
    said = [
        {"key": q.key, "topic": q.topic, "question": q.text, "truth": q.truth, "answer": answer}
        for q, answer in zip([*asked, *beyond], [*answers, *refused], strict=True)
    ]
    write_json(bench.out / "answers.json", said)
    return {**report, "refusals": refusal_report(beyond, refused, answers)}


def questions_by_hand(bench: Bench, written: HandWritten) -> dict[str, Any]:
    """The questions that were written by hand, about the pictures beside them."""
    encoded = bench.model.encode(written.pictures)
    asked = [Asked(question.row, question.text) for question in written.questions]
    answers = bench.model.answers(encoded, asked, questions.MAX_TOKENS)
    said = [
        {"picture": q.picture, "question": q.text, "answer": answer, "is_right": q.is_right(answer)}
        for q, answer in zip(written.questions, answers, strict=True)
    ]
    write_json(bench.out / "answers-by-hand.json", said)
    # People write in small letters: how much of a failure is that alone?
    tidied = [Asked(question.row, capitalised(question.text)) for question in written.questions]
    tidy = question_report(written.questions, bench.model.answers(encoded, tidied, questions.MAX_TOKENS))
    return {**question_report(written.questions, answers), "with_a_capital": tidy["right"]}


def ceilings(bench: Bench) -> dict[str, Any]:
    """What a line reads from the vectors that the model is given: balanced accuracy on held-out renders."""
    known = some(bench.renders.train, _PROBED, "probes")
    pictures = bench.renders.train_pictures[[portrait.row for portrait in known]]
    read = bench.model.encode(pictures)
    labels, asked = ([p.labels for p in portraits] for portraits in (known, bench.renders.held_out))
    return {
        "pictures": len(known),
        "clip": probes(read.clip_nC, labels, bench.encoded.clip_nC, asked),
        "clip_and_face": probes(_both(read), labels, _both(bench.encoded), asked),
    }


def _both(encoded: Encoded) -> np.ndarray:
    return joined(encoded.clip_nC, encoded.face_nF)


def _captions(bench: Bench, portraits: Sequence[Portrait]) -> list[str]:
    asked = [Asked(portrait.row, bench.model.base.caption_question) for portrait in portraits]
    written = bench.model.answers(bench.encoded, asked, captions.MAX_TOKENS)
    write_json(bench.out / "captions.json", dict(zip((p.key for p in portraits), written, strict=True)))
    return written


def _answers(bench: Bench, asked: Sequence[questions.Question]) -> list[str]:
    places = [Asked(question.row, question.text) for question in asked]
    return bench.model.answers(bench.encoded, places, questions.MAX_TOKENS)
