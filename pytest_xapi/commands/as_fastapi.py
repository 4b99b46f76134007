"""`--as-fastapi`: the commands about an app, with xapi under the names of FastAPI."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xapi.cli import choice

if TYPE_CHECKING:
    from xapi.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add the flag to each command that is about an app."""
    choice.extend(_add_flag)


def _add_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-fastapi",
        nargs=0,
        action=_UseAlias,
        default=argparse.SUPPRESS,
        help="run a FastAPI app on xapi: `import fastapi` gives xapi's objects under FastAPI's names",
    )


class _UseAlias(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        try:
            import xapi.as_fastapi  # noqa: F401
        except ImportError as error:
            parser.error(str(error))
