"""What the model can do right now: pictures of fixed prompts and captions of held-out pictures."""

# R pictures, N code positions

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.diffusion.unmask import UnmaskSettings, unmask
from unif2ace_training.model.face_model import FaceModel, Prefix
from unif2ace_training.model.generate_text import TextSampling, generate_text

# Code ids int64 [R, N] to pictures uint8 [R, height, width, 3]: the image tokenizer's decoder.
PictureDecoder = Callable[[Tensor], np.ndarray]

PROMPTS = (
    "A young woman with long blond hair, smiling, in front of a blue background.",
    "An old man with a full gray beard and a bald head.",
    "A man with glasses and short black hair.",
    "A woman with curly ginger hair, wearing a green shirt.",
    "A man wearing a red hat, looking surprised.",
    "A dark-skinned woman with black hair and earrings.",
    "A young man with brown hair and a mustache.",
    "An old woman with white hair, wearing sunglasses.",
)
CAPTION_QUESTION = "Describe this face in detail."
_CAPTIONED_PICTURES = 4
_MAX_CAPTION_TOKENS = 96
_UNMASKING = UnmaskSettings(num_inference_steps=16)


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """Pictures of `PROMPTS` in one row, the captioned pictures in a second, and their captions."""

    pictures: np.ndarray  # uint8 [height, width, 3]
    captions: list[str]


@torch.no_grad()
def sample_sheet(model: FaceModel, prepared: PreparedData, decode: PictureDecoder) -> SampleSheet:
    """Draw and describe with the reference sampler; the same seeds every time."""
    drawn = decode(generate_pictures(model, prepared, PROMPTS))
    texts = prepared.held_out.understand
    rows = torch.from_numpy(np.unique(texts.picture_rows)[:_CAPTIONED_PICTURES])
    originals = decode(prepared.pictures.gather(rows).code_ids_BN.to(_device(model)))
    blank = np.full_like(drawn[:1], 255).repeat(len(drawn) - len(originals), axis=0)
    second_row = np.concatenate([originals, blank])
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in (drawn, second_row)], axis=0)
    return SampleSheet(sheet, captions_of(model, prepared, rows))


def generate_pictures(
    model: FaceModel, prepared: PreparedData, prompts: Sequence[str], settings: UnmaskSettings = _UNMASKING
) -> Tensor:
    """Code ids [R, N] of one picture for each prompt; picture r is drawn with seed r."""
    device, config = _device(model), model.config
    conditional = _prefix(model, prepared, prompts)
    unconditional = _prefix(model, prepared, [""] * len(prompts))

    def predict(code_ids_RN: Tensor, noise_level_R: Tensor) -> tuple[Tensor, Tensor]:
        return tuple(model.unmask(prefix, code_ids_RN, noise_level_R).logits_BNK  # pyright: ignore[reportReturnType]
                     for prefix in (conditional, unconditional))  # fmt: skip

    masked = torch.full((len(prompts), config.image_tokens), config.mask_code, device=device)
    return unmask(predict, masked, config.codebook_size, settings, seeds=range(len(prompts)))


def captions_of(model: FaceModel, prepared: PreparedData, rows: Tensor) -> list[str]:
    """Greedy captions of the pictures at these rows."""
    device, sequences = _device(model), prepared.sequences
    pictures = prepared.pictures.gather(rows)
    prefix = model.picture(*(part.to(device) for part in (pictures.code_ids_BN, pictures.clip_BC, pictures.face_BF)))
    question = torch.tensor([sequences.question(CAPTION_QUESTION)] * len(rows), device=device)
    sampling = TextSampling(max_tokens=_MAX_CAPTION_TOKENS)
    ids = generate_text(model, prefix, question, sequences.end_of_text, sampling)
    return [sequences.decode(text) for text in ids]


def _prefix(model: FaceModel, prepared: PreparedData, prompts: Sequence[str]) -> Prefix:
    ids = [prepared.sequences.generate_prefix(prompt) for prompt in prompts]
    lengths = torch.tensor([len(text) for text in ids], device=_device(model))
    padded = [text + [prepared.sequences.pad_id] * (int(lengths.max()) - len(text)) for text in ids]
    return model.prompt(torch.tensor(padded, device=_device(model)), lengths)


def _device(model: FaceModel) -> torch.device:
    return model.embedding.weight.device
