"""The folder that `tokenizer` writes: weights, sizes, report, and the codes of all portraits."""

# n pictures, N code positions

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

from unif2ace_training.common.artifacts import atomic_path, read_json, write_json
from unif2ace_training.common.progress import Progress
from unif2ace_training.image_tokenizer.losses import mean_quality
from unif2ace_training.image_tokenizer.magvit2 import Magvit2
from unif2ace_training.image_tokenizer.magvit2_settings import ARCHITECTURE, Magvit2Config
from unif2ace_training.image_tokenizer.network import Codec, ImageTokenizer, PictureDecoder
from unif2ace_training.image_tokenizer.settings import ImageTokenizerConfig
from unif2ace_training.image_tokenizer.trainer import as_input
from unif2ace_training.portraits.dataset import AnyPictures

WEIGHTS_FILE, CONFIG_FILE, REPORT_FILE = "image_tokenizer.safetensors", "config.json", "report.json"
CODES_FILE, SHEET_FILE = "codes.npz", "reconstructions.png"
_BATCH = 64
_SHEET_PICTURES = 24


def save_image_tokenizer(folder: Path, model: ImageTokenizer | Magvit2) -> None:
    """Write weights and sizes."""
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    with atomic_path(folder / WEIGHTS_FILE) as partial:
        save_file(weights, partial)
    write_json(folder / CONFIG_FILE, model.config.to_dict())


def load_image_tokenizer(folder: Path) -> ImageTokenizer | Magvit2:
    """The tokenizer of a folder, trained here or published, ready to use.

    Raises:
        ValueError: the folder is incomplete.
    """
    sizes = read_json(folder / CONFIG_FILE)
    if sizes.get("architecture") == ARCHITECTURE:
        model = Magvit2(Magvit2Config.from_dict(sizes))
    else:
        model = ImageTokenizer(ImageTokenizerConfig.from_dict(sizes))
    if not (folder / WEIGHTS_FILE).exists():
        raise ValueError(f"{folder / WEIGHTS_FILE} does not exist; `tokenizer` writes it")
    model.load_state_dict(load_file(folder / WEIGHTS_FILE))
    return model.eval().requires_grad_(False)


def picture_decoder(model: Codec) -> Callable[[Tensor], NDArray[np.uint8]]:
    """Code ids int64 [R, N] to pictures uint8 [R, W, W, 3], as the exported graph does it."""
    decoder = PictureDecoder(model).to(_device(model)).eval()

    def decode(code_ids_RN: Tensor) -> NDArray[np.uint8]:
        with torch.inference_mode():
            return decoder(code_ids_RN).cpu().numpy()

    return decode


@torch.inference_mode()
def write_codes(folder: Path, model: Codec, data: AnyPictures) -> NDArray[np.int32]:
    """Code ids [n, 2, N] of all portraits and, at index 1, of their mirror images, on the model's device."""
    codes, device = np.empty((len(data), 2, model.config.image_tokens), np.int32), _device(model)
    # A code's bit is a sign: convolutions in TF32, a GPU's default, would turn those near zero.
    with Progress("encoded", len(data)) as progress, torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        for start in range(0, len(data), _BATCH):
            pictures = as_input(data.pictures[start : start + _BATCH]).to(device)
            for index, batch in enumerate((pictures, pictures.flip(-1))):
                codes[start : start + _BATCH, index] = model.encode(batch).cpu().numpy()
            progress.advance(len(pictures))
    with atomic_path(folder / CODES_FILE) as partial:
        np.savez(partial, keys=np.array(data.keys), codes=codes)
    return codes


@torch.inference_mode()
def write_report(folder: Path, model: Codec, data: AnyPictures, codes: NDArray[np.int32]) -> dict[str, float]:
    """Quality on held-out persons, and a sheet of pictures above their reconstructions."""
    held_out = np.flatnonzero(data.is_held_out)
    batches = (held_out[start : start + _BATCH] for start in range(0, len(held_out), _BATCH))
    device = _device(model)
    psnr, ssim = mean_quality(
        (model.decode(torch.from_numpy(codes[rows, 0]).long().to(device)).cpu(), as_input(data.pictures[rows]))
        for rows in batches
    )
    use = np.bincount(codes[held_out].ravel(), minlength=model.config.codebook_size)
    share = use[use > 0] / use.sum()
    report = {
        "held_out_pictures": len(held_out),
        "psnr_db": round(psnr, 3),
        "ssim": round(ssim, 4),
        "codes_used": int((use > 0).sum()),
        "codebook_size": model.config.codebook_size,
        "code_perplexity": round(float(np.exp(-(share * np.log(share)).sum())), 1),
    }
    write_json(folder / REPORT_FILE, report)
    _write_sheet(folder / SHEET_FILE, model, data, held_out[:_SHEET_PICTURES], codes)
    return report


def _device(model: Codec) -> torch.device:
    return next(model.parameters()).device


def _write_sheet(
    path: Path, model: Codec, data: AnyPictures, rows: NDArray[np.int64], codes: NDArray[np.int32]
) -> None:
    shown = picture_decoder(model)(torch.from_numpy(codes[rows, 0]).long().to(_device(model)))
    columns = 12
    bands = []
    for start in range(0, len(rows), columns):
        for pictures in (data.pictures[rows], shown):
            band = np.concatenate(list(pictures[start : start + columns]), axis=1)
            bands.append(np.pad(band, ((0, 0), (0, columns * model.config.image_size - band.shape[1]), (0, 0))))
    with atomic_path(path) as partial:
        Image.fromarray(np.concatenate(bands)).save(partial)
