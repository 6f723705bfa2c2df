"""Sizes of the model as one frozen dataclass; every other number is derived from it here and nowhere else."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, get_type_hints

# A task picks the group of experts. The paper and Show-o call the groups T2I and MMU.
Task = Literal["generate", "understand"]
TASKS: Final[tuple[Task, Task]] = ("generate", "understand")

# How whole sequences are attended to: a table of all pairs of positions, or FlexAttention's blocks of them.
AttentionKind = Literal["dense", "flex"]

# Show-o's special tokens, in the order in which they follow the text tokens in the joint vocabulary. In Show-o's own
# weights `<|pad|>` comes first (model/published.py).
SPECIAL_TOKENS: Final = (
    "<|soi|>", "<|eoi|>", "<|sov|>", "<|eov|>", "<|t2i|>", "<|mmu|>", "<|t2v|>", "<|v2v|>", "<|lvg|>", "<|pad|>",
)  # fmt: skip
START_OF_TEXT: Final = "<|sot|>"
END_OF_TEXT: Final = "<|eot|>"

SequenceExpertKind = Literal["copy", "zero", "noise", "clip", "face"]
# UniF2ace arXiv:2503.08120, appendix B: the sequence-level experts of each group, by index.
SEQUENCE_EXPERTS: Final[dict[Task, tuple[SequenceExpertKind, ...]]] = {
    "generate": ("copy", "copy", "zero", "noise"),
    "understand": ("copy", "copy", "clip", "face"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """Sizes of one model. Counts are counts of things, widths are numbers of features, capacities are positions."""

    name: str
    width: int
    num_layers: int
    num_heads: int
    head_width: int
    rotary_fraction: float = 0.5
    rotary_theta: float = 10_000.0
    layer_norm_epsilon: float = 1e-5
    mlp_width: int
    num_routed_experts: int = 8
    top_k_experts: int = 2
    routed_width: int
    num_sequence_experts: int = 4
    top_k_sequence_experts: int = 2
    resampler_width: int
    resampler_layers: int
    resampler_heads: int
    image_grid: int
    codebook_size: int
    image_size: int
    # Text tokens including <|sot|> and <|eot|>. The trained tokenizer decides: presets only reserve.
    text_vocabulary: int
    clip_width: int
    face_width: int
    qk_norm: bool
    # Longest text prefix of text-to-face, [t2i][sot] and [eot] included.
    prompt_capacity: int
    # Key and value positions of one understanding sequence: picture, questions and answers.
    slot_capacity: int

    def __post_init__(self) -> None:
        self._check_counts()
        if self.num_heads * self.head_width != self.width:
            raise ValueError(
                f"num_heads x head_width is {self.num_heads} x {self.head_width}, which must equal width {self.width}"
            )
        if not 0 < self.rotary_fraction <= 1:
            raise ValueError(f"rotary_fraction is {self.rotary_fraction}; it must be above 0 and at most 1")
        if self.rotary_width % 2:
            raise ValueError(
                f"rotary_fraction {self.rotary_fraction} of head_width {self.head_width} must be an even number"
            )
        if self.resampler_width % self.resampler_heads:
            raise ValueError(
                f"resampler_width {self.resampler_width} must be a multiple of resampler_heads {self.resampler_heads}"
            )
        if self.resampler_width % 2:
            raise ValueError(f"resampler_width {self.resampler_width} must be even: half cosines, half sines")
        if self.image_size % self.image_grid:
            raise ValueError(f"image_size {self.image_size} must be a multiple of image_grid {self.image_grid}")
        if self.slot_capacity <= self.picture_prefix_length:
            raise ValueError(
                f"slot_capacity {self.slot_capacity} leaves no room for text after the picture's "
                f"{self.picture_prefix_length} positions; raise it"
            )

    def _check_counts(self) -> None:
        """Sizes are at least 1, and no router chooses more experts than there are."""
        for field in fields(self):
            if field.type is int and getattr(self, field.name) < 1:
                raise ValueError(f"{field.name} is {getattr(self, field.name)}; it must be at least 1")
        for task in TASKS:
            if self.num_sequence_experts != len(SEQUENCE_EXPERTS[task]):
                raise ValueError(
                    f"num_sequence_experts is {self.num_sequence_experts}, but each group has "
                    f"{len(SEQUENCE_EXPERTS[task])}: {', '.join(SEQUENCE_EXPERTS[task])}"
                )
        for top_k, experts in (
            ("top_k_experts", "num_routed_experts"),
            ("top_k_sequence_experts", "num_sequence_experts"),
        ):
            if getattr(self, top_k) > getattr(self, experts):
                raise ValueError(
                    f"{top_k} is {getattr(self, top_k)}, more than the {getattr(self, experts)} of {experts}"
                )

    @property
    def image_tokens(self) -> int:
        """N, the code positions of one picture."""
        return self.image_grid * self.image_grid

    @property
    def rotary_width(self) -> int:
        """Features of a head that are rotated; the rest carry no position."""
        return int(self.head_width * self.rotary_fraction)

    @property
    def joint_vocabulary(self) -> int:
        """Rows of the embedding table: text, specials, codes, [MASK]."""
        return self.text_vocabulary + len(SPECIAL_TOKENS) + self.codebook_size + 1

    @property
    def image_offset(self) -> int:
        """Joint id of code 0. Code id K, the mask, is at image_offset + codebook_size."""
        return self.text_vocabulary + len(SPECIAL_TOKENS)

    @property
    def mask_code(self) -> int:
        """The code id that means [MASK]: one past the codebook."""
        return self.codebook_size

    @property
    def image_block_length(self) -> int:
        """Positions of `[soi] codes [eoi]`."""
        return self.image_tokens + 2

    @property
    def picture_prefix_length(self) -> int:
        """Positions of understanding's `[mmu][soi] codes [eoi]`."""
        return self.image_tokens + 3

    @property
    def rotary_positions(self) -> int:
        """How many positions any sequence can reach."""
        return max(self.prompt_capacity + self.image_block_length, self.slot_capacity)

    def special_id(self, token: str) -> int:
        """Joint id of one of `SPECIAL_TOKENS`.

        Raises:
            ValueError: not a special token (<|sot|> and <|eot|> belong to the text tokenizer).
        """
        if token not in SPECIAL_TOKENS:
            raise ValueError(f"{token!r} is not a special token; they are {', '.join(SPECIAL_TOKENS)}")
        return self.text_vocabulary + SPECIAL_TOKENS.index(token)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, for config.json."""
        return asdict(self)


def model_config_from_dict(values: dict[str, Any]) -> ModelConfig:
    """The inverse of `ModelConfig.to_dict`.

    Raises:
        ValueError: a field is missing, unknown or of another type; the message names it.
    """
    hints = get_type_hints(ModelConfig)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ValueError(f"model config has unknown fields {', '.join(unknown)}; it was written by another version")
    for name, value in values.items():
        # JSON writes 10000.0 as it is and a person may write 10000; nothing else may stand for something else.
        fits = type(value) is hints[name] or (hints[name] is float and type(value) is int)
        if not fits:
            raise ValueError(f"model config's {name} is {value!r}, which is not of type {hints[name].__name__}")
    try:
        return ModelConfig(**values)
    except TypeError as error:
        raise ValueError(f"model config is incomplete: {error}") from error
