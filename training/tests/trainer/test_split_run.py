"""A run of several processes is the run of one: the same losses, and checkpoints that any number of them reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

from unif2ace_training.data.prepared import PreparedData
from unif2ace_training.trainer.trainer import Trainer

sys.path.insert(0, str(Path(__file__).parent))
from split_worker import SETTINGS, TINY, split_settings  # noqa: E402

pytestmark = pytest.mark.slow

WORKER = Path(__file__).parent / "split_worker.py"
# Sums over ranks are made in another order than sums over rows: float32, amplified by orthogonalisation step by step.
TOLERANCE = 1e-4
STEPS = 5
STOPPED_AFTER = 3


@pytest.fixture(scope="module")
def alone(prepared: PreparedData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five steps of one process."""
    folder = tmp_path_factory.mktemp("alone")
    Trainer(split_settings(), prepared, folder).run()
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four processes, of which one is told to stop, and two that go on."""
    folder = tmp_path_factory.mktemp("split")
    said = launched(4, str(WORKER), str(folder), str(STOPPED_AFTER))
    assert json.loads(said) == {"world": 4, "began": 0, "ended": STOPPED_AFTER, "finished": False}
    command = ["-m", "unif2ace_training", "train", "--preset=debug", f"--out={folder}"]
    command += [f"--{name}={TINY / name}" for name in ("prepared", "tokenizer", "encoders")]
    said = launched(2, *command, *(f"--set={value}" for value in (*SETTINGS, "activation_checkpointing=true")))
    assert said.startswith(f"going on after step {STOPPED_AFTER} ")
    return folder


def launched(processes: int, *program: str) -> str:
    """Runs a program in so many processes and returns the last line that it printed."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, *program],
        capture_output=True, check=False, text=True, env=environment, cwd=WORKER.parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.splitlines()[-1]


def curve(folder: Path) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]
    return [line for line in lines if "masked_token" in line]


def test_four_processes_have_the_losses_of_one_and_two_go_on_with_them(alone: Path, split: Path):
    whole, parts = curve(alone), curve(split)
    assert [line["step"] for line in parts] == [line["step"] for line in whole] == list(range(1, STEPS + 1))
    names = [name for name in whole[0] if "token" in name or "sequence" in name or name in ("score", "total")]
    assert len(names) == 8
    for one, many in zip(whole, parts, strict=True):
        for name in [*names, "gradient_norm", "lr_factor", "stage"]:
            assert many[name] == pytest.approx(one[name], rel=TOLERANCE, abs=1e-6), (name, one["step"])


def test_the_averaged_weights_come_out_whole(alone: Path, split: Path):
    one, many = (load_file(folder / "ema.safetensors") for folder in (alone, split))
    assert one.keys() == many.keys()
    for name, tensor in one.items():
        assert tensor.shape == many[name].shape
        assert (many[name] - tensor).abs().max() <= 1e-3 * tensor.abs().max().clamp(min=1), name


def test_only_the_newest_checkpoint_is_kept_and_it_is_not_one_process_s(prepared: PreparedData, split: Path):
    assert [path.name for path in (split / "checkpoints").iterdir()] == [f"{STEPS:08}"]
    assert not (split / "checkpoint.pt").exists()
    with pytest.raises(ValueError, match="several processes; go on with torchrun"):
        Trainer(split_settings(), prepared, split)
