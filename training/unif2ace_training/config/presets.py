"""The named sizes: `debug` trains in seconds, `small` is the default model, `paper` is the paper's 1.84 B."""

from collections.abc import Callable

from unif2ace_training.config.schema import ModelConfig


def debug() -> ModelConfig:
    """A complete model that tests train and serve in seconds."""
    return ModelConfig(
        name="debug",
        width=64,
        num_layers=2,
        num_heads=2,
        head_width=32,
        mlp_width=256,
        routed_width=16,
        resampler_width=32,
        resampler_layers=1,
        resampler_heads=2,
        image_grid=4,
        codebook_size=64,
        image_size=32,
        text_vocabulary=512,
        clip_width=32,
        face_width=32,
        qk_norm=True,
        prompt_capacity=96,
        slot_capacity=256,
    )


def small() -> ModelConfig:
    """The default model: the paper's structure at a size that a laptop's CPU trains (docs/adr/0006)."""
    return ModelConfig(
        name="small",
        width=256,
        num_layers=8,
        num_heads=4,
        head_width=64,
        mlp_width=1024,
        routed_width=16,
        resampler_width=32,
        resampler_layers=2,
        resampler_heads=2,
        image_grid=10,
        codebook_size=4096,
        image_size=160,
        text_vocabulary=2048,
        clip_width=128,
        face_width=128,
        qk_norm=True,
        prompt_capacity=96,
        slot_capacity=384,
    )


def paper() -> ModelConfig:
    """The paper's size: Phi-1.5 as Show-o extends it, with MAGVIT-v2's 8,192 codes (docs/parameters.md)."""
    return ModelConfig(
        name="paper",
        width=2048,
        num_layers=24,
        num_heads=32,
        head_width=64,
        mlp_width=8192,
        routed_width=48,
        resampler_width=256,
        resampler_layers=4,
        resampler_heads=4,
        image_grid=16,
        codebook_size=8192,
        image_size=256,
        text_vocabulary=50_295,
        clip_width=768,
        face_width=512,
        qk_norm=False,
        prompt_capacity=128,
        slot_capacity=1152,
    )


PRESETS: dict[str, Callable[[], ModelConfig]] = {"debug": debug, "small": small, "paper": paper}


def preset(name: str) -> ModelConfig:
    """The preset called `name`.

    Raises:
        ValueError: there is none of that name; the message lists them.
    """
    if name not in PRESETS:
        raise ValueError(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}")
    return PRESETS[name]()
