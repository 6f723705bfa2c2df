"""Every command that a page shows is one that the package takes: names, options, values."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from unif2ace_training.__main__ import main

_ROOT = Path(__file__).parents[3]
_PAGES = sorted([*(_ROOT / "docs").glob("*.md"), _ROOT / "training" / "README.md"])
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"(?:python|torchrun .*?) -m unif2ace_training +([a-z].+)")


class _ParsedError(Exception):
    """The command line was understood."""


def _commands(page: Path) -> list[str]:
    """Commands of a page's shell blocks, each as one line."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    return [found[1] for line in lines if (found := _COMMAND.search(line))]


def _whole_commands() -> list[str]:
    """Without those that leave something to the reader: `…` stands for options that are not said."""
    return sorted({command for page in _PAGES for command in _commands(page) if " …" not in command})


@pytest.mark.parametrize("command", _whole_commands())
def test_a_command_of_a_page_is_understood(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    understand = argparse.ArgumentParser.parse_args

    def parse_only(parser: argparse.ArgumentParser, *given: object) -> None:
        understand(parser, *given)
        raise _ParsedError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_only)
    with pytest.raises(_ParsedError):
        main(shlex.split(command.split("  #")[0]))


def test_the_pages_have_commands() -> None:
    assert len(_whole_commands()) > 40
    assert len(_commands(_ROOT / "docs" / "reproduce.md")) > 30
