"""Exports the paper's size (1.84 B parameters) with random weights, serves a picture and a caption from it, and says
what that took.

    .venv/bin/python scripts/paper_size.py --work FOLDER --tokenizer ../models/unif2ace-small/tokenizer.json

It first says what it will need, and refuses where less memory or disk is free. The weights are bfloat16 in a file that
is mapped, never read as a whole; matrices are rounded to int8 one after the other. The server has to be built
(`npm run build`). FOLDER keeps the model folder; --part export or serve runs one half alone.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

import torch

from unif2ace_training.common.artifacts import write_json
from unif2ace_training.common.progress import Progress
from unif2ace_training.common.safetensors_writer import TensorEntry, write_safetensors
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.sequences import TOKENIZER_FILE, load_tokenizer
from unif2ace_training.encoders.clip_vit import ClipVit, ClipVitConfig
from unif2ace_training.encoders.network import ClipEncoder, FaceEncoder
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.settings import clip_tower_config, face_tower_config
from unif2ace_training.export.graph_files import GRAPH_NAMES, write_graphs
from unif2ace_training.export.manifest import MANIFEST_FILE, Description, Provenance, build_manifest
from unif2ace_training.export.model_folder import replaced_folder
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.image_tokenizer.magvit2 import Magvit2
from unif2ace_training.image_tokenizer.magvit2_settings import Magvit2Config
from unif2ace_training.image_tokenizer.network import ImageTokenizer
from unif2ace_training.image_tokenizer.settings import image_tokenizer_config
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import initialise_parameter
from unif2ace_training.model.weights import WEIGHTS_FILE, load_model, save_config

_GIB = 2**30
_REPOSITORY = Path(__file__).resolve().parents[2]
# Beyond weights: what runs hold for the moment, the interpreters, codec and encoders; of the server also its arenas.
_SLACK_GIB, _SERVING_SLACK_GIB = 1.5, 3.0
# CLIP-ViT-L/14 at 336 pixels and Show-o's MAGVIT-v2, as they are published.
_CLIP_L = ClipVitConfig(
    image_size=336, patch_size=14, width=1024, mlp_width=4096, num_layers=24, num_heads=16, embedding_width=768,
    activation="quick_gelu", layer_norm_epsilon=1e-5,
)  # fmt: skip
_MAGVIT = Magvit2Config(
    image_size=256, bits=13, width=128, encoder_widths=(128, 256, 256, 512, 512), encoder_blocks=(4, 3, 4, 3, 4),
    decoder_widths=(128, 128, 256, 256, 512), decoder_blocks=(4, 4, 3, 4, 3),
)  # fmt: skip
# What both of them take beyond that, traced and loaded.
_PUBLISHED_GIB = 3.0
# Matrices that `export --precision int8` rounds; the rest stays float32.
_INT8 = re.compile(r"(attention\.(qkv|out)|moe\.shared\.(up|down)|experts\.(gate_up|down)|^head)\.weight$")


def main() -> int:
    """Say what is needed, export in one process, serve from two others, and write FOLDER/measured.json."""
    arguments = _arguments()
    if arguments.part != "serve" and arguments.tokenizer is None:
        raise SystemExit("--tokenizer is missing: the tokenizer.json that is filled up to the preset's vocabulary")
    if arguments.published and arguments.preset != "paper":
        raise SystemExit("--published are the codec and CLIP of preset paper; leave out --preset")
    if arguments.part == "export":
        _export(arguments.work, arguments.tokenizer, preset(arguments.preset), arguments.seed,
                is_published=arguments.published)  # fmt: skip
        return 0
    needed = _needed(preset(arguments.preset), _PUBLISHED_GIB if arguments.published else 0.0)
    for line in needed["lines"]:
        print(line)
    _refuse_unless_free(arguments.work, needed)
    measured = {}
    if arguments.part == "both":
        began = time.monotonic()
        command = [sys.executable, __file__, "--part", "export", "--work", str(arguments.work)]
        command += [
            "--tokenizer",
            str(arguments.tokenizer),
            "--seed",
            str(arguments.seed),
            "--preset",
            arguments.preset,
            *(["--published"] if arguments.published else []),
        ]
        subprocess.run(command, check=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN)
        measured["export"] = {
            "seconds": round(time.monotonic() - began, 1),
            "processor_seconds": round(peak.ru_utime + peak.ru_stime, 1),
            "peak_gib": round(peak.ru_maxrss * 1024 / _GIB, 2),
        }
        print("export:", json.dumps(measured["export"]), flush=True)
    measured["serve"] = _serve(arguments.work)
    print("serve:", json.dumps(measured["serve"]))
    write_json(arguments.work / "measured.json", measured)
    return 0


def _needed(config: ModelConfig, more_gib: float) -> dict:
    """Bytes by arithmetic: nothing is made yet."""
    with torch.device("meta"):
        model = FaceModel(config)
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    total, rounded = sum(sizes.values()), sum(size for name, size in sizes.items() if _INT8.search(name))
    # bfloat16 in the mapped file; in the folder int8, and float32 for the table, routers and resamplers.
    mapped, folder = 2 * total, rounded + 4 * (total - rounded)
    export = mapped + folder + 3 * 4 * max(sizes.values()) + (_SLACK_GIB + more_gib) * _GIB
    serve = rounded + folder + (_SERVING_SLACK_GIB + more_gib) * _GIB
    gib = {"mapped": mapped / _GIB, "folder": folder / _GIB, "export": export / _GIB}
    lines = [
        f"{config.name}: {total:,} parameters",
        f"disk: {gib['mapped'] + gib['folder']:.1f} GiB, of these {gib['folder']:.1f} the model folder",
        f"memory to export: {gib['export']:.1f} GiB, of these {gib['mapped']:.1f} pages of a file that may be dropped",
        f"memory to serve: {serve / _GIB:.1f} GiB; int8 matrices are kept twice, as they are and packed",
    ]
    return {"disk": mapped + folder, "memory": max(export, serve), "lines": lines}


def _refuse_unless_free(work: Path, needed: dict) -> None:
    work.mkdir(parents=True, exist_ok=True)
    disk, memory = shutil.disk_usage(work).free, _available()
    print(f"free: {memory / _GIB:.1f} GiB of memory, {disk / _GIB:.1f} GiB of disk", flush=True)
    for what, free in (("disk", disk), ("memory", memory)):
        if free < needed[what]:
            raise SystemExit(f"{needed[what] / _GIB:.1f} GiB of {what} are needed and {free / _GIB:.1f} are free")


def _available() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def _export(work: Path, tokenizer: Path, config: ModelConfig, seed: int, *, is_published: bool) -> None:
    """The run folder, and the model folder out of it."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    run = work / "run"
    _write_tokenizer(tokenizer, run / TOKENIZER_FILE, config.text_vocabulary)
    _write_weights(run, config, seed)
    if is_published:
        clip, codec = ClipVit(_CLIP_L), Magvit2(_MAGVIT)
    else:
        clip, codec = ClipEncoder(clip_tower_config(config)), ImageTokenizer(image_tokenizer_config(config))
    face = FaceEncoder(face_tower_config(config))
    parts = TrainedParts(
        model=load_model(run).requires_grad_(False),
        image_tokenizer=codec.eval().requires_grad_(False),
        clip=clip.eval().requires_grad_(False),
        face=face.eval().requires_grad_(False),
        clip_preprocessing=clip.preprocessing
        if isinstance(clip, ClipVit)
        else Preprocessing(size=clip.config.image_size),
        face_preprocessing=Preprocessing(size=face.config.image_size),
        text_tokenizer=load_tokenizer(run),
        text_tokenizer_path=run / TOKENIZER_FILE,
    )
    description = Description(
        name=f"{config.name}-size", description=f"Random weights of preset {config.name}.", license="Apache-2.0"
    )
    provenance = Provenance(run="none", commit="none", created="2026-01-01T00:00:00Z", data="none: random weights")
    with Progress("graphs", len(GRAPH_NAMES)) as progress, replaced_folder(work / "model") as partial:
        graphs = write_graphs(partial, parts, "int8", lambda _: progress.advance())
        shutil.copyfile(run / TOKENIZER_FILE, partial / TOKENIZER_FILE)
        save_config(partial, config)
        write_json(partial / MANIFEST_FILE, build_manifest(partial, parts, graphs, "int8", description, provenance))


def _write_weights(run: Path, config: ModelConfig, seed: int) -> None:
    """A run's weights, each drawn when it is written; the experts too, which a training run would begin silent."""
    with torch.device("meta"):
        shapes = {name: tuple(one.shape) for name, one in FaceModel(config).named_parameters()}
    save_config(run, config)
    generator = torch_generator(seed, "paper size")

    def write(entry: TensorEntry, stream: BinaryIO) -> None:
        drawn = torch.empty(entry.shape)
        with torch.no_grad():
            initialise_parameter(entry.name, drawn, config, generator)
        stream.write(drawn.bfloat16().view(torch.int16).numpy().data)

    write_safetensors(run / WEIGHTS_FILE, (TensorEntry(name, "BF16", shape) for name, shape in shapes.items()), write)


def _write_tokenizer(source: Path, target: Path, vocabulary: int) -> None:
    """A tokenizer filled up to the paper's vocabulary by tokens that no text has."""
    tokenizer = json.loads(source.read_text(encoding="utf-8"))
    known = tokenizer["model"]["vocab"]
    first = 1 + max(known.values(), default=0)
    first = max(first, 1 + max(token["id"] for token in tokenizer["added_tokens"]))
    known |= {f"<unused{number}>": number for number in range(first, vocabulary)}
    write_json(target, tokenizer)


def _serve(work: Path) -> dict:
    """Start the server, ask for both, and read each process's peak before it ends."""
    log, began = work / "server.log", time.monotonic()
    environment = {**os.environ, "UNIF2ACE_PORT": "0", "UNIF2ACE_MODEL": str(work / "model"), "UNIF2ACE_THREADS": "1"}
    environment["UNIF2ACE_REQUEST_TIMEOUT_MS"] = "3600000"
    with log.open("wb") as output:
        server = subprocess.Popen(["node", "dist/main.js"], cwd=_REPOSITORY, env=environment, stdout=output)
    try:
        address = _address(server, log)
        figures: dict = {"ready_seconds": round(time.monotonic() - began, 1)}
        began = time.monotonic()
        drawn = {"prompt": "a smiling woman with long blond hair", "seed": 7, "num_inference_steps": 2}
        picture = _ask(f"{address}/v1/faces/generate", json.dumps(drawn).encode(), "application/json")
        (work / "face.png").write_bytes(picture)
        figures |= {"picture_seconds": round(time.monotonic() - began, 1), "picture_bytes": len(picture)}
        began = time.monotonic()
        body, kind = _form({"max_tokens": "8", "seed": "7"}, picture)
        answer = json.loads(_ask(f"{address}/v1/faces/caption", body, kind))
        figures |= {"caption_seconds": round(time.monotonic() - began, 1), "usage": answer.get("usage")}
        peaks = {name: _peak(pid) for name, pid in _processes(server.pid)}
        return figures | {"peak_gib": round(sum(peaks.values()), 2), "peaks_gib": peaks}
    finally:
        server.terminate()
        server.wait()


def _address(server: subprocess.Popen, log: Path) -> str:
    while server.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if '"msg":"ready on ' in line:
                return json.loads(line)["msg"].removeprefix("ready on ")
        time.sleep(0.5)
    raise SystemExit(f"the server ended with {server.returncode}; {log} says why")


def _ask(url: str, body: bytes, kind: str) -> bytes:
    request = urllib.request.Request(url, body, {"content-type": kind, "accept": "image/png, application/json"})
    try:
        with urllib.request.urlopen(request, timeout=3600) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{url}: {error.code} {error.read().decode()}") from error


def _form(fields: dict[str, str], picture: bytes) -> tuple[bytes, str]:
    boundary = "paper-size"
    parts = [f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]  # fmt: skip # noqa: E501
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="image"; filename="face.png"\r\ncontent-type: image/png\r\n\r\n'  # noqa: E501
    return b"".join(
        [*parts, head.encode(), picture, f"\r\n--{boundary}--\r\n".encode()]
    ), f"multipart/form-data; boundary={boundary}"  # noqa: E501


def _processes(pid: int) -> list[tuple[str, int]]:
    """The front and the engine, its child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [("front", pid), *((f"engine{index or ''}", int(child)) for index, child in enumerate(children))]


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return round(kilobytes * 1024 / _GIB, 2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for weights, the model folder and the log")
    parser.add_argument("--tokenizer", type=Path, help="a tokenizer.json to fill up; only serving needs none")
    parser.add_argument("--part", choices=("both", "export", "serve"), default="both", help="(%(default)s)")
    parser.add_argument(
        "--published", action="store_true",
        help="with MAGVIT-v2 and CLIP-L of the published sizes, random too, instead of this project's codec and CLIP",
    )  # fmt: skip
    parser.add_argument("--preset", choices=sorted(PRESETS), default="paper", help="of a smaller size, to try it")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
