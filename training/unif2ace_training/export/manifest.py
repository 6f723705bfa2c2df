"""`manifest.json`: what the server reads before anything else. `src/artifacts/manifest.ts` is its schema."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from torch import nn

from unif2ace_training import __version__
from unif2ace_training.common.artifacts import read_json, sha256_of
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.sequences import ANSWER_TEMPLATE, QUESTION_TEMPLATE
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.encoders.published_onnx import PublishedEncoder
from unif2ace_training.export.graph_files import GraphFile
from unif2ace_training.export.module_graphs import parameter_count
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.shared_weights import WEIGHTS_FILE
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.model.parameters import count_parameters
from unif2ace_training.text_tokenizer.boundaries import text_boundaries

MANIFEST_FILE: Final = "manifest.json"
# What this package reads. It writes the lowest one that has what a folder says: 3 came with published encoders.
FORMAT_VERSIONS: Final = (2, 3)
DEFAULT_CAPTION_QUESTION: Final = "Describe this face in detail."

# `[t2i][sot]` and `[eot]` around a prompt.
_PROMPT_SPECIALS = 3
_SAMPLING = UnmaskSettings(num_inference_steps=16)
_DEFAULT_ANSWER_TOKENS = 96
_MAX_GUIDANCE_SCALE = 20
_MAX_IMAGES_PER_REQUEST = 8
_MAX_TURNS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a model comes from. `quality` is what was measured: figures by name."""

    run: str
    commit: str
    created: str  # ISO 8601
    data: str
    quality: dict[str, float | str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "training_package": __version__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Defaults:
    """What a request gets that leaves something out; None takes what suits the model's sizes."""

    num_inference_steps: int | None = None
    guidance_scale: float = _SAMPLING.guidance_scale
    temperature: float = _SAMPLING.temperature
    confidence_temperature: float = _SAMPLING.confidence_temperature
    caption_question: str = DEFAULT_CAPTION_QUESTION
    max_tokens: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What whoever exports says about the model."""

    name: str
    description: str
    license: str
    defaults: Defaults = Defaults()


def build_manifest(
    folder: Path,
    parts: TrainedParts,
    graphs: dict[str, GraphFile],
    precision: Precision,
    description: Description,
    provenance: Provenance,
) -> dict[str, Any]:
    """The manifest of a folder that holds everything else already.

    Raises:
        ValueError: a default lies outside the model's limits.
    """
    limits = _limits(parts)
    return {
        "format_version": _format_version(parts),
        "name": description.name,
        "description": description.description,
        "license": description.license,
        "precision": precision,
        "provenance": provenance.to_dict(),
        "sizes": _sizes(parts.model.config),
        "special_ids": _special_ids(parts),
        "layout": _layout(),
        "guidance": {"formula": "uncond + s * (cond - uncond)", "off": 1},
        "mask_schedule": "cosine",
        "graphs": {name: graph.to_dict() for name, graph in graphs.items()},
        "weights": {"file": WEIGHTS_FILE},
        "parameters": _parameters(parts),
        "defaults": checked_defaults(description.defaults, limits),
        "limits": limits,
        "preprocessing": {
            "picture_encoder": Preprocessing(size=parts.model.config.image_size).to_dict(),
            "clip": _preprocessing(parts.clip, parts.clip_preprocessing),
            "face": _preprocessing(parts.face, parts.face_preprocessing),
            **({} if parts.face_detector is None else {"face_detector": parts.face_detector.preprocessing}),
        },
        "files": digests(folder),
    }


def digests(folder: Path) -> dict[str, Any]:
    """Digest and size of every file but the manifest."""
    return {
        path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST_FILE
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder of this format.

    Raises:
        ValueError: there is none, or it is of another format.
    """
    path = folder / MANIFEST_FILE
    if not path.exists():
        raise ValueError(f"{folder} is no model folder: it has no {MANIFEST_FILE}; `export` writes one")
    manifest = read_json(path)
    if manifest.get("format_version") not in FORMAT_VERSIONS:
        raise ValueError(
            f"{folder} is of format {manifest.get('format_version')}, and this package reads "
            f"{' and '.join(map(str, FORMAT_VERSIONS))}; export the model again with this release"
        )
    return manifest


def _format_version(parts: TrainedParts) -> int:
    is_published = any(isinstance(encoder, PublishedEncoder | ClipVit) for encoder in (parts.clip, parts.face))
    return 3 if is_published else 2


def _preprocessing(encoder: nn.Module | PublishedEncoder, own: Preprocessing | None) -> dict[str, Any]:
    if isinstance(encoder, PublishedEncoder):
        return encoder.preprocessing
    assert own is not None
    return own.to_dict()


def _count(encoder: nn.Module | PublishedEncoder) -> int:
    return encoder.parameters if isinstance(encoder, PublishedEncoder) else parameter_count(encoder)


def _sizes(config: ModelConfig) -> dict[str, Any]:
    return {
        "layers": config.num_layers,
        "width": config.width,
        "heads": config.num_heads,
        "head_width": config.head_width,
        "image_tokens": config.image_tokens,
        "image_grid": [config.image_grid, config.image_grid],
        "image_size": config.image_size,
        "codebook": config.codebook_size,
        "text_vocabulary": config.text_vocabulary,
        "joint_vocabulary": config.joint_vocabulary,
        "prompt_capacity": config.prompt_capacity,
        "slot_capacity": config.slot_capacity,
        "picture_prefix_length": config.picture_prefix_length,
        "routed_experts": config.num_routed_experts,
        "routed_experts_per_token": config.top_k_experts,
        "sequence_experts": config.num_sequence_experts,
        "sequence_experts_per_picture": config.top_k_sequence_experts,
        "clip_width": config.clip_width,
        "face_width": config.face_width,
    }


def _special_ids(parts: TrainedParts) -> dict[str, int]:
    config = parts.model.config
    start_of_text, end_of_text = text_boundaries(parts.text_tokenizer)
    return {
        "sot": start_of_text,
        "eot": end_of_text,
        **{name: config.special_id(f"<|{name}|>") for name in ("soi", "eoi", "t2i", "mmu", "pad")},
        "mask_code": config.mask_code,
        "image_offset": config.image_offset,
    }


def _layout() -> dict[str, Any]:
    """Twin of `data.sequences.Sequences`."""
    return {
        "generate_prefix": ["t2i", "sot", "{text}", "eot"],
        "picture_prefix": ["mmu", "soi", "{image}", "eoi"],
        "first_turn": ["sot", "{question}"],
        "next_turn": ["{question}"],
        "question_template": QUESTION_TEMPLATE,
        "answer_template": ANSWER_TEMPLATE,
        "position_scheme": "real_tokens",
    }


def _parameters(parts: TrainedParts) -> dict[str, Any]:
    return {
        **count_parameters(parts.model).to_dict(),
        "clip_encoder": _count(parts.clip),
        "face_encoder": _count(parts.face),
        **({} if parts.face_detector is None else {"face_detector": parts.face_detector.parameters}),
        "picture_encoder": parameter_count(parts.image_tokenizer.encoder),
        "picture_decoder": parameter_count(parts.image_tokenizer.decoder),
    }


def _limits(parts: TrainedParts) -> dict[str, Any]:
    """A slot's room after the picture is shared by question and answer, half each."""
    config = parts.model.config
    around_question = len(parts.sequences.question(""))
    room = config.slot_capacity - config.picture_prefix_length
    max_tokens = room // 2
    return {
        "max_prompt_tokens": config.prompt_capacity - _PROMPT_SPECIALS,
        "max_question_tokens": room - max_tokens - around_question,
        "max_tokens": max_tokens,
        # Every step reveals a code at least: more steps than codes change nothing.
        "max_inference_steps": config.image_tokens,
        "max_guidance_scale": _MAX_GUIDANCE_SCALE,
        "max_images_per_request": _MAX_IMAGES_PER_REQUEST,
        "max_turns": _MAX_TURNS,
    }


def checked_defaults(defaults: Defaults, limits: dict[str, Any]) -> dict[str, Any]:
    """Every default, those that were left open as suits the limits.

    Raises:
        ValueError: one lies outside the limits.
    """
    steps, tokens = defaults.num_inference_steps, defaults.max_tokens
    values = {
        **asdict(defaults),
        "num_inference_steps": min(_SAMPLING.num_inference_steps, limits["max_inference_steps"])
        if steps is None
        else steps,
        "max_tokens": min(_DEFAULT_ANSWER_TOKENS, limits["max_tokens"]) if tokens is None else tokens,
    }
    bounds = {
        "num_inference_steps": (1, limits["max_inference_steps"]),
        "guidance_scale": (0, limits["max_guidance_scale"]),
        "temperature": (0, float("inf")),
        "confidence_temperature": (0, float("inf")),
        "max_tokens": (1, limits["max_tokens"]),
    }
    for name, (least, most) in bounds.items():
        if not least <= values[name] <= most:
            raise ValueError(f"the default {name} is {values[name]}; this model takes {least} to {most}")
    return values
