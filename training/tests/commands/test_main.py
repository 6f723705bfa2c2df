"""The command line as a user meets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from unif2ace_training import __version__
from unif2ace_training.__main__ import COMMANDS, main

NOWHERE = ["--prepared", "nowhere", "--tokenizer", "nowhere", "--encoders", "nowhere"]


def test_without_a_command_it_shows_its_usage_and_fails(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    usage = capsys.readouterr().out
    assert usage.startswith("usage: python -m unif2ace_training COMMAND [options]")
    assert [line.split()[0] for line in usage.splitlines() if line.startswith("  ")] == list(COMMANDS)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_asked_for_help_it_shows_its_usage_and_succeeds(capsys: pytest.CaptureFixture[str], flag: str):
    assert main([flag]) == 0
    assert "COMMAND --help explains one command." in capsys.readouterr().out


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_an_unknown_command_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]):
    assert main(["trane"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("unif2ace_training: there is no command 'trane'\n\nusage:")
    assert all(f"\n  {name} " in output.err for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as exit_info:
        main([name, "--help"])
    assert exit_info.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: unif2ace_training {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_an_option_that_it_does_not_know(name: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as exit_info:
        main([name, "--no-such-option"])
    assert exit_info.value.code == 2
    assert f"unif2ace_training {name}: error: " in capsys.readouterr().err


def test_a_users_mistake_is_one_sentence_and_status_1(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    assert main(["train", "--preset", "debug", *NOWHERE, "--out", str(tmp_path / "run")]) == 1
    error = capsys.readouterr().err
    assert error == "unif2ace_training train: nowhere/codes.npz does not exist; the command `tokenizer` writes it\n"


def test_a_wrong_setting_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    out = tmp_path / "run"
    assert main(["train", "--preset", "debug", *NOWHERE, "--out", str(out), "--set", "optimizer.rate=1"]) == 1
    assert "there is no setting 'rate' here; known are name, lr," in capsys.readouterr().err
    assert not out.exists()


def test_the_module_runs_as_a_program():
    command = [sys.executable, "-m", "unif2ace_training"]
    result = subprocess.run([*command, "nonsense"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "there is no command 'nonsense'" in result.stderr
    assert "Traceback" not in result.stderr
