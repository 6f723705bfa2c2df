"""`testset`: held-out pictures with prompts, questions and right answers, in files that any model can be run on."""

import argparse
from pathlib import Path

from unif2ace_training.comparison.test_set import Selection, write_test_set
from unif2ace_training.data.records import KINDS


def main(argv: list[str]) -> int:
    """Write the folder --out."""
    arguments = _parser().parse_args(argv)
    if arguments.count is not None and arguments.count < 1:
        raise ValueError(f"--count is {arguments.count}; a test set has a picture at least")
    selection = Selection(
        count=arguments.count, caption_kind=arguments.caption_kind, all_turns=arguments.all_turns, seed=arguments.seed
    )
    test = write_test_set(arguments.records, arguments.pictures, arguments.out, selection)
    questions = sum(len(list(one.questions())) for one in test)
    print(f"{len(test)} pictures, {sum(bool(one.prompt) for one in test)} prompts, {questions} questions")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training testset",
        description="Write a test set: test.jsonl, prompts.jsonl to draw, questions.jsonl in the form of LLaVA's "
        "evaluation, and the pictures. `collect` runs a served model on it, `compare` measures what models made of it.",
    )
    parser.add_argument("--records", type=Path, required=True, help="records-held-out.jsonl of assemble or prepare")
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `gather` or `render` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the test set")
    parser.add_argument("--count", type=int, help="pictures at most, always the same ones (all)")
    parser.add_argument(
        "--caption-kind", choices=[kind for kind in KINDS if kind != "prompt"], default="caption",
        help="kind of the records that describe a picture in detail; `prepare` calls them detail (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--all-turns", action="store_true",
        help="ask every question of a conversation, not only the first: right where none leans on another, "
        "as in what `annotate` brings",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="for the choice (%(default)s)")
    return parser
