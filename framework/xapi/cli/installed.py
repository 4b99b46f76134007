"""Commands that installed packages add to `xapi`, by entry points of the group `xapi.commands`."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from xapi.cli.errors import CommandError
from xapi.texts import visible_line

if TYPE_CHECKING:
    from xapi.cli.commands import Commands

GROUP = "xapi.commands"


def add_to(commands: Commands) -> None:
    """Make the commands known.

    An entry point is named as its command, and refers to a function that takes the commands and adds a
    parser to them, whose default `run` takes the parsed arguments and returns an exit code, or `None` for 0.
    One that cannot be loaded is an error when its command is called; the others work.
    """
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name in commands.choices:
            sys.stderr.write(
                f"xapi: warning: the command {entry.name!r} of {visible_line(_owner(entry))} is ignored: "
                "there is another command of this name\n"
            )
            continue
        try:
            entry.load()(commands)
        except Exception as error:
            _add_failed(commands, entry, error)


def _add_failed(commands: Commands, entry: EntryPoint, error: Exception) -> None:
    """A command that says why it cannot be called, whatever follows its name."""

    def run(arguments: argparse.Namespace) -> None:
        raise CommandError(
            f"the command {entry.name!r} of {_owner(entry)} cannot be loaded from {entry.value}: "
            f"{type(error).__name__}: {error}"
        ) from error

    # No argument starts with this character: all are taken as they are, `--help` too.
    parser = commands.add_parser(entry.name, help="(cannot be loaded)", prefix_chars="\0", add_help=False)
    parser.add_argument("rest", nargs="*")
    parser.set_defaults(run=run)


def _owner(entry: EntryPoint) -> str:
    return f"the package {entry.dist.name}" if entry.dist is not None else "a package"
