"""What an optimiser needs of parameters that are split over processes: the whole, and one's own part of a whole."""

from torch import Tensor
from torch.distributed.tensor import DTensor, distribute_tensor


def whole(tensor: Tensor) -> Tensor:
    """All of a tensor, gathered from the processes that hold its parts; one that is not split is returned as it is."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def parted_like(tensor: Tensor, like: Tensor) -> Tensor:
    """The part of a whole `tensor`, the same in every process, that lies where this process's part of `like` does."""
    if not isinstance(like, DTensor):
        return tensor
    return distribute_tensor(tensor, like.device_mesh, like.placements, src_data_rank=None)
