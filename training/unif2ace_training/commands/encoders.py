"""`encoders`: train the CLIP-style and the face encoder and embed all portraits."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from unif2ace_training import __version__
from unif2ace_training.common.artifacts import write_json
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.data.records import Record, read_records
from unif2ace_training.data.sequences import load_tokenizer
from unif2ace_training.encoders.clip_trainer import ClipTrainer, PictureText
from unif2ace_training.encoders.face_trainer import FaceTrainer
from unif2ace_training.encoders.folder import (
    CLIP_FILE,
    EMBEDDINGS_FILE,
    FACE_FILE,
    Embeddings,
    embed,
    load_clip,
    load_clip_pair,
    load_face,
    load_preprocessing,
    save_clip,
    save_face,
    write_embeddings,
)
from unif2ace_training.encoders.report import (
    finder_accuracy,
    probe_accuracies,
    retrieval_accuracy,
    rounded,
    verification,
)
from unif2ace_training.encoders.settings import (
    EncoderTraining,
    clip_tower_config,
    clip_training,
    face_tower_config,
    face_training,
    text_tower_config,
)
from unif2ace_training.portraits.dataset import PortraitSet, load_portraits

META_FILE, REPORT_FILE = "meta.json", "report.json"
_DESCRIBING = ("caption", "detail", "prompt")


def main(argv: list[str]) -> int:
    """Train what is not trained yet; then embed what --pictures holds, and report."""
    arguments = _parser().parse_args(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    out: Path = arguments.out
    tokenizer = load_tokenizer(arguments.prepared)
    data = load_portraits(arguments.pictures, clip_tower_config(preset(arguments.preset)).image_size)
    out.mkdir(parents=True, exist_ok=True)
    if not (out / FACE_FILE).exists():
        _write_meta(arguments, data)
    if not (out / CLIP_FILE).exists():
        _train_clip(arguments, data, tokenizer)
    if not (out / FACE_FILE).exists():
        _train_face(arguments, data)
    _report(out, arguments.prepared, data, _embed(out, data), tokenizer)
    return 0


def _write_meta(arguments: argparse.Namespace, data: PortraitSet) -> None:
    """What made this folder."""
    training = {
        "clip_training": _clip_training(arguments),
        "face_training": _face_training(arguments),
    }
    made_from = {"command": "encoders", "version": __version__, "preset": arguments.preset, "pictures": len(data)}
    write_json(arguments.out / META_FILE, made_from | {name: asdict(values) for name, values in training.items()})


def _clip_training(arguments: argparse.Namespace) -> EncoderTraining:
    return replace(clip_training(arguments.preset), **_given(arguments, "clip_samples"))


def _face_training(arguments: argparse.Namespace) -> EncoderTraining:
    return replace(face_training(arguments.preset), **_given(arguments, "face_samples"))


def _train_clip(arguments: argparse.Namespace, data: PortraitSet, tokenizer: Tokenizer) -> None:
    model = preset(arguments.preset)
    texts = (
        _text_of(record, tokenizer)
        for record in read_records(arguments.prepared / "records-train.jsonl")
        if record.kind in _DESCRIBING
    )
    text_tower = text_tower_config(model, tokenizer.get_vocab_size())
    training = _clip_training(arguments)
    trainer = ClipTrainer(clip_tower_config(model), text_tower, training, data, texts, arguments.out)
    trainer.run()
    save_clip(arguments.out, trainer.trained)


def _train_face(arguments: argparse.Namespace, data: PortraitSet) -> None:
    config = face_tower_config(preset(arguments.preset))
    trainer = FaceTrainer(config, _face_training(arguments), data, arguments.out)
    trainer.run()
    save_face(arguments.out, trainer.trained)


def _embed(folder: Path, data: PortraitSet) -> Embeddings:
    embeddings = embed(load_clip(folder), load_face(folder), load_preprocessing(folder)["clip"], data.pictures)
    write_embeddings(folder, data, embeddings)
    return embeddings


def _report(folder: Path, prepared: Path, data: PortraitSet, embeddings: Embeddings, tokenizer: Tokenizer) -> None:
    text_tower, preprocessing = load_clip_pair(folder).text, load_preprocessing(folder)
    texts: dict[str, list[PictureText]] = {kind: [] for kind in _DESCRIBING}
    for record in read_records(prepared / "records-held-out.jsonl"):
        if record.kind in texts:
            texts[record.kind].append(_text_of(record, tokenizer))
    report = {
        "held_out_pictures": int(data.is_held_out.sum()),
        "retrieval": {kind: retrieval_accuracy(text_tower, embeddings, data, some) for kind, some in texts.items()},
        "clip_probes": probe_accuracies(embeddings.clip[:, 0], data),
        "face_probes": probe_accuracies(embeddings.face[:, 0], data),
        "face_verification": verification(embeddings.face[:, 0], data),
        "face_finder": finder_accuracy(load_face(folder), preprocessing["face"], data),
    }
    write_json(folder / REPORT_FILE, rounded(report))
    for name, figures in rounded(report).items():
        print(f"{name}: {figures}")


def _text_of(record: Record, tokenizer: Tokenizer) -> PictureText:
    ids = tokenizer.encode(record.description, add_special_tokens=False).ids
    return PictureText(record.picture, record.mirrored, ids, is_detailed=record.kind == "detail")


def _given(arguments: argparse.Namespace, samples: str) -> dict[str, int]:
    """The training settings that were given on the command line; `samples` names this encoder's own."""
    values = {"samples": getattr(arguments, samples) or arguments.samples, "seed": arguments.seed}
    return {name: value for name, value in values.items() if value is not None}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training encoders",
        description="Train a CLIP-style encoder (pictures and captions) and a face encoder (persons, and whether there "
        "is a face at all), then embed all portraits. The same command goes on with an unfinished run; where weights "
        f"are there, it only writes {EMBEDDINGS_FILE} and the report again.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `render` wrote")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the encoders")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="small", help="sizes (%(default)s)")
    parser.add_argument(
        "--samples", type=int, help="pictures to train each encoder on, with repetition; by default the preset's"
    )
    parser.add_argument("--clip-samples", type=int, help="the same for the CLIP-style encoder alone")
    parser.add_argument("--face-samples", type=int, help="the same for the face encoder alone")
    parser.add_argument("--seed", type=int, help="seed of weights and order (0)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    return parser
