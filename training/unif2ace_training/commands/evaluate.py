"""`evaluate`: what a run can do, measured on held-out portraits; with `--model` what a model folder can do."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from unif2ace_training import __version__
from unif2ace_training.commands import evaluate_model
from unif2ace_training.common.artifacts import atomic_path, read_json, write_json
from unif2ace_training.common.progress import track
from unif2ace_training.config.schema import model_config_from_dict
from unif2ace_training.data.prepared import PreparedData, open_prepared
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.encoders.report import rounded
from unif2ace_training.evaluation import captions, questions
from unif2ace_training.evaluation.contact_sheet import Band, contact_sheet, expert_sheet
from unif2ace_training.evaluation.drawing import draw, prompts_of, tokenised
from unif2ace_training.evaluation.expert_use import expert_report
from unif2ace_training.evaluation.face_mesh_call import face_mesh_report
from unif2ace_training.evaluation.features import Encoders, resized
from unif2ace_training.evaluation.held_out import some, texts_by_key
from unif2ace_training.evaluation.judge import Judge, judge_size, train_judge
from unif2ace_training.evaluation.open_portraits import DECODED_AT_ONCE, open_portraits
from unif2ace_training.evaluation.picture_report import Drawn, Portraits, picture_report
from unif2ace_training.evaluation.talking import answers_to
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.weights import CONFIG_FILE, load_model
from unif2ace_training.trainer.objective import Objective
from unif2ace_training.trainer.settings import LossSettings
from unif2ace_training.trainer.validation import validation_losses

REPORT_FILE, SHEET_FILE, EXPERTS_FILE = "report.json", "sheet.png", "experts.png"
CAPTIONS_FILE, ANSWERS_FILE = "captions.json", "answers.json"
_SHEET_PICTURES = 24
_JUDGE_PICTURES = 8000
_SAME_PROMPT_PICTURES = 16


@dataclass(frozen=True, slots=True)
class _Evaluation:
    """What all measurements share."""

    arguments: argparse.Namespace
    model: FaceModel
    prepared: PreparedData
    portraits: Portraits

    @property
    def records(self) -> Path:
        return self.arguments.prepared / "records-held-out.jsonl"


def main(argv: list[str]) -> int:
    """Measure everything and write the report and the sheets."""
    if any(word.split("=")[0] == "--model" for word in argv):
        return evaluate_model.main(argv)
    arguments = _parser().parse_args(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    _check(arguments)
    model, prepared = _open(arguments)
    report: dict[str, Any] = {
        "command": "evaluate",
        "version": __version__,
        "run": arguments.run.name,
        "validation": _validation(arguments, model, prepared),
        "experts": expert_report(model, prepared, arguments.rows),
    }
    if arguments.pictures is not None:
        portraits = open_portraits(arguments.pictures, arguments.tokenizer, prepared)
        report |= _on_portraits(_Evaluation(arguments, model, prepared, portraits))
    write_json(arguments.out / REPORT_FILE, rounded(report))
    _save(expert_sheet(report["experts"]), arguments.out / EXPERTS_FILE)
    _print(rounded(report))
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Nothing can be measured on nothing, and no spread on one picture."""
    for name, least in (("rows", 1), ("captions", 1), ("questioned", 1), ("questions", 1), ("drawn", 2), ("steps", 1)):
        if getattr(arguments, name) < least:
            raise ValueError(f"--{name} is {getattr(arguments, name)}; it must be at least {least}")


def _open(arguments: argparse.Namespace) -> tuple[FaceModel, PreparedData]:
    model = load_model(arguments.run).to(arguments.device)
    prepared = open_prepared(
        model_config_from_dict(read_json(arguments.run / CONFIG_FILE)),
        prepared=arguments.prepared,
        tokenizer=arguments.tokenizer,
        encoders=arguments.encoders,
        cache=arguments.out / "texts",
    )
    if prepared.config != model.config:
        raise ValueError(f"{arguments.run} was trained on other data than --prepared, --tokenizer and --encoders hold")
    return model, prepared


def _on_portraits(opened: _Evaluation) -> dict[str, Any]:
    """What can be measured where it is known what pictures show; the sheet as well."""
    caption_figures, caption_band = _captions(opened)
    picture_figures, picture_bands = _pictures(opened)
    _save(contact_sheet([*picture_bands, caption_band]), opened.arguments.out / SHEET_FILE)
    return {
        "held_out_portraits": len(opened.portraits.held_out),
        "captions": caption_figures,
        "questions": _questions(opened),
        "pictures": picture_figures,
    }


def _validation(arguments: argparse.Namespace, model: FaceModel, prepared: PreparedData) -> dict[str, float]:
    objective = Objective(LossSettings(), torch.device(arguments.device), torch.float32)
    losses = validation_losses(model, prepared, objective, arguments.rows)
    return {name.removeprefix("validation/"): value for name, value in losses.items()}


def _captions(opened: _Evaluation) -> tuple[dict[str, Any], Band]:
    """Greedy captions of held-out portraits, read back."""
    details = texts_by_key(opened.records, "detail")
    asked_for = some(opened.portraits.held_out, opened.arguments.captions, "captions")
    chosen = [portrait for portrait in asked_for if portrait.key in details]
    asked = [captions.QUESTION] * len(chosen)
    rows = [portrait.row for portrait in chosen]
    written = answers_to(opened.model, opened.prepared, rows, asked, captions.MAX_TOKENS)
    references = [details[portrait.key][0].description for portrait in chosen]
    report = captions.caption_report(written, references, [portrait.labels for portrait in chosen])
    shown = opened.portraits.reconstructed(chosen[:_SHEET_PICTURES])
    band = Band("held-out pictures, as the model sees them, with its captions", shown, written[:_SHEET_PICTURES])
    write_json(opened.arguments.out / CAPTIONS_FILE, dict(zip((p.key for p in chosen), written, strict=True)))
    return report, band


def _questions(opened: _Evaluation) -> dict[str, Any]:
    portraits = some(opened.portraits.held_out, opened.arguments.questioned, "questions")
    asked = questions.questions_about(portraits, opened.arguments.questions)
    answers = answers_to(
        opened.model,
        opened.prepared,
        [question.row for question in asked],
        [question.text for question in asked],
        questions.MAX_TOKENS,
    )
    judged = [
        {"key": q.key, "topic": q.topic, "question": q.text, "truth": q.truth, "answer": answer,
         "is_right": questions.is_right(q, answer)}
        for q, answer in zip(asked, answers, strict=True)
    ]  # fmt: skip
    write_json(opened.arguments.out / ANSWERS_FILE, judged)
    return questions.question_report(asked, answers)


def _pictures(opened: _Evaluation) -> tuple[dict[str, Any], list[Band]]:
    """Pictures of held-out prompts, judged; the first ones for the sheet."""
    arguments, prepared, portraits = opened.arguments, opened.prepared, opened.portraits
    drawn = _draw(opened)
    judge = _judge(opened)
    report: dict[str, Any] = picture_report(
        drawn, portraits, Encoders(arguments.encoders), judge, prepared.config.codebook_size
    )
    report["sampling"] = {"steps": arguments.steps, "guidance_scale": arguments.guidance_scale}
    if arguments.face_mesh_python:
        compared = {
            "drawn": drawn.pictures,
            "reconstructed": portraits.reconstructed(drawn.portraits),
            "rendered": portraits.held_out_renders,
        }
        report["face_mesh"] = {
            name: face_mesh_report(arguments.face_mesh_python, arguments.out / "face-mesh" / name, pictures)
            for name, pictures in compared.items()
        }
    texts = [prompt.text for prompt in drawn.prompts]
    bands = [
        Band("drawn from held-out prompts", drawn.pictures[:_SHEET_PICTURES], texts[:_SHEET_PICTURES]),
        Band("one prompt, other seeds", drawn.same_prompt, texts[:1] + [""] * (len(drawn.same_prompt) - 1)),
    ]
    return report, bands


def _draw(opened: _Evaluation) -> Drawn:
    """One picture of each prompt, and several of the first."""
    arguments, prepared, portraits = opened.arguments, opened.prepared, opened.portraits
    settings = UnmaskSettings(num_inference_steps=arguments.steps, guidance_scale=arguments.guidance_scale)
    described = some(portraits.held_out, arguments.drawn, "prompts")
    prompts = prompts_of(described, texts_by_key(opened.records, "prompt"))
    texts = [prompt.text for prompt in prompts]
    code_ids = draw(opened.model, prepared, texts, settings)
    same = draw(opened.model, prepared, texts[:1] * _SAME_PROMPT_PICTURES, settings, first_seed=len(texts))
    ids = tokenised(prompts, arguments.prepared)
    return Drawn(prompts, ids, code_ids, portraits.decode(code_ids), portraits.decode(same))


def _judge(opened: _Evaluation) -> Judge:
    portraits, config = opened.portraits, opened.prepared.config
    known = some(portraits.train, _JUDGE_PICTURES, "judge")
    parts = [known[start : start + DECODED_AT_ONCE] for start in range(0, len(known), DECODED_AT_ONCE)]
    small = [resized(portraits.reconstructed(part), judge_size(config)) for part in track(parts, "portraits decoded")]
    labels = [portrait.labels for portrait in known]
    return train_judge(opened.arguments.judge or opened.arguments.out, config, np.concatenate(small), labels)


def _save(sheet: Image.Image, path: Path) -> None:
    with atomic_path(path) as partial:
        sheet.save(partial)


def _print(report: dict[str, Any]) -> None:
    """The figures that fit on a screen."""
    print("validation:", report["validation"])
    for task in ("generate", "understand"):
        print(f"activated parameters, {task}:", report["experts"][task]["activated"])
    if "captions" not in report:
        return
    print("captions:", {name: value for name, value in report["captions"].items() if name != "attributes"})
    for name, figures in report["questions"].items():
        print(f"questions, {name}:", {label: value for label, value in figures.items() if label != "attributes"})
    pictures = report["pictures"]
    print("prompts shown:", {name: value for name, value in pictures["agreement"].items() if name != "attributes"})
    print("judge:", {name: value for name, value in pictures["judge"].items() if name != "attributes"})
    for name in ("face_found", "face_mesh", "distance", "diversity", "codes"):
        if name in pictures:
            print(f"{name}:", pictures[name])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training evaluate",
        description="Measure a run on held-out portraits: losses, captions read back into labels, short questions, "
        f"pictures drawn from prompts, and the use of experts. Writes {REPORT_FILE}, {SHEET_FILE}, {EXPERTS_FILE}, "
        f"{CAPTIONS_FILE} and {ANSWERS_FILE}. Always the same pictures, questions and seeds, so that runs compare. "
        "`evaluate --model FOLDER --help` explains how a model folder is measured for its model card.",
    )
    parser.add_argument("--run", type=Path, required=True, help="folder that `train` wrote")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder that `tokenizer` wrote")
    parser.add_argument("--encoders", type=Path, required=True, help="folder that `encoders` wrote")
    parser.add_argument(
        "--pictures",
        type=Path,
        help="folder that `render` wrote, for the labels; left out, only losses and the use of experts are measured: "
        "of photographs nobody knows more",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the report")
    counts = {
        "rows": (256, "texts of each task for losses and the use of experts"),
        "captions": (256, "portraits to caption"),
        "questioned": (256, "portraits to ask about"),
        "questions": (6, "questions about each of them"),
        "drawn": (256, "prompts to draw"),
        "steps": (16, "unmasking steps of a picture"),
    }
    for name, (default, text) in counts.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{text} (%(default)s)")
    parser.add_argument("--guidance-scale", type=float, default=3.0, help="1 is off (%(default)s)")
    parser.add_argument(
        "--face-mesh-python",
        type=Path,
        metavar="PYTHON",
        help="interpreter of an environment with mediapipe==0.10.21; counts the pictures in which it finds a face",
    )
    parser.add_argument(
        "--judge", type=Path, help="folder of the judge of drawn pictures, to share it between runs (--out)"
    )
    parser.add_argument("--device", default="cpu", help="where the model computes (%(default)s)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    return parser
