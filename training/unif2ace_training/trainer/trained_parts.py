"""Which parameters a run changes."""

from torch import nn

from unif2ace_training.trainer.settings import TrainSettings


def choose_trained_parts(model: nn.Module, settings: TrainSettings) -> None:
    """Freeze what the run does not train.

    `understand` leaves what only texts about pictures pass through: the understanding groups of both mixtures, and the
    head. Of the head, the codes' rows get no gradient from texts, so that without weight decay they stay as they are
    and pictures come out the same to the bit.

    A mixture that does not learn stays as it begins, silent (model/init.py): the model computes what one without it
    would. That is how ablations leave one out.

    Raises:
        ValueError: there is weight decay, or a mixture that is to be left out begins with another run's weights.
    """
    if settings.mixtures != "both":
        _silence(model, settings)
    if settings.trained == "all":
        return
    if settings.optimizer.weight_decay:
        raise ValueError("trained=understand needs optimizer.weight_decay=0: decay would change pictures")
    for name, parameter in model.named_parameters():
        path = name.split(".")
        if not ("understand" in path or path[0] == "head"):
            parameter.requires_grad_(False)


def _silence(model: nn.Module, settings: TrainSettings) -> None:
    if settings.init_from is not None:
        raise ValueError(f"mixtures={settings.mixtures} leaves out what the run in {settings.init_from} has learned")
    left_out = {"token": "sequence_moe", "sequence": "groups"}
    names = set(left_out.values()) if settings.mixtures == "none" else {left_out[settings.mixtures]}
    for name, parameter in model.named_parameters():
        if names & set(name.split(".")):
            parameter.requires_grad_(False)
