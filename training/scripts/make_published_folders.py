"""Writes small stand-ins for published weights, random and in their published layouts, at a preset's sizes.

    .venv/bin/python scripts/make_published_folders.py --out published [--preset debug] [--prepared work/prepared]

For docs/reproduce.md: whoever has the real files does not need it. CLIP and Show-o's Phi are made by `transformers`;
MAGVIT-v2 has Show-o's names. AntelopeV2's detector sees what is redder than blue, so that portraits have a face. Show-o
needs the text vocabulary: it is written where --prepared says of which.
"""

import argparse
from pathlib import Path

import onnx
import torch
import transformers
from safetensors.torch import save_file

from unif2ace_training.config.presets import PRESETS, preset
from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.data.sequences import load_tokenizer
from unif2ace_training.export.published_layouts import SKIN, arcface_layout, scrfd_layout
from unif2ace_training.image_tokenizer.magvit2 import Magvit2
from unif2ace_training.image_tokenizer.magvit2_settings import Magvit2Config

_TEXT = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 50,
    "bos_token_id": 48, "eos_token_id": 49,
}  # fmt: skip
_PICTURES = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 42,
    "patch_size": 14,
}  # fmt: skip
_DISTURBANCE = 0.1


def main() -> int:
    """Write the folders."""
    arguments = _arguments()
    torch.manual_seed(arguments.seed)
    config, out = preset(arguments.preset), arguments.out
    _write_antelope(out / "antelopev2", config)
    _write_clip(out / "clip-vit-large-patch14-336", config)
    _write_magvit(out / "magvitv2", config)
    if arguments.prepared is not None:
        _write_show_o(out / "show-o", config, load_tokenizer(arguments.prepared).get_vocab_size())
    for folder in sorted(path for path in out.iterdir() if path.is_dir()):
        print(folder)
    return 0


def _write_antelope(folder: Path, config: ModelConfig) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(scrfd_layout(SKIN), str(folder / "scrfd_10g_bnkps.onnx"))
    onnx.save(arcface_layout(config.face_width), str(folder / "glintr100.onnx"))


def _write_clip(folder: Path, config: ModelConfig) -> None:
    settings = transformers.CLIPConfig(text_config=_TEXT, vision_config=_PICTURES, projection_dim=config.clip_width)
    _disturbed(transformers.CLIPModel(settings)).save_pretrained(folder)


def _write_magvit(folder: Path, config: ModelConfig) -> None:
    """As deep as the preset's grid asks for, with the buffers that the published file has."""
    levels = (config.image_size // config.image_grid).bit_length()
    bits = config.codebook_size.bit_length() - 1
    widths, blocks = (32,) * levels, (1,) * levels
    sizes = Magvit2Config(
        image_size=config.image_size, bits=bits, width=32, encoder_widths=widths, encoder_blocks=blocks,
        decoder_widths=widths, decoder_blocks=blocks,
    )  # fmt: skip
    powers = 2.0 ** torch.arange(bits - 1, -1, -1)
    signs = (torch.arange(2**bits)[:, None].int() & powers.int()).bool().float() * 2 - 1
    buffers = {"quantize.power_vals": powers, "quantize.embedding": signs}
    folder.mkdir(parents=True, exist_ok=True)
    save_file({**Magvit2(sizes).state_dict(), **buffers}, folder / "model.safetensors")


def _write_show_o(folder: Path, config: ModelConfig, text_vocabulary: int) -> None:
    """Phi under Show-o's prefix, with a row for every id: text, special tokens, codes, [MASK]."""
    rows = text_vocabulary + config.joint_vocabulary - config.text_vocabulary
    settings = transformers.PhiConfig(
        vocab_size=rows, hidden_size=config.width, intermediate_size=config.mlp_width,
        num_hidden_layers=config.num_layers, num_attention_heads=config.num_heads,
        partial_rotary_factor=config.rotary_fraction, qk_layernorm=config.qk_norm, pad_token_id=None,
    )  # fmt: skip
    weights = _disturbed(transformers.PhiForCausalLM(settings)).state_dict()
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({f"showo.{name}": tensor for name, tensor in weights.items()}, folder / "pytorch_model.bin")


@torch.no_grad()
def _disturbed(model: transformers.PreTrainedModel) -> transformers.PreTrainedModel:
    """Norms and biases too: what starts at 0 or 1 would hide a wrong place."""
    for parameter in model.parameters():
        parameter.add_(_DISTURBANCE * torch.randn(parameter.shape))
    return model


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the folders")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="debug", help="whose sizes (%(default)s)")
    parser.add_argument("--prepared", type=Path, help="folder that `prepare` wrote: Show-o for its vocabulary")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
