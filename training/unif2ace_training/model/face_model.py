"""The unified model: one decoder-only transformer that unmasks pictures and writes text (UniF2ace, section 3).

`forward_generate` and `forward_understand` compute whole sequences, for training. `prompt`, `unmask`, `picture` and
`language` compute the same in pieces with cached keys and values; they are what the exported graphs of these names do.
"""

# B rows, T text positions, N code positions, J positions of a picture's block, K codebook, V text vocabulary, D width

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from unif2ace_training.config.schema import AttentionKind, ModelConfig, Task
from unif2ace_training.model import omni_blocks, omni_mask
from unif2ace_training.model.attention import KeyValues
from unif2ace_training.model.block import Block, LayerResult, Pass
from unif2ace_training.model.rope import Rotary, rotary_at
from unif2ace_training.model.routing import Routing, collect_routing
from unif2ace_training.model.sequence_moe import SequenceCondition


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageOutput:
    """Logits over the codebook for every code position [B, N, K], and the routing."""

    logits_BNK: Tensor
    routing: Routing


@dataclass(frozen=True, kw_only=True, slots=True)
class TextOutput:
    """Logits over the text vocabulary [B, T, V]: position t predicts token t + 1; the routing; keys and values."""

    logits_BTV: Tensor
    routing: Routing
    key_values: list[KeyValues]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prefix:
    """Keys and values of a text prefix or of a picture, a pair a layer, with the real length of each row."""

    key_values: list[KeyValues]
    lengths_B: Tensor
    routing: Routing


class FaceModel(nn.Module):
    """All sizes of UniF2ace. Code id K (one past the codebook) stands for `[MASK]` wherever code ids go in."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        # Keep each layer's input only and compute the layer again for the gradient: less memory, a third more time.
        self.activation_checkpointing = False
        # `flex` skips blocks of positions that no row sees, in whole sequences; on GPUs only it has a gradient.
        self.attention: AttentionKind = "dense"
        self.embedding = nn.Embedding(config.joint_vocabulary, config.width)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.norm = nn.LayerNorm(config.width, eps=config.layer_norm_epsilon)
        self.head = nn.Linear(config.width, config.joint_vocabulary)

    def forward(self, task: Task, **inputs: Any) -> ImageOutput | TextOutput:
        """`forward_generate` or `forward_understand` by task, for wrappers that only know `forward`."""
        return self.forward_generate(**inputs) if task == "generate" else self.forward_understand(**inputs)

    def forward_generate(
        self, text_ids_BT: Tensor, text_lengths_B: Tensor, code_ids_BN: Tensor, noise_level_B: Tensor
    ) -> ImageOutput:
        """Predict the masked codes of pictures under their prompts.

        Args:
            text_ids_BT: whole prefix `[t2i][sot] text [eot]`, right padded with `<|pad|>`.
            text_lengths_B: real length of each prefix.
            code_ids_BN: code ids, K = masked.
            noise_level_B: mask ratio in [0, 1].
        """
        text_capacity = text_ids_BT.shape[1]
        x = torch.cat([self.embedding(text_ids_BT), self._embed_block(code_ids_BN, [])], dim=1)
        block = torch.arange(self.config.image_block_length, device=x.device)
        text_positions = torch.arange(text_capacity, device=x.device).expand(len(x), -1)
        is_text = omni_mask.text_is_real(text_lengths_B, text_capacity)
        shared = Pass(
            task="generate",
            rotary=self._rotary(torch.cat([text_positions, text_lengths_B[:, None] + block], dim=1)),
            mask=self._masks().generate_mask(text_lengths_B, text_capacity, len(block)),
            is_real_BS=F.pad(is_text, (0, len(block)), value=True),
            codes=self._codes_at(text_capacity + 1),
            condition=SequenceCondition(noise_level_B=noise_level_B),
        )
        hidden, _, routing = self._run(x, shared)
        return ImageOutput(logits_BNK=self._image_logits(hidden[:, shared.codes]), routing=routing)

    def forward_understand(
        self, code_ids_BN: Tensor, clip_BC: Tensor, face_BF: Tensor, text_ids_BT: Tensor, text_lengths_B: Tensor
    ) -> TextOutput:
        """Predict the text that follows pictures.

        Args:
            code_ids_BN: code ids of the pictures.
            clip_BC: CLIP embeddings of the pictures.
            face_BF: face embeddings; zeros where no face was found.
            text_ids_BT: `[sot]` question, answer …, right padded with `<|pad|>`.
            text_lengths_B: real length of each text.
        """
        prefix_length, text_capacity = self.config.picture_prefix_length, text_ids_BT.shape[1]
        x = torch.cat([self._embed_block(code_ids_BN, ["<|mmu|>"]), self.embedding(text_ids_BT)], dim=1)
        is_text = omni_mask.text_is_real(text_lengths_B, text_capacity)
        shared = Pass(
            task="understand",
            rotary=self._rotary(torch.arange(x.shape[1], device=x.device)[None]),
            mask=self._masks().understand_mask(prefix_length, text_capacity, x.device),
            is_real_BS=F.pad(is_text, (prefix_length, 0), value=True),
            codes=self._codes_at(2),
            condition=SequenceCondition(clip_BC=clip_BC, face_BF=face_BF),
        )
        hidden, key_values, routing = self._run(x, shared)
        logits = self._text_logits(hidden[:, prefix_length:])
        return TextOutput(logits_BTV=logits, routing=routing, key_values=key_values)

    def prompt(self, text_ids_BT: Tensor, text_lengths_B: Tensor) -> Prefix:
        """Keys and values of text-to-face prefixes; the same at every unmasking step and for every picture."""
        positions = torch.arange(text_ids_BT.shape[1], device=text_ids_BT.device)
        shared = Pass(
            task="generate",
            rotary=self._rotary(positions[None]),
            mask=(positions[:, None] >= positions)[None, None],
            is_real_BS=omni_mask.text_is_real(text_lengths_B, len(positions)),
        )
        _, key_values, routing = self._run(self.embedding(text_ids_BT), shared)
        return Prefix(key_values=key_values, lengths_B=text_lengths_B, routing=routing)

    def unmask(self, prefix: Prefix, code_ids_BN: Tensor, noise_level_B: Tensor) -> ImageOutput:
        """One unmasking step over cached prefixes; its routing counts the picture's block only."""
        x = self._embed_block(code_ids_BN, [])
        block = torch.arange(x.shape[1], device=x.device)
        past_length = prefix.key_values[0].key.shape[2]
        sees_prefix = omni_mask.text_is_real(prefix.lengths_B, past_length)
        shared = Pass(
            task="generate",
            rotary=self._rotary(prefix.lengths_B[:, None] + block),
            mask=F.pad(sees_prefix, (0, len(block)), value=True)[:, None, None],
            is_real_BS=None,
            codes=self._codes_at(1),
            condition=SequenceCondition(noise_level_B=noise_level_B),
        )
        hidden, _, routing = self._run(x, shared, prefix.key_values)
        return ImageOutput(logits_BNK=self._image_logits(hidden[:, shared.codes]), routing=routing)

    def picture(self, code_ids_BN: Tensor, clip_BC: Tensor, face_BF: Tensor) -> Prefix:
        """Keys and values of `[mmu][soi] codes [eoi]`; they serve every question about the picture."""
        x = self._embed_block(code_ids_BN, ["<|mmu|>"])
        shared = Pass(
            task="understand",
            rotary=self._rotary(torch.arange(x.shape[1], device=x.device)[None]),
            mask=omni_mask.picture_mask(x.shape[1], x.device),
            is_real_BS=None,
            codes=self._codes_at(2),
            condition=SequenceCondition(clip_BC=clip_BC, face_BF=face_BF),
        )
        _, key_values, routing = self._run(x, shared)
        lengths = torch.full((len(x),), x.shape[1], device=x.device)
        return Prefix(key_values=key_values, lengths_B=lengths, routing=routing)

    def language(self, past: list[KeyValues], text_ids_BT: Tensor) -> TextOutput:
        """Continue understanding sequences of equal length by T tokens; the result holds the longer past."""
        past_length, length = past[0].key.shape[2], text_ids_BT.shape[1]
        positions = past_length + torch.arange(length, device=text_ids_BT.device)
        everything = torch.arange(past_length + length, device=text_ids_BT.device)
        shared = Pass(
            task="understand",
            rotary=self._rotary(positions[None]),
            mask=(positions[:, None] >= everything)[None, None],
            is_real_BS=None,
        )
        hidden, key_values, routing = self._run(self.embedding(text_ids_BT), shared, past)
        return TextOutput(logits_BTV=self._text_logits(hidden), routing=routing, key_values=key_values)

    def _run(
        self, x_BSD: Tensor, shared: Pass, past: list[KeyValues] | None = None
    ) -> tuple[Tensor, list[KeyValues], Routing]:
        """All layers and the final norm."""
        results: list[LayerResult] = []
        for index, layer in enumerate(self.layers):
            arguments = (x_BSD, shared, past[index] if past is not None else None)
            if self.activation_checkpointing and torch.is_grad_enabled():
                results.append(checkpoint(layer, *arguments, use_reentrant=False))  # pyright: ignore[reportArgumentType]
            else:
                results.append(layer(*arguments))
            x_BSD = results[-1].x_BSD
        if shared.is_real_BS is not None:
            tokens_B = shared.is_real_BS.sum(dim=1)
        else:
            tokens_B = torch.full((len(x_BSD),), x_BSD.shape[1], device=x_BSD.device)
        routing = collect_routing(
            shared.task, tokens_B, [r.token_routing for r in results], [r.sequence_routing for r in results]
        )
        return self.norm(x_BSD), [r.key_values for r in results], routing

    def _embed_block(self, code_ids_BN: Tensor, before: list[str]) -> Tensor:
        """Embeddings of `before`, `[soi]`, codes, `[eoi]`."""
        specials = [self.config.special_id(token) for token in [*before, "<|soi|>", "<|eoi|>"]]
        ids = torch.tensor(specials, device=code_ids_BN.device).expand(len(code_ids_BN), -1)
        joint = torch.cat([ids[:, :-1], code_ids_BN + self.config.image_offset, ids[:, -1:]], dim=1)
        return self.embedding(joint)

    def _masks(self) -> ModuleType:
        """Who makes the masks of whole sequences."""
        return omni_blocks if self.attention == "flex" else omni_mask

    def _codes_at(self, start: int) -> slice:
        return slice(start, start + self.config.image_tokens)

    def _rotary(self, positions_BS: Tensor) -> Rotary:
        return rotary_at(positions_BS, self.config.rotary_width, self.config.rotary_theta)

    def _image_logits(self, hidden: Tensor) -> Tensor:
        start = self.config.image_offset
        rows = slice(start, start + self.config.codebook_size)
        return F.linear(hidden, self.head.weight[rows], self.head.bias[rows])

    def _text_logits(self, hidden: Tensor) -> Tensor:
        rows = slice(0, self.config.text_vocabulary)
        return F.linear(hidden, self.head.weight[rows], self.head.bias[rows])
