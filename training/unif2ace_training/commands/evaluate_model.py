"""`evaluate --model`: all figures of a model card, measured on a model folder as it is served."""

import argparse
from pathlib import Path
from typing import Any, Final

import torch

from unif2ace_training import __version__
from unif2ace_training.common.artifacts import read_json, sha256_of, write_json, write_text
from unif2ace_training.config.presets import preset
from unif2ace_training.encoders.report import rounded
from unif2ace_training.evaluation.agreement import judge_report
from unif2ace_training.evaluation.judge import Judge, judge_size, train_judge
from unif2ace_training.export.manifest import MANIFEST_FILE
from unif2ace_training.scorecard import picture_measures, word_measures
from unif2ace_training.scorecard.card_bench import Bench
from unif2ace_training.scorecard.card_table import rows_of, table
from unif2ace_training.scorecard.hand_written import by_hand
from unif2ace_training.scorecard.renders import Renders, open_renders
from unif2ace_training.scorecard.served_model import ServedModel
from unif2ace_training.scorecard.sheets import write_sheets
from unif2ace_training.scorecard.stages import Stages

REPORT_FILE, TABLE_FILE, SHEETS_FOLDER = "report.json", "measures.md", "sheets"
_COUNTS: Final = {
    "drawn": (500, 8, "held-out prompts to draw"),
    "captions": (200, 1, "held-out portraits to caption"),
    "questioned": (200, 1, "held-out portraits to ask about"),
    "questions": (6, 1, "questions about each of them, and one that no picture answers"),
    "compared": (32, 1, "prompts to draw in other steps and with other guidance"),
    "train": (8000, 1, "training renders for the judge, for distances and for probes"),
}


def main(argv: list[str]) -> int:
    """Measure everything, or what is missing, and write report, table and sheets."""
    arguments = parser().parse_args(argv)
    torch.set_num_threads(arguments.threads)
    for name, (_, least, _) in _COUNTS.items():
        if getattr(arguments, name) < least:
            raise ValueError(f"--{name} is {getattr(arguments, name)}; it must be at least {least}")
    bench = _open(arguments)
    report = _measured(bench, arguments)
    write_json(arguments.out / REPORT_FILE, rounded(report))
    shown = table(rows_of(report))
    write_text(arguments.out / TABLE_FILE, shown)
    portraits, written = word_measures.captioned(bench, arguments.captions)
    captions = [(portrait.row, text) for portrait, text in zip(portraits, written, strict=True)]
    write_sheets(bench, by_hand(bench.model.config.image_size), captions, arguments.out / SHEETS_FOLDER)
    print(shown, end="")
    return 0


def _open(arguments: argparse.Namespace) -> Bench:
    model = ServedModel(arguments.model)
    looks = preset(arguments.judge_preset)
    renders = open_renders(
        arguments.pictures, size=model.config.image_size, judge_size=judge_size(looks), train=arguments.train
    )
    labels = [portrait.labels for portrait in renders.train]
    folder = arguments.judge or arguments.out / "judge"
    judge = train_judge(folder, looks, renders.train_pictures, labels, arguments.judge_samples)
    settings = model.settings(arguments.steps, arguments.guidance_scale)
    counted = {name: getattr(arguments, name) for name in _COUNTS}
    stages = Stages(
        arguments.out / "measured",
        manifest=sha256_of(arguments.model / MANIFEST_FILE),
        pictures=[portrait.key for portrait in [*renders.train, *renders.held_out]],
        steps=settings.num_inference_steps,
        guidance_scale=settings.guidance_scale,
        face_mesh=arguments.face_mesh_python is not None,
        **counted,
    )
    return Bench(
        model=model,
        renders=renders,
        judge=judge,
        stages=stages,
        settings=settings,
        prompts=renders.prompts(arguments.drawn, model.fits),
        face_mesh_python=arguments.face_mesh_python,
        out=arguments.out,
    )


def _measured(bench: Bench, arguments: argparse.Namespace) -> dict[str, Any]:
    written = by_hand(bench.model.config.image_size)
    stage = bench.stages.figures
    counts = arguments.questioned, arguments.questions
    return {
        "command": "evaluate",
        "version": __version__,
        "model": _about(arguments.model),
        "pictures": {"train": len(bench.renders.train), "held_out": len(bench.renders.held_out)},
        "sampling": {"steps": bench.settings.num_inference_steps, "guidance_scale": bench.settings.guidance_scale},
        "judge": stage("judge", lambda: _judge_figures(bench.judge, bench.renders)),
        "codec": stage("codec", lambda: picture_measures.codec(bench)),
        "captions": stage("captions", lambda: word_measures.caption_measures(bench, arguments.captions)),
        "questions": stage("questions", lambda: word_measures.question_measures(bench, *counts)),
        "by_hand": {
            "questions": stage("questions-by-hand", lambda: word_measures.questions_by_hand(bench, written)),
            "prompts": stage("prompts-by-hand", lambda: picture_measures.prompts_by_hand(bench, written)),
        },
        "prompts": stage("prompts", lambda: picture_measures.prompts_shown(bench)),
        "realism": stage("realism", lambda: picture_measures.realism(bench)),
        "faces": stage("faces", lambda: picture_measures.faces(bench)),
        "diversity": stage("diversity", lambda: picture_measures.diversity(bench)),
        "seeds": stage("seeds", lambda: picture_measures.seeds(bench)),
        "ceilings": stage("ceilings", lambda: word_measures.ceilings(bench)),
        "sweep": stage("sweep", lambda: picture_measures.sweep(bench, arguments.compared)),
    }


def _about(folder: Path) -> dict[str, Any]:
    """What the folder says of itself."""
    manifest = read_json(folder / MANIFEST_FILE)
    known = {name: manifest[name] for name in ("name", "precision", "provenance", "sizes", "parameters")}
    return {**known, "bytes": sum(file["bytes"] for file in manifest["files"].values())}


def _judge_figures(judge: Judge, renders: Renders) -> dict[str, Any]:
    return judge_report({"rendered": judge.verdicts(renders.pictures)}, renders.held_out)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="unif2ace_training evaluate --model",
        description="Measure a model folder, as it is served, on held-out renders: what it draws, what it says, what "
        f"its codec loses, and what holds it back. Writes {REPORT_FILE}, {TABLE_FILE} and {SHEETS_FOLDER}/; `card` "
        "makes a model card of them. Stopped, it goes on where it was.",
    )
    options.add_argument("--model", type=Path, required=True, help="model folder that `export` wrote")
    options.add_argument("--pictures", type=Path, required=True, help="folder that `render` wrote")
    options.add_argument("--out", type=Path, required=True, help="folder for the report")
    for name, (default, _, text) in _COUNTS.items():
        options.add_argument(f"--{name}", type=int, default=default, help=f"{text} (%(default)s)")
    options.add_argument("--steps", type=int, help="unmasking steps of a picture (the server's default)")
    options.add_argument("--guidance-scale", type=float, help="1 is off (the server's default)")
    options.add_argument(
        "--face-mesh-python",
        type=Path,
        metavar="PYTHON",
        help="interpreter of an environment with mediapipe==0.10.21: counts the pictures in which it finds a face",
    )
    options.add_argument("--judge", type=Path, help="folder of the judge, to share it between models (OUT/judge)")
    options.add_argument(
        "--judge-preset", default="small", choices=("debug", "small", "paper"), help="size of the judge (%(default)s)"
    )
    options.add_argument("--judge-samples", type=int, help="pictures that the judge learns from (32,000 for `small`)")
    options.add_argument("--threads", type=int, default=1, help="threads of PyTorch and ONNX Runtime (%(default)s)")
    return options
