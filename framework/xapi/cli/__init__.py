"""The command `xapi`, also `python -m xapi`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from xapi.cli import completion, installed, migrate, new, openapi, routes, serving
from xapi.cli.errors import CommandError
from xapi.texts import visible_line
from xapi.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 1 if a command failed, or what the command returns.

    Args:
        arguments: what follows the command's name; by default, what the process was started with.

    Raises:
        SystemExit: with 0 after `--help` and `--version`, with 2 for arguments that are not understood.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if not hasattr(parsed, "run"):
        parser.print_help()
        return 0
    try:
        code: int | None = parsed.run(parsed)
    except CommandError as error:
        sys.stderr.write(f"xapi: error: {visible_line(str(error))}\n")
        return 1
    return code or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xapi", description="A typed Python API framework with testing built in."
    )
    parser.add_argument("--version", action="version", version=f"xapi {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in (new, serving, routes, openapi, migrate):
        command.add_to(commands)
    completion.add_to(commands, lambda: parser)
    installed.add_to(commands)
    return parser
