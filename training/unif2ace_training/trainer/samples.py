"""What the model can do right now: pictures of fixed prompts and captions of held-out pictures."""

# R pictures, N code positions

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.diffusion.unmask import UnmaskSettings
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.generate_pictures import generate_pictures
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
    drawn = decode(pictures_of(model, prepared, PROMPTS))
    texts = prepared.held_out.understand
    rows = torch.from_numpy(np.unique(texts.picture_rows)[:_CAPTIONED_PICTURES])
    originals = decode(prepared.pictures.gather(rows).code_ids_BN.to(_device(model)))
    blank = np.full_like(drawn[:1], 255).repeat(len(drawn) - len(originals), axis=0)
    second_row = np.concatenate([originals, blank])
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in (drawn, second_row)], axis=0)
    return SampleSheet(sheet, captions_of(model, prepared, rows))


def pictures_of(model: FaceModel, prepared: PreparedData, prompts: Sequence[str]) -> Tensor:
    """Code ids [R, N] of one picture for each prompt; picture r is drawn with seed r."""
    prefixes = (
        model.prompt(*(part.to(_device(model)) for part in prepared.sequences.padded_prefixes(texts)))
        for texts in (prompts, [""] * len(prompts))
    )
    return generate_pictures(model, *prefixes, settings=_UNMASKING, seeds=range(len(prompts)))


def captions_of(model: FaceModel, prepared: PreparedData, rows: Tensor) -> list[str]:
    """Greedy captions of the pictures at these rows."""
    device, sequences = _device(model), prepared.sequences
    pictures = prepared.pictures.gather(rows)
    prefix = model.picture(*(part.to(device) for part in (pictures.code_ids_BN, pictures.clip_BC, pictures.face_BF)))
    question = torch.tensor([sequences.question(CAPTION_QUESTION)] * len(rows), device=device)
    sampling = TextSampling(max_tokens=_MAX_CAPTION_TOKENS)
    ids = generate_text(model, prefix, question, sequences.end_of_text, sampling)
    return [sequences.decode(text) for text in ids]


def _device(model: FaceModel) -> torch.device:
    return model.embedding.weight.device
