"""Show-o's and Phi-1.5's published weights under this model's names, and what came of every tensor.

Both have the layout of `transformers`' PhiForCausalLM; Show-o puts `showo.` before each name and has a row of its
vocabulary for every id that this model knows (repository showlab/Show-o, models/modeling_showo.py).
"""

import re
from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

from unif2ace_training.common.load_report import LoadReport
from unif2ace_training.config.schema import SPECIAL_TOKENS, ModelConfig
from unif2ace_training.model.face_model import FaceModel

_SHOWO_PREFIX: Final = "showo."
# Published name of a layer's part -> ours; the three projections are joined.
_LAYER_PARTS: Final = {
    "input_layernorm": "norm",
    "self_attn.dense": "attention.out",
    "self_attn.q_layernorm": "attention.q_norm",
    "self_attn.k_layernorm": "attention.k_norm",
    "mlp.fc1": "moe.shared.up",
    "mlp.fc2": "moe.shared.down",
}
_PROJECTIONS: Final = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
# Show-o's tokenizer gets its padding first and then the tokens of a sequence (training/prompting_utils.py).
_SHOWO_SPECIALS: Final = ("<|pad|>", *(token for token in SPECIAL_TOKENS if token != "<|pad|>"))
# Recomputed from positions; older files hold it.
_RECOMPUTED: Final = re.compile(r"rotary_emb\.inv_freq$")


@torch.no_grad()
def load_published(model: FaceModel, published: Mapping[str, Tensor]) -> LoadReport:
    """Put published weights into a model that was initialised: at step 0 it computes what they computed.

    Raises:
        ValueError: they are not in Phi's layout, miss a tensor, or are of another size; the message names it.
    """
    is_showo = any(name.startswith(_SHOWO_PREFIX) for name in published)
    prefix = _SHOWO_PREFIX if is_showo else ""
    report, own = LoadReport(), dict(model.named_parameters())

    def take(ours: str, *theirs: str) -> None:
        sources = [prefix + name for name in theirs]
        _copy(ours, own[ours], _joined(published, sources))
        report.mapped[ours] = sources

    for index in range(model.config.num_layers):
        for ours, theirs in _layer_names(model.config, index):
            take(ours, *theirs)
    for kind in ("weight", "bias"):
        take(f"norm.{kind}", f"model.final_layernorm.{kind}")
    for ours, theirs in _TABLES.items():
        source = prefix + theirs
        _copy_rows(ours, own[ours], _joined(published, [source]), model.config, is_showo)
        report.mapped[ours] = [source]
        if not is_showo:
            report.partly_new[ours] = "rows of special tokens, codes and [MASK]"
    used = {name for sources in report.mapped.values() for name in sources}
    report.new = [name for name in own if name not in report.mapped]
    report.left_over = sorted(name for name in published if name not in used and not _RECOMPUTED.search(name))
    return report


_TABLES: Final = {
    "embedding.weight": "model.embed_tokens.weight",
    "head.weight": "lm_head.weight",
    "head.bias": "lm_head.bias",
}


def _layer_names(config: ModelConfig, index: int) -> list[tuple[str, list[str]]]:
    """Our names of a layer's dense parts, each with the published ones."""
    names = []
    for kind in ("weight", "bias"):
        joined = [f"model.layers.{index}.{part}.{kind}" for part in _PROJECTIONS]
        names.append((f"layers.{index}.attention.qkv.{kind}", joined))
        for theirs, ours in _LAYER_PARTS.items():
            if config.qk_norm or not ours.endswith(("q_norm", "k_norm")):
                names.append((f"layers.{index}.{ours}.{kind}", [f"model.layers.{index}.{theirs}.{kind}"]))
    return names


def _joined(published: Mapping[str, Tensor], names: list[str]) -> Tensor:
    missing = [name for name in names if name not in published]
    if missing:
        raise ValueError(f"the published weights have no {missing[0]}; they are not Phi's layout, or have fewer layers")
    return torch.cat([published[name] for name in names]) if len(names) > 1 else published[names[0]]


def _copy(name: str, ours: Tensor, theirs: Tensor) -> None:
    if ours.shape != theirs.shape:
        raise ValueError(f"{name} is {list(ours.shape)} here and {list(theirs.shape)} in the published weights")
    ours.copy_(theirs)


def _copy_rows(name: str, ours: Tensor, theirs: Tensor, config: ModelConfig, is_showo: bool) -> None:
    """Rows of the joint vocabulary: text as it is, Show-o's special tokens where they lie here, codes and [MASK]."""
    text = config.text_vocabulary
    expected = config.joint_vocabulary if is_showo else text
    if len(theirs) < expected or (is_showo and len(theirs) > expected) or ours.shape[1:] != theirs.shape[1:]:
        wanted = [expected, *ours.shape[1:]]
        raise ValueError(f"{name} has to be {wanted} and is {list(theirs.shape)} in the published weights")
    ours[:text].copy_(theirs[:text])
    if not is_showo:
        return
    ours[text:].copy_(theirs[text:])
    for place, token in enumerate(_SHOWO_SPECIALS):
        ours[config.special_id(token)].copy_(theirs[text + place])
