"""How far the logits of an exported graph are from PyTorch's, and whether that can change a token."""

# B rows, S positions, V choices

import numpy as np
from numpy.typing import NDArray

# Most that a float32 graph may differ from PyTorch in a logit. Sums of a few hundred products in another order differ
# by 1e-5 or so; a wrong operator by 0.1 and more.
TOLERANCE = 2e-3


class LogitComparison:
    """Collects passes of both sides over the same inputs.

    Where two experts are as good as equal, rounding may choose another one, and a row is then honestly different. Such
    rows are counted and left out of the differences.
    """

    def __init__(self) -> None:
        self.rows = self.rows_routed_otherwise = self.positions = self.same_token = self.clear_but_other_token = 0
        self.largest_difference = 0.0
        self._divergence = 0.0

    def add(
        self, expected_BSV: NDArray[np.float32], found_BSV: NDArray[np.float32], same_routing_B: NDArray[np.bool_]
    ) -> None:
        """Compare rows; `same_routing_B` says where all layers chose the same experts."""
        same_token_BS = expected_BSV.argmax(axis=-1) == found_BSV.argmax(axis=-1)
        best_two = np.sort(np.partition(expected_BSV, -2, axis=-1)[..., -2:], axis=-1)
        # Both logits may move towards each other.
        is_clear_BS = best_two[..., 1] - best_two[..., 0] > 2 * TOLERANCE
        other_BS = is_clear_BS & ~same_token_BS & same_routing_B[:, None]
        self.rows += len(same_routing_B)
        self.rows_routed_otherwise += int((~same_routing_B).sum())
        self.positions += same_token_BS.size
        self.same_token += int(same_token_BS.sum())
        self.clear_but_other_token += int(other_BS.sum())
        if same_routing_B.any():
            differences = np.abs(expected_BSV - found_BSV)[same_routing_B]
            self.largest_difference = max(self.largest_difference, float(differences.max()))
        self._divergence += float(_divergence(expected_BSV, found_BSV).sum())

    @property
    def same_token_share(self) -> float:
        """Share of positions with the same likeliest token."""
        return self.same_token / self.positions

    def figures(self, name: str) -> dict[str, float]:
        """What the report says, by name."""
        return {
            f"{name}_positions": self.positions,
            f"{name}_same_token_share": round(self.same_token_share, 5),
            f"{name}_largest_logit_difference": float(f"{self.largest_difference:.3g}"),
            f"{name}_mean_divergence_nats": float(f"{self._divergence / self.positions:.3g}"),
            f"{name}_rows": self.rows,
            f"{name}_rows_routed_otherwise": self.rows_routed_otherwise,
        }


def same_counts(expected_BLE: NDArray[np.integer], found_BLE: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Rows whose tokens chose the same experts in all layers, as far as counts can tell."""
    return (expected_BLE == found_BLE).reshape(len(expected_BLE), -1).all(axis=1)


def _divergence(expected: NDArray[np.float32], found: NDArray[np.float32]) -> NDArray[np.float64]:
    """Kullback-Leibler divergence of the found distribution from the expected one, at each position."""
    expected_log, found_log = _log_softmax(expected), _log_softmax(found)
    return (np.exp(expected_log) * (expected_log - found_log)).sum(axis=-1)


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
