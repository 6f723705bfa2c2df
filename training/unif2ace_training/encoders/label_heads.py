"""What the labels of a picture are, read linearly from its embedding: a second teacher beside the texts."""

# B pictures, C CLIP width, K values of a label

from collections.abc import Sequence
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.portraits.labels import Labels, can_be_seen, values_of

# Labels that words are made of. In a batch of texts small things such as glasses rarely decide which text is the
# right one, so that contrast alone teaches them last.
TAUGHT: Final = (
    "gender", "age_group", "skin_tone", "hair_style", "hair_colour", "hair_length", "eye_colour", "eyes", "beard",
    "glasses", "glasses_colour", "hat", "hat_colour", "earrings", "makeup", "emotion", "action", "head_turn",
    "clothing_colour", "neckline", "background_colour", "background_kind", "lighting",
)  # fmt: skip
_IGNORED: Final = -100  # of cross_entropy


class LabelHeads(nn.Module):
    """One linear classifier a label, used in training only."""

    def __init__(self, width: int):
        super().__init__()
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(values_of(name))) for name in TAUGHT})

    def forward(self, pictures_BC: Tensor, labels: Sequence[Labels]) -> Tensor:
        """Cross-entropy in nats, the mean over the labels that have something to be seen."""
        losses = []
        for name, head in self.heads.items():
            targets_B = torch.tensor([_target(one, name) for one in labels], device=pictures_BC.device)
            if bool((targets_B != _IGNORED).any()):
                losses.append(F.cross_entropy(head(pictures_BC), targets_B, ignore_index=_IGNORED))
        return torch.stack(losses).mean()


def _target(labels: Labels, name: str) -> int:
    """Number of a label's value; ignored where a viewer could not tell it."""
    return values_of(name).index(getattr(labels, name)) if can_be_seen(labels, name) else _IGNORED
