"""Runs the graphs of a model folder with ONNX Runtime: the exported side of every comparison."""

# B rows, T tokens, P prompt capacity, S prompt slots, N code positions, M slot capacity, V text vocabulary

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Arrays = dict[str, np.ndarray]
_LOG_ERRORS = 3


class FolderSessions:
    """Opens each graph when it is first run."""

    def __init__(self, folder: Path, threads: int = 1):
        self._folder = folder
        self._options = onnxruntime.SessionOptions()
        self._options.intra_op_num_threads = threads
        self._options.log_severity_level = _LOG_ERRORS
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}

    def run(self, graph: str, inputs: Mapping[str, np.ndarray]) -> Arrays:
        """Outputs of a graph by name."""
        session = self._session(graph)
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, dict(inputs)), strict=True))  # pyright: ignore[reportReturnType]

    def _session(self, graph: str) -> onnxruntime.InferenceSession:
        if graph not in self._sessions:
            path = self._folder / f"{graph}.onnx"
            self._sessions[graph] = onnxruntime.InferenceSession(
                str(path), self._options, providers=["CPUExecutionProvider"]
            )
        return self._sessions[graph]


def prompt_slots(outputs: Arrays) -> Arrays:
    """Outputs of `prompt` as inputs of `unmask`: row b is slot b."""
    return {f"prompt_{name}": value for name, value in outputs.items() if name.startswith(("key_", "value_"))}


def noise_slots(sessions: FolderSessions, noise_levels_B: NDArray[np.float32]) -> Arrays:
    """Noise levels as inputs of `unmask`: what `noise` makes of each distinct one, and which row has which."""
    levels, slots = np.unique(noise_levels_B, return_inverse=True)
    return {**sessions.run("noise", {"noise_levels": levels}), "noise_slots": slots.astype(np.int64)}


class DecodeSlots:
    """Keys and values of texts about pictures, as the server keeps them: one slot of M positions a picture."""

    def __init__(self, sessions: FolderSessions, picture: Arrays, slot_capacity: int):
        """`picture` holds the outputs of the graph `picture`."""
        self._sessions = sessions
        self._past: Arrays = {}
        self.length = 0
        for name, value in picture.items():
            if name.startswith(("key_", "value_")):
                self.length = value.shape[2]
                slots = np.zeros((*value.shape[:2], slot_capacity, value.shape[3]), value.dtype)
                slots[:, :, : self.length] = value
                self._past[f"past_{name}"] = slots

    def append(self, token_ids_BT: NDArray[np.int64]) -> Arrays:
        """Run `language` on the next T tokens of every slot; several tokens go in one slot at a time."""
        rows, length = token_ids_BT.shape
        if length == 1 or rows == 1:
            outputs = self._run(slice(0, rows), token_ids_BT)
        else:
            parts = [self._run(slice(row, row + 1), token_ids_BT[row : row + 1]) for row in range(rows)]
            outputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        for name in self._past:
            self._past[name] = outputs[name.replace("past_", "present_")]
        self.length += length
        return {name: outputs[name] for name in ("logits", "token_experts")}

    def _run(self, rows: slice, token_ids_BT: NDArray[np.int64]) -> Arrays:
        count, length = token_ids_BT.shape
        total = self.length + length
        inputs = {
            "token_ids": token_ids_BT,
            "past_lengths": np.full(count, total - 1, np.int32),
            "total_length": np.array([total], np.int32),
            **{name: value[rows] for name, value in self._past.items()},
        }
        return self._sessions.run("language", inputs)
