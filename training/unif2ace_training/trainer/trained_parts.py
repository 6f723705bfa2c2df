"""Which parameters a run changes."""

from torch import nn

from unif2ace_training.trainer.settings import TrainSettings


def choose_trained_parts(model: nn.Module, settings: TrainSettings) -> None:
    """Freeze what the run does not train.

    `understand` leaves what only texts about pictures pass through: the understanding groups of both mixtures, and the
    head. Of the head, the codes' rows get no gradient from texts, so that without weight decay they stay as they are
    and pictures come out the same to the bit.

    Raises:
        ValueError: there is weight decay.
    """
    if settings.trained == "all":
        return
    if settings.optimizer.weight_decay:
        raise ValueError("trained=understand needs optimizer.weight_decay=0: decay would change pictures")
    for name, parameter in model.named_parameters():
        path = name.split(".")
        parameter.requires_grad_("understand" in path or path[0] == "head")
