"""`xapi completion`: the script by which a shell completes the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from xapi.cli.errors import CommandError

if TYPE_CHECKING:
    from xapi.cli.commands import Commands

_SHELLS = ("bash", "zsh", "tcsh")


def add_to(commands: Commands, whole: Callable[[], argparse.ArgumentParser]) -> None:
    """Make the command known.

    Args:
        commands: what it is added to.
        whole: gives the parser of the whole command line.
    """
    parser = commands.add_parser(
        "completion",
        help="write the script by which a shell completes this command line",
        description="Write a script to the standard output, by which a shell completes commands and options.",
    )
    parser.add_argument("shell", choices=_SHELLS, help="the shell")
    parser.set_defaults(run=lambda arguments: _run(arguments.shell, whole()))


def _run(shell: str, parser: argparse.ArgumentParser) -> None:
    try:
        import shtab
    except ImportError as error:
        raise CommandError(
            'completion needs the package shtab: pip install shtab, or "xapi-framework[standard]"'
        ) from error
    sys.stdout.write(shtab.complete(parser, shell))
