"""Trains the decoder of a finished image tokenizer further, against a critic: sharp pictures for the same codes.

A reconstruction loss alone asks for the mean of all pictures that a code may stand for, which is a blurred one. A
critic asks for one of them. The encoder does not change: codes, and transformers that were trained on them, stay valid.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from unif2ace_training.common.training_loop import TrainingLoop
from unif2ace_training.image_tokenizer.critic import PatchCritic
from unif2ace_training.image_tokenizer.losses import reconstruction_loss
from unif2ace_training.image_tokenizer.network import Decoder, ImageTokenizer
from unif2ace_training.image_tokenizer.quantizer import quantize
from unif2ace_training.image_tokenizer.settings import DecoderRefinement
from unif2ace_training.image_tokenizer.trainer import picture_batch
from unif2ace_training.portraits.dataset import AnyPictures

CHECKPOINT_FILE = "refinement.pt"


class _Opponents(nn.Module):
    """What learns: both in one module, so that one checkpoint holds both."""

    def __init__(self, decoder: Decoder):
        super().__init__()
        self.decoder = decoder
        self.critic = PatchCritic()


class DecoderRefiner:
    """One refinement, in its folder."""

    def __init__(self, tokenizer: ImageTokenizer, training: DecoderRefinement, data: AnyPictures, folder: Path):
        """`tokenizer` is changed: its decoder is trained.

        Raises:
            ValueError: the folder's checkpoint belongs to a refinement with other settings.
        """
        torch.manual_seed(training.seed)
        self._tokenizer, self._training, self._data = tokenizer, training, data
        self._rows = (~data.is_held_out).nonzero()[0]
        opponents = _Opponents(tokenizer.decoder.requires_grad_(True).train()).to(memory_format=torch.channels_last)
        self._loop = TrainingLoop(opponents, training, tokenizer.config.to_dict(), folder / CHECKPOINT_FILE)

    def run(self) -> None:
        """Train to the end of the budget; a checkpoint every two minutes and at the end."""
        self._loop.run("steps", self._loss)

    def train_step(self) -> dict[str, float]:
        """One update of decoder and critic."""
        return self._loop.train_step(self._loss)

    def save(self) -> None:
        """Write the checkpoint."""
        self._loop.save()

    @property
    def refined(self) -> ImageTokenizer:
        """The same encoder with the averaged decoder."""
        tokenizer = ImageTokenizer(self._tokenizer.config)
        tokenizer.encoder.load_state_dict(self._tokenizer.encoder.state_dict())
        tokenizer.decoder.load_state_dict(self._loop.ema.model.decoder.state_dict())
        return tokenizer.eval().requires_grad_(False)

    def _loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The decoder's loss and the critic's; neither sends a gradient into the other's weights."""
        training, critic = self._training, self._loop.model.critic
        pictures, weights = picture_batch(self._data, self._rows, training, step)
        with torch.no_grad():
            signs = quantize(self._tokenizer.encoder(pictures).movedim(1, -1)).signs.movedim(-1, 1)
        with torch.autocast("cpu", torch.bfloat16, enabled=training.precision == "bfloat16"):
            reconstructed = self._loop.model.decoder(signs)
            real, real_features = critic(pictures)
            fake, _ = critic(reconstructed.detach())
            judged, features = functional_call(critic, _fixed(critic), (reconstructed,))
        reconstruction = reconstruction_loss(reconstructed.float(), pictures, weights)
        seen = F.avg_pool2d(weights, pictures.shape[-1] // judged.shape[-1])
        matching = _matching_loss(features, real_features)
        started = step >= training.critic_alone * training.steps
        adversarial = -(judged.float() * seen).mean()
        decoder_loss = reconstruction + training.matching_weight * matching
        if started:
            decoder_loss = decoder_loss + training.adversarial_weight * adversarial
        critic_loss = (F.relu(1 - real.float()) * seen).mean() + (F.relu(1 + fake.float()) * seen).mean()
        figures = {"loss": reconstruction.item(), "matching": matching.item(), "critic": critic_loss.item()}
        return decoder_loss + critic_loss, figures


def _fixed(module: nn.Module) -> dict[str, Tensor]:
    """The weights of a module as constants."""
    return {name: parameter.detach() for name, parameter in module.named_parameters()}


def _matching_loss(features: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """Mean distance in what the critic sees (pix2pixHD, Wang et al. 2018): steadier than its verdict alone."""
    distances = [(a.float() - b.detach().float()).abs().mean() for a, b in zip(features, wanted, strict=True)]
    return torch.stack(distances).mean()
