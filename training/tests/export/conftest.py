"""The debug model, exported once in both precisions, and inputs for its graphs."""

# B rows, P prompt capacity, N code positions

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.export.debug_parts import debug_parts, write_debug_folder
from unif2ace_training.export.folder_sessions import Arrays, FolderSessions, noise_slots, prompt_slots
from unif2ace_training.export.trained_parts import TrainedParts

_PREPARED = Path(__file__).parents[1] / "assets" / "tiny" / "prepared"


@pytest.fixture(scope="session")
def debug() -> TrainedParts:
    """Random weights of the debug preset."""
    return debug_parts(_PREPARED)


@pytest.fixture(scope="session")
def folders(debug: TrainedParts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Model folders by precision."""
    root = tmp_path_factory.mktemp("models")
    for precision in ("fp32", "int8"):
        write_debug_folder(root / f"debug-{precision}", debug, precision)
    return {precision: root / f"debug-{precision}" for precision in ("fp32", "int8")}


@pytest.fixture(scope="session")
def sessions(folders: dict[str, Path]) -> dict[str, FolderSessions]:
    """Open graphs by precision, on two threads as a busy server has them."""
    return {precision: FolderSessions(folder, threads=2) for precision, folder in folders.items()}


@pytest.fixture(scope="session")
def inputs(debug: TrainedParts) -> "GraphInputs":
    """Random inputs of the debug model."""
    return GraphInputs(debug.model.config)


@dataclass(frozen=True, slots=True)
class GraphInputs:
    """Random inputs of the graphs of a model of these sizes, the same every time."""

    config: ModelConfig

    def prompts(self, rows: int) -> Arrays:
        """Prefixes of all lengths, from the shortest to the fullest."""
        generator = np.random.default_rng(1)
        lengths = np.linspace(3, self.config.prompt_capacity, rows).astype(np.int64)
        token_ids = generator.integers(self.config.text_vocabulary, size=(rows, self.config.prompt_capacity))
        is_padding = np.arange(self.config.prompt_capacity) >= lengths[:, None]
        return {"token_ids": np.where(is_padding, self.config.special_id("<|pad|>"), token_ids), "lengths": lengths}

    def unmasking(self, sessions: FolderSessions, rows: int) -> Arrays:
        """Pictures at different timesteps over the prefixes of `prompts`, slots in another order than rows."""
        generator = np.random.default_rng(2)
        given = self.prompts(rows)
        slots = generator.permutation(rows)
        code_ids = generator.integers(self.config.codebook_size, size=(rows, self.config.image_tokens))
        noise_levels = self.noise_levels(rows)
        is_masked = generator.random(code_ids.shape) < noise_levels[:, None]
        return {
            "code_ids": np.where(is_masked, self.config.mask_code, code_ids),
            "prompt_slots": slots,
            "prompt_lengths": given["lengths"][slots],
            **prompt_slots(sessions.run("prompt", given)),
            **noise_slots(sessions, noise_levels),
        }

    def noise_levels(self, rows: int) -> NDArray[np.float32]:
        """Of the pictures of `unmasking`."""
        return np.linspace(1, 1 / self.config.image_tokens, rows).astype(np.float32)

    def pictures(self, rows: int) -> Arrays:
        """Codes and embeddings; the first picture shows no face."""
        generator = np.random.default_rng(3)
        face = generator.normal(size=(rows, self.config.face_width)).astype(np.float32)
        face[0] = 0
        return {
            "code_ids": generator.integers(self.config.codebook_size, size=(rows, self.config.image_tokens)),
            "clip": generator.normal(size=(rows, self.config.clip_width)).astype(np.float32),
            "face": face,
        }

    def image_sampling(self, pictures: int, temperature: float = 0.9) -> Arrays:
        """Guided pictures in rows 2 r and 2 r + 1, the last one without guidance."""
        generator, codebook = np.random.default_rng(4), self.config.codebook_size
        code_ids = generator.integers(codebook, size=(pictures, self.config.image_tokens))
        code_ids[generator.random(code_ids.shape) < 0.7] = codebook
        rows = 2 * np.arange(pictures)
        scales = np.linspace(5, 1, pictures).astype(np.float32)
        shape = code_ids.shape
        return {
            "logits": (3 * generator.normal(size=(2 * pictures, self.config.image_tokens, codebook))).astype(
                np.float32
            ),
            "conditional_rows": rows,
            "unconditional_rows": np.where(scales == 1, rows, rows + 1),
            "guidance_scales": scales,
            "code_ids": code_ids,
            "temperatures": np.full(pictures, temperature, np.float32),
            "token_uniforms": generator.uniform(1e-6, 1 - 1e-6, shape).astype(np.float32),
            "confidence_uniforms": generator.uniform(1e-6, 1 - 1e-6, shape).astype(np.float32),
            "confidence_temperatures": np.linspace(3, 0, pictures).astype(np.float32),
            "keep_masked": (code_ids == codebook).sum(axis=1) // 2,
        }

    def text_sampling(self, rows: int, temperature: float = 1.0, top_p: float = 1.0) -> Arrays:
        """Any token may follow."""
        generator, vocabulary = np.random.default_rng(5), self.config.text_vocabulary
        return {
            "logits": (2 * generator.normal(size=(rows, vocabulary))).astype(np.float32),
            "allowed": np.ones((rows, vocabulary), bool),
            "temperatures": np.full(rows, temperature, np.float32),
            "top_p": np.full(rows, top_p, np.float32),
            "uniforms": generator.uniform(1e-6, 1 - 1e-6, rows).astype(np.float32),
        }

    def language(self, rows: int) -> Arrays:
        """One token each after pasts of different lengths."""
        generator = np.random.default_rng(6)
        lengths = np.linspace(self.config.picture_prefix_length, self.config.slot_capacity - 1, rows).astype(np.int32)
        shape = (rows, self.config.num_heads, self.config.slot_capacity, self.config.head_width)
        past = {
            f"past_{part}_{layer}": generator.normal(size=shape).astype(np.float32)
            for layer in range(self.config.num_layers)
            for part in ("key", "value")
        }
        return {
            "token_ids": generator.integers(self.config.text_vocabulary, size=(rows, 1)),
            "past_lengths": lengths,
            "total_length": np.array([lengths.max() + 1], np.int32),
            **past,
        }

    def pixels(self, size: int, rows: int) -> Arrays:
        """Noise as a picture."""
        generator = np.random.default_rng(7)
        return {"pixels": generator.uniform(-1, 1, (rows, 3, size, size)).astype(np.float32)}
