"""Published weights: every name of the layouts has its place, and the loaded model computes what they computed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from unif2ace_training.__main__ import main
from unif2ace_training.common.load_report import LoadReport
from unif2ace_training.common.published_files import read_published
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import debug
from unif2ace_training.config.schema import SPECIAL_TOKENS, ModelConfig
from unif2ace_training.export.read_folder import read_weights
from unif2ace_training.model import omni_mask
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import new_model
from unif2ace_training.model.published import load_published

transformers = pytest.importorskip("transformers")


def sizes(*, qk_norm: bool = False) -> ModelConfig:
    return replace(debug(), qk_norm=qk_norm)


def published(config: ModelConfig, vocabulary: int) -> torch.nn.Module:
    """The reference: a Phi of these sizes with random weights."""
    torch.manual_seed(0)
    phi = transformers.PhiForCausalLM(
        transformers.PhiConfig(
            vocab_size=vocabulary,
            hidden_size=config.width,
            intermediate_size=config.mlp_width,
            num_hidden_layers=config.num_layers,
            num_attention_heads=config.num_heads,
            partial_rotary_factor=config.rotary_fraction,
            qk_layernorm=config.qk_norm,
            attn_implementation="eager",
            pad_token_id=None,
        )
    ).eval()
    with torch.no_grad():  # biases and norms too: what starts at 0 or 1 would hide a wrong place
        for parameter in phi.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape))
    return phi


def as_showo(phi: torch.nn.Module) -> dict[str, Tensor]:
    return {f"showo.{name}": tensor.detach().clone() for name, tensor in phi.state_dict().items()}


def loaded(config: ModelConfig, weights: dict[str, Tensor]) -> tuple[FaceModel, LoadReport]:
    model = new_model(config, torch_generator(0, "init"))
    return model.eval(), load_published(model, weights)


def showo_ids(config: ModelConfig, ids: Tensor) -> Tensor:
    """Ids in Show-o's numbering: `[PAD]` comes before the other special tokens."""
    order = ["<|pad|>", *SPECIAL_TOKENS[:-1]]
    theirs = torch.arange(config.joint_vocabulary)
    for token in SPECIAL_TOKENS:
        theirs[config.special_id(token)] = config.text_vocabulary + order.index(token)
    return theirs[ids]


@torch.no_grad()
def reference_logits(phi: torch.nn.Module, ids: Tensor, mask: Tensor) -> Tensor:
    additive = torch.zeros(mask.shape).masked_fill(~mask, torch.finfo(torch.float32).min)
    return phi(input_ids=ids, attention_mask=additive.expand(len(ids), 1, -1, -1), use_cache=False).logits


@pytest.mark.parametrize("qk_norm", [False, True])
def test_at_step_0_the_model_describes_as_show_o_does(qk_norm: bool):
    config = sizes(qk_norm=qk_norm)
    phi = published(config, config.joint_vocabulary)
    model, _ = loaded(config, as_showo(phi))
    generator = torch_generator(1, "test")
    codes = torch.randint(config.codebook_size, (2, config.image_tokens), generator=generator)
    text = torch.randint(config.text_vocabulary, (2, 11), generator=generator)
    embeddings = torch.randn(2, config.clip_width, generator=generator), torch.randn(2, config.face_width)
    with torch.no_grad():
        ours = model.forward_understand(codes, *embeddings, text, torch.full((2,), 11)).logits_BTV
    prefix = config.picture_prefix_length
    before, after = (
        torch.tensor([config.special_id(token) for token in tokens]).expand(2, -1)
        for tokens in (["<|mmu|>", "<|soi|>"], ["<|eoi|>"])
    )
    ids = showo_ids(config, torch.cat([before, codes + config.image_offset, after, text], dim=1))
    theirs = reference_logits(phi, ids, omni_mask.understand_mask(prefix, 11, ids.device))
    torch.testing.assert_close(ours, theirs[:, prefix:, : config.text_vocabulary], rtol=1e-4, atol=1e-4)


def test_at_step_0_the_model_draws_as_show_o_does():
    config = sizes()
    phi = published(config, config.joint_vocabulary)
    model, _ = loaded(config, as_showo(phi))
    generator = torch_generator(2, "test")
    codes = torch.randint(config.codebook_size + 1, (2, config.image_tokens), generator=generator)
    words = torch.randint(config.text_vocabulary, (2, 8), generator=generator)
    prefix = torch.cat([torch.full((2, 1), config.special_id("<|t2i|>")), words], dim=1)
    lengths = torch.full((2,), 9)
    with torch.no_grad():
        ours = model.forward_generate(prefix, lengths, codes, torch.tensor([0.3, 0.9])).logits_BNK
    start, end = (torch.full((2, 1), config.special_id(token)) for token in ("<|soi|>", "<|eoi|>"))
    ids = showo_ids(config, torch.cat([prefix, start, codes + config.image_offset, end], dim=1))
    mask = omni_mask.generate_mask(lengths, 9, config.image_block_length)
    first = config.image_offset
    theirs = reference_logits(phi, ids, mask)[:, 10:-1, first : first + config.codebook_size]
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_the_report_has_a_line_for_every_tensor_of_either_side():
    config = sizes()
    projector = {f"mm_projector.{index}.{kind}": torch.zeros(1) for index in (0, 2) for kind in ("weight", "bias")}
    weights = {**as_showo(published(config, config.joint_vocabulary)), **projector}
    model, report = loaded(config, weights)
    sources = [name for names in report.mapped.values() for name in names]
    assert len(sources) == len(set(sources))
    assert sorted([*sources, *report.left_over]) == sorted(weights)
    assert report.left_over == sorted(projector)
    assert sorted([*report.mapped, *report.new]) == sorted(name for name, _ in model.named_parameters())
    assert all("groups" in name or "sequence_moe" in name for name in report.new)
    assert not report.partly_new


def test_phi_lends_its_words_and_the_rest_of_the_tables_is_new():
    config = sizes()
    phi = published(config, config.text_vocabulary + 40)  # Phi's tables have rows that no token uses
    fresh = new_model(config, torch_generator(0, "init")).embedding.weight
    model, report = loaded(config, dict(phi.state_dict()))
    words = config.text_vocabulary
    theirs = phi.get_input_embeddings().weight
    assert torch.equal(model.embedding.weight[:words], theirs[:words])
    assert torch.equal(model.embedding.weight[words:], fresh[words:])
    assert list(report.partly_new) == ["embedding.weight", "head.weight", "head.bias"]


def test_weights_of_another_size_or_layout_are_refused_by_name():
    config = sizes()
    weights = as_showo(published(config, config.joint_vocabulary))
    with pytest.raises(ValueError, match=r"no showo.model.layers.2.self_attn.q_proj.weight"):
        loaded(replace(config, num_layers=3), weights)
    with pytest.raises(ValueError, match=r"layers.0.moe.shared.up.weight is \[128, 64\] here and \[256, 64\]"):
        loaded(replace(config, mlp_width=128), weights)
    with pytest.raises(ValueError, match="embedding.weight has to be"):
        loaded(replace(config, text_vocabulary=500), weights)


def test_the_command_writes_what_train_begins_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    config = sizes(qk_norm=True)
    weights = as_showo(published(config, config.joint_vocabulary))
    save_file(weights, tmp_path / "pytorch_model.safetensors")
    command = ["initialise", "--preset=debug", f"--weights={tmp_path}", f"--out={tmp_path / 'start'}"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert f"mapped: {len(weights)} published tensors into" in said
    assert "left over: 0" in said
    began = read_weights(tmp_path / "start")
    assert began.config == config
    assert torch.equal(began.norm.weight, weights["showo.model.final_layernorm.weight"])
    report = json.loads((tmp_path / "start" / "initialisation.json").read_text())
    assert report["mapped"]["norm.weight"] == ["showo.model.final_layernorm.weight"]


def test_parts_with_an_index_are_read_as_one(tmp_path: Path):
    tensors = {"a": torch.ones(2), "b": torch.zeros(3)}
    torch.save({"a": tensors["a"]}, tmp_path / "pytorch_model-00001-of-00002.bin")
    torch.save({"b": tensors["b"]}, tmp_path / "pytorch_model-00002-of-00002.bin")
    index = {"weight_map": {"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin"}}
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    read = read_published(tmp_path)
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())
    save_file(tensors, tmp_path / "model.safetensors")
    assert read_published(tmp_path).keys() == tensors.keys()
    with pytest.raises(ValueError, match="does not exist"):
        read_published(tmp_path / "nothing.bin")
