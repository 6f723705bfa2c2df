"""Write the tiny folders that the tests of data/ and trainer/ read.

    python scripts/make_tiny_folders.py tests/assets/tiny

The formats are those of `prepare`, `tokenizer` and `encoders`; the pictures are made up: the upper half of a picture's
4 x 4 codes shows its background and the lower half its hair, with some noise, and the mirror image is the picture.
So a model that learns from them must connect words with codes, which is what the loss curve of the debug run watches.
"""

import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PICTURES, CODES, CODEBOOK, WIDTH = 60, 16, 64, 32
BACKGROUNDS = ("red", "blue", "green", "gray")
HAIR = ("blond", "brown", "black")


def main(folder: Path) -> None:
    """Write prepared/, tokenizer/ and encoders/ below `folder`."""
    for name in ("prepared", "tokenizer", "encoders"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    keys = [f"{identity:06}-00" for identity in range(PICTURES)]
    backgrounds = generator.integers(len(BACKGROUNDS), size=PICTURES)
    hair = generator.integers(len(HAIR), size=PICTURES)
    write_pictures(folder, generator, keys, backgrounds, hair)
    records = [
        record
        for key, background, colour in zip(keys, backgrounds, hair, strict=True)
        for mirrored in (False, True)
        for record in records_of(key, BACKGROUNDS[background], HAIR[colour], mirrored=mirrored)
    ]
    for split in ("train", "held-out"):
        lines = [json.dumps(record) for record in records if (int(record["id"][:6]) % 20 == 0) == (split == "held-out")]
        (folder / "prepared" / f"records-{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_tokenizer(folder, [message["value"] for record in records for message in record["conversations"]])


def write_pictures(
    folder: Path, generator: np.random.Generator, keys: list[str], backgrounds: np.ndarray, hair: np.ndarray
) -> None:
    """Codes that follow the labels, and embeddings that carry them."""
    upper = generator.integers(CODEBOOK, size=(len(BACKGROUNDS), CODES // 2))
    lower = generator.integers(CODEBOOK, size=(len(HAIR), CODES // 2))
    codes = np.concatenate([upper[backgrounds], lower[hair]], axis=1)
    is_noise = generator.random(codes.shape) < 0.1
    codes = np.where(is_noise, generator.integers(CODEBOOK, size=codes.shape), codes)
    both = np.stack([codes, codes], axis=1).astype(np.int32)
    np.savez_compressed(folder / "tokenizer" / "codes.npz", keys=np.array(keys), codes=both)
    label = np.eye(len(BACKGROUNDS) + len(HAIR))[[backgrounds, len(BACKGROUNDS) + hair]].sum(axis=0)
    embeddings = {}
    for name in ("clip", "face"):
        vectors = (label @ generator.normal(size=(label.shape[1], WIDTH))).astype(np.float16)
        embeddings[name] = np.stack([vectors, vectors], axis=1)
    np.savez_compressed(folder / "encoders" / "embeddings.npz", keys=np.array(keys), **embeddings)


def records_of(key: str, background: str, hair: str, *, mirrored: bool) -> list[dict[str, object]]:
    """A caption, a prompt, and a conversation of two turns."""
    caption = f"A face with {hair} hair in front of a {background} background."
    texts = {
        "caption": ["<image>\nDescribe this face.", caption],
        "prompt": [f"{hair} hair, {background} background", "<image>"],
        "conversation": [
            "<image>\nWhat colour is the hair?",
            f"{hair.capitalize()}.",
            "And the background?",
            f"It is {background}.",
        ],
    }
    return [
        {
            "id": key,
            "image": f"portraits-00000.tar#{key}.jpg",
            "mirrored": mirrored,
            "kind": kind,
            "conversations": [
                {"from": ("human", "gpt")[index % 2], "value": value} for index, value in enumerate(values)
            ],
        }
        for kind, values in texts.items()
    ]


def write_tokenizer(folder: Path, texts: list[str]) -> None:
    """A byte-level BPE of 300 tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|sot|>", "<|eot|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / "prepared" / "tokenizer.json"), pretty=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
