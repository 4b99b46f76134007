"""`xapi routes`: list the routes of an app."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from xapi.cli import choice
from xapi.cli.errors import CommandError
from xapi.texts import visible_line

if TYPE_CHECKING:
    from xapi.cli.commands import Commands

Row = tuple[str, str, str, str]
_PAGES = "xapi.openapi."
"""Where the code of the document and its pages is: their routes are matched first, and stand last."""
_HEADER: Row = ("METHODS", "PATH", "NAME", "ENDPOINT")


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "routes",
        help="list the routes of an app",
        description="List the routes of an app, in the order in which they are matched; those of the "
        "document and its pages stand last.",
    )
    choice.add_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write a table of the routes.

    Raises:
        CommandError: there is no such app, or it has no routes to list.
    """
    target = choice.chosen(arguments)
    routes = getattr(target.app, "routes", None)
    if routes is None:
        raise CommandError(f"{target.import_string} has no routes to list")
    own = sorted(_rows(routes), key=lambda row: row[3].startswith(_PAGES))
    rows = [_HEADER, *(tuple(map(visible_line, row)) for row in own)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.write("".join(_mistakes(target.app)))


def _mistakes(app: Any) -> Iterator[str]:
    """A line for each route that is a mistake."""
    from xapi.operation.arguments import place
    from xapi.testing.route_faults import route_faults

    for fault in route_faults(app.routes):
        yield visible_line(f"mistake: {place(fault.endpoint)}: {fault.label}: {fault.message(place)}") + "\n"


def _rows(routes: Iterable[Any], prefix: str = "") -> Iterator[Row]:
    """A row for each route; those of mounted apps stand below their mount, with its path in front."""
    for route in routes:
        path = prefix + getattr(route, "path", "")
        endpoint = getattr(route, "endpoint", None)
        name = str(getattr(route, "name", None) or "")
        if endpoint is None:
            mounted = getattr(route, "app", route)
            yield "mount", path or "/", name, _place(mounted)
            yield from _rows(getattr(mounted, "routes", None) or (), path)
        else:
            methods = getattr(route, "methods", None)
            yield ",".join(sorted(methods)) if methods else "websocket", path, name, _place(endpoint)


def _place(called: Any) -> str:
    """Where the code is: module and name of a function, or the class of an object."""
    named = called if hasattr(called, "__qualname__") else type(called)
    return f"{named.__module__}:{named.__qualname__}"
