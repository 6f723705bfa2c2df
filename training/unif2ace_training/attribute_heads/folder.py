"""The folder that `heads` writes: what is asked, what may be said, and the weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from unif2ace_training.attribute_heads.heads import Head, Value
from unif2ace_training.attribute_heads.network import AttributeNetwork
from unif2ace_training.common.artifacts import atomic_path, read_json, write_json

WEIGHTS_FILE: Final = "heads.safetensors"
CONFIG_FILE: Final = "heads.json"


@dataclass(frozen=True, slots=True)
class TrainedHeads:
    """Heads with their network, the values of each that were selected, and whose vectors they read."""

    heads: Sequence[Head]
    network: AttributeNetwork
    selected: dict[str, list[Value]]
    encoders: dict[str, str]  # digests by name


def save_heads(folder: Path, trained: TrainedHeads, hidden: int) -> None:
    """Write weights and config."""
    weights = {name: tensor.contiguous() for name, tensor in trained.network.state_dict().items()}
    with atomic_path(folder / WEIGHTS_FILE) as partial:
        save_file(weights, partial)
    described = [head.to_dict() | {"selected": trained.selected[head.name]} for head in trained.heads]
    config = {"hidden": hidden, "width": len(trained.network.mean_D), "encoders": trained.encoders, "heads": described}
    write_json(folder / CONFIG_FILE, config)


def load_heads(folder: Path) -> TrainedHeads:
    """The heads of a folder, ready to use.

    Raises:
        ValueError: the folder is incomplete, or weights and config do not belong together.
    """
    config: dict[str, Any] = read_json(folder / CONFIG_FILE)
    heads = [Head.from_dict(values) for values in config["heads"]]
    network = AttributeNetwork(config["width"], heads, config["hidden"])
    if not (folder / WEIGHTS_FILE).is_file():
        raise ValueError(f"{folder / WEIGHTS_FILE} does not exist; `heads` writes it")
    try:
        network.load_state_dict(load_file(folder / WEIGHTS_FILE))
    except (SafetensorError, RuntimeError) as error:
        raise ValueError(f"{folder / WEIGHTS_FILE} does not fit {CONFIG_FILE}: {error}") from error
    selected = {values["name"]: values["selected"] for values in config["heads"]}
    return TrainedHeads(heads, network.eval().requires_grad_(False), selected, config["encoders"])
