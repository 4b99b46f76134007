"""The command `xapi`, also `python -m xapi`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from xapi.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: what follows the command's name; by default, what the process was started with.

    Raises:
        SystemExit: with 0 after `--help` and `--version`, with 2 for arguments that are not understood.
    """
    parser = _parser()
    parser.parse_args(arguments)
    parser.print_help()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xapi", description="A typed Python API framework with testing built in."
    )
    parser.add_argument("--version", action="version", version=f"xapi {__version__}")
    return parser
