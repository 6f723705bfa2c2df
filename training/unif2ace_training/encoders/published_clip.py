"""Takes CLIP's published vision tower into a folder of encoders."""

from pathlib import Path

from unif2ace_training.common.artifacts import read_json
from unif2ace_training.common.load_report import LoadReport, load_by_name
from unif2ace_training.common.published_files import read_published
from unif2ace_training.encoders.clip_vit import ClipVit, clip_vit_config
from unif2ace_training.encoders.folder import save_clip_vit

_LAYOUT = "CLIP in transformers (openai/clip-vit-large-patch14-336)"


def take_clip(published: Path, folder: Path, *, embedding_width: int) -> LoadReport:
    """Write the published tower into a folder of encoders.

    Args:
        published: folder with config.json and the weights, as the hub has it.
        embedding_width: what the model reads.

    Raises:
        ValueError: it is of another layout or width; the message says which.
    """
    config = clip_vit_config(read_json(published / "config.json"))
    if config.embedding_width != embedding_width:
        raise ValueError(
            f"{published} has embeddings of {config.embedding_width}, the preset's model reads {embedding_width}"
        )
    model = ClipVit(config)
    report = load_by_name(model, read_published(published), _LAYOUT)
    save_clip_vit(folder, model)
    return report
