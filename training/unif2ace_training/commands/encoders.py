"""`encoders`: train the CLIP-style and the face encoder and embed all pictures."""

import argparse
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from unif2ace_training import __version__
from unif2ace_training.common.artifacts import sha256_of, write_json
from unif2ace_training.common.load_report import REPORT_FILE as LOAD_REPORT_FILE
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.data.records import Record, read_records
from unif2ace_training.data.sequences import load_tokenizer
from unif2ace_training.encoders.as_photographed import as_photographed
from unif2ace_training.encoders.clip_trainer import ClipTrainer, PictureText
from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.embed_folder import PARTS_FOLDER, embed_folder
from unif2ace_training.encoders.face_trainer import FaceTrainer
from unif2ace_training.encoders.folder import (
    CLIP_FILE,
    CLIP_TEXT_FILE,
    EMBEDDINGS_FILE,
    FACE_FILE,
    Embeddings,
    has_face,
    load_clip,
    load_clip_pair,
    load_face,
    load_preprocessing,
    save_antelope,
    save_clip,
    save_face,
    write_embeddings,
)
from unif2ace_training.encoders.published_clip import take_clip
from unif2ace_training.encoders.published_face import is_antelope
from unif2ace_training.encoders.report import (
    finder_accuracy,
    found_share,
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
from unif2ace_training.portraits.dataset import AnyPictures, load_any_pictures, rendered

META_FILE, REPORT_FILE = "meta.json", "report.json"
_PHOTOGRAPHED_SEED = 11
_DESCRIBING = ("caption", "detail", "prompt")


def main(argv: list[str]) -> int:
    """Train what is not trained yet; then embed what --pictures holds, and report."""
    arguments = _parsed(argv)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    is_new = not (out / CLIP_FILE).exists() or not has_face(out)
    if not has_face(out):
        _take_face(arguments)
    if arguments.published_clip is not None and not (out / CLIP_FILE).exists():
        _take_clip(arguments)
    data = load_any_pictures(arguments.pictures, _side(arguments))
    if is_new:
        _write_meta(arguments, data)
    if not (out / CLIP_FILE).exists():
        _train_clip(arguments, data)
    if not has_face(out):
        _train_face(arguments, data)
    seen = _as_seen(data, arguments.photographed or 0.0)
    embeddings = embed_folder(out, arguments.pictures, seen)
    write_embeddings(out, data, embeddings)
    shutil.rmtree(out / PARTS_FOLDER, ignore_errors=True)
    _report(out, arguments.prepared, data, embeddings)
    return 0


def _side(arguments: argparse.Namespace) -> int:
    """Of the pictures in memory. Where both encoders are published only what is known of pictures is looked at: they
    are read from the shards as they lie there."""
    out: Path = arguments.out
    is_published = is_antelope(out) and (out / CLIP_FILE).exists() and isinstance(load_clip(out), ClipVit)
    return 1 if is_published else clip_tower_config(preset(arguments.preset)).image_size


def _write_meta(arguments: argparse.Namespace, data: AnyPictures) -> None:
    """What made this folder."""
    face = {"face_training": asdict(_face_training(arguments))}
    if arguments.face_from is not None:
        face = {"face_from": sha256_of(arguments.face_from / FACE_FILE)}
    if arguments.published_face is not None:
        face = {"face_from": "published"}
    made_from = {"command": "encoders", "version": __version__, "preset": arguments.preset, "pictures": len(data)}
    clip = {"clip_training": asdict(_clip_training(arguments, data))}
    if arguments.published_clip is not None:
        clip = {"clip_from": "published"}
    write_json(arguments.out / META_FILE, made_from | clip | face)


def _clip_training(arguments: argparse.Namespace, data: AnyPictures) -> EncoderTraining:
    """The preset's; of pictures that were not rendered nobody knows the labels, so that texts alone teach."""
    training = replace(clip_training(arguments.preset), **_given(arguments, "clip_samples"))
    return training if rendered(data) is not None else replace(training, label_weight=0.0)


def _face_training(arguments: argparse.Namespace) -> EncoderTraining:
    return replace(face_training(arguments.preset), **_given(arguments, "face_samples"))


def _train_clip(arguments: argparse.Namespace, data: AnyPictures) -> None:
    model, tokenizer = preset(arguments.preset), load_tokenizer(arguments.prepared)
    texts = (
        _text_of(record, tokenizer)
        for record in read_records(arguments.prepared / "records-train.jsonl")
        if record.kind in _DESCRIBING
    )
    text_tower = text_tower_config(model, tokenizer.get_vocab_size())
    training = _clip_training(arguments, data)
    trainer = ClipTrainer(clip_tower_config(model), text_tower, training, data, texts, arguments.out)
    trainer.run()
    save_clip(arguments.out, trainer.trained)


def _train_face(arguments: argparse.Namespace, data: AnyPictures) -> None:
    config = face_tower_config(preset(arguments.preset))
    trainer = FaceTrainer(config, _face_training(arguments), data, arguments.out)
    trainer.run()
    save_face(arguments.out, trainer.trained)


def _take_face(arguments: argparse.Namespace) -> None:
    """The face encoder of another folder, or AntelopeV2; none where neither was named."""
    if arguments.published_face is not None:
        width = preset(arguments.preset).face_width
        for name, one in save_antelope(arguments.out, arguments.published_face, embedding_width=width).items():
            print(f"{name}: {one['file']}, {one['parameters']:,} parameters")
        return
    if arguments.face_from is None:
        return
    encoder, wanted = load_face(arguments.face_from), face_tower_config(preset(arguments.preset))
    if encoder.config != wanted:
        raise ValueError(f"the face encoder of {arguments.face_from} has other sizes than preset {arguments.preset}")
    save_face(arguments.out, encoder)


def _take_clip(arguments: argparse.Namespace) -> None:
    """CLIP's vision tower as published; says what became of every tensor."""
    width = preset(arguments.preset).clip_width
    report = take_clip(arguments.published_clip, arguments.out, embedding_width=width)
    write_json(arguments.out / LOAD_REPORT_FILE, report.to_dict())
    for line in report.lines():
        print(line)


def _as_seen(data: AnyPictures, photographed: float) -> NDArray[np.uint8]:
    """Of the training persons a share as photographs; what is measured is measured on clean pictures."""
    if not photographed:
        return data.pictures
    taught, pictures = ~data.is_held_out, data.pictures.copy()
    pictures[taught] = as_photographed(pictures[taught], np.random.default_rng(_PHOTOGRAPHED_SEED), photographed)
    return pictures


def _report(folder: Path, prepared: Path | None, data: AnyPictures, embeddings: Embeddings) -> None:
    if is_antelope(folder):
        finder = found_share(embeddings.face[:, 0], data)
    else:
        finder = finder_accuracy(load_face(folder), load_preprocessing(folder)["face"], data)
    report = {
        "held_out_pictures": int(data.is_held_out.sum()),
        **_retrieval(folder, prepared, data, embeddings),
        **_probes(embeddings, data),
        "face_verification": verification(embeddings.face[:, 0], data),
        "face_finder": finder,
    }
    write_json(folder / REPORT_FILE, rounded(report))
    for name, figures in rounded(report).items():
        print(f"{name}: {figures}")


def _retrieval(
    folder: Path, prepared: Path | None, data: AnyPictures, embeddings: Embeddings
) -> dict[str, dict[str, dict[str, float]]]:
    """How often the right text is found; nothing for encoders that are published or that `unpack` wrote, which have no
    tower for texts."""
    if prepared is None or not (folder / CLIP_TEXT_FILE).exists():
        return {}
    tokenizer = load_tokenizer(prepared)
    texts: dict[str, list[PictureText]] = {kind: [] for kind in _DESCRIBING}
    for record in read_records(prepared / "records-held-out.jsonl"):
        if record.kind in texts:
            texts[record.kind].append(_text_of(record, tokenizer))
    tower = load_clip_pair(folder).text
    return {"retrieval": {kind: retrieval_accuracy(tower, embeddings, data, some) for kind, some in texts.items()}}


def _probes(embeddings: Embeddings, data: AnyPictures) -> dict[str, dict[str, dict[str, float]]]:
    """What can be read from the embeddings of rendered pictures; of others nobody knows it."""
    portraits = rendered(data)
    if portraits is None:
        return {}
    vectors = {"clip_probes": embeddings.clip, "face_probes": embeddings.face}
    return {name: probe_accuracies(both_sides[:, 0], portraits) for name, both_sides in vectors.items()}


def _text_of(record: Record, tokenizer: Tokenizer) -> PictureText:
    ids = tokenizer.encode(record.description, add_special_tokens=False).ids
    return PictureText(record.picture, record.mirrored, ids, is_detailed=record.kind == "detail")


def _given(arguments: argparse.Namespace, samples: str) -> dict[str, Any]:
    """The training settings that were given on the command line; `samples` names this encoder's own."""
    values = {
        "samples": getattr(arguments, samples) or arguments.samples,
        "seed": arguments.seed,
        "photographed": arguments.photographed,
    }
    return {name: value for name, value in values.items() if value is not None}


def _parsed(argv: list[str]) -> argparse.Namespace:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.prepared is None and arguments.published_clip is None:
        parser.error("--prepared is missing: its texts teach the CLIP-style encoder; only --published-clip needs none")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unif2ace_training encoders",
        description="Train a CLIP-style encoder (pictures and captions) and a face encoder (persons, and whether there "
        "is a face at all), then embed all pictures. The same command goes on with an unfinished run; where weights "
        f"are there, it only writes {EMBEDDINGS_FILE} and the report again.",
    )
    parser.add_argument("--pictures", type=Path, required=True, help="folder that `render` or `gather` wrote")
    parser.add_argument("--prepared", type=Path, help="folder that `prepare` wrote; not for --published-clip")
    parser.add_argument("--out", type=Path, required=True, help="folder of the encoders")
    face = parser.add_mutually_exclusive_group()
    face.add_argument(
        "--face-from", type=Path, metavar="DIR", help="take the face encoder of this folder of encoders; train none"
    )
    face.add_argument(
        "--published-face",
        type=Path,
        metavar="DIR",
        help="take SCRFD and ArcFace out of AntelopeV2's folder (scrfd_10g_bnkps.onnx, glintr100.onnx); train none",
    )
    parser.add_argument(
        "--published-clip",
        type=Path,
        metavar="DIR",
        help="take CLIP's vision tower as openai/clip-vit-large-patch14-336 publishes it (config.json and weights), "
        "frozen; train none",
    )
    parser.add_argument("--preset", choices=sorted(PRESETS), default="small", help="sizes (%(default)s)")
    parser.add_argument(
        "--samples", type=int, help="pictures to train each encoder on, with repetition; by default the preset's"
    )
    parser.add_argument("--clip-samples", type=int, help="the same for the CLIP-style encoder alone")
    parser.add_argument("--face-samples", type=int, help="the same for the face encoder alone")
    parser.add_argument("--seed", type=int, help="seed of weights and order (0)")
    parser.add_argument(
        "--photographed", type=float, metavar="SHARE",
        help="share of the pictures that is exposed, blurred, tinted, grained and compressed as photographs are, in "
        "training and where pictures of training persons are embedded; for encoders that shall read photographs (0)",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, help="threads of PyTorch")
    return parser
