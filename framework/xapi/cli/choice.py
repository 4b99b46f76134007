"""Which app a command is about: by its arguments, by the settings of the project, or by the usual files."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from xapi.cli.errors import CommandError

if TYPE_CHECKING:
    from xapi.cli.loading import Target

APP_HELP = (
    "MODULE:APP, or the path of a file or directory; by default what the project sets (XAPI_APP, xapi_app, "
    "or app in [tool.xapi]), else main.py, app.py or api.py"
)


@dataclass(frozen=True)
class Configured:
    """The app that a project has set."""

    text: str
    """As a command takes it."""
    source: str
    """Where it is set."""
    folder: Path
    """What paths and modules are looked for in."""


Reader = Callable[[Path], Configured | None]
_readers: list[Reader] = []
Addition = Callable[[argparse.ArgumentParser], None]
_additions: list[Addition] = []
_parsers: WeakSet[argparse.ArgumentParser] = WeakSet()
"""The parsers of commands that are about an app."""


def provide(reader: Reader) -> None:
    """Let a package that knows the settings of projects say which app is set.

    Args:
        reader: takes the current directory. It raises `ValueError` where settings cannot be read.
    """
    if reader not in _readers:
        _readers.append(reader)


def extend(add: Addition) -> None:
    """Let a package add arguments to each command that is about an app.

    Args:
        add: takes the parser of a command.
    """
    if add not in _additions:
        _additions.append(add)
        for parser in _parsers:
            add(parser)


def add_arguments(parser: argparse.ArgumentParser, *, positional: bool = True) -> None:
    """Add the arguments by which each command names its app."""
    if positional:
        parser.add_argument("path", nargs="?", metavar="APP", help=APP_HELP)
    parser.add_argument(
        "--app", metavar="NAME", help="its name in the module, by default app or api; or as APP"
    )
    parser.add_argument("--entrypoint", "-e", metavar="MODULE:APP", help="the app as an import string")
    _parsers.add(parser)
    for add in _additions:
        add(parser)


def chosen(arguments: argparse.Namespace, path: str | None = None) -> Target:
    """The app that parsed arguments, or the project, name.

    Args:
        arguments: those of `add_arguments`.
        path: what names the app in the place of the positional argument.

    Raises:
        CommandError: there is no such app, or several are named.
    """
    from xapi.cli.loading import find_app

    path = path or getattr(arguments, "path", None)
    name, entrypoint = arguments.app, arguments.entrypoint
    if name is not None and _names_a_place(name):
        given = [*filter(None, (path, entrypoint)), f"--app {name}"]
        path, name = path or name, None
    else:
        given = [text for text in (path, entrypoint and f"--entrypoint {entrypoint}") if text]
    if len(given) > 1:
        raise CommandError(f"both {given[0]} and {given[1]}: name one app")
    if path or entrypoint:
        return find_app(entrypoint or path, name)
    configured = _configured()
    if configured is None:
        return find_app(None, name)
    try:
        return find_app(configured.text, name, configured.folder)
    except CommandError as error:
        raise CommandError(f"{configured.source}: {error}") from error


def _configured() -> Configured | None:
    for reader in _readers:
        try:
            found = reader(Path.cwd())
        except ValueError as error:
            raise CommandError(str(error)) from error
        if found is not None:
            return found
    return None


def _names_a_place(text: str) -> bool:
    """Whether a text is more than the name of an attribute: a path, MODULE:APP, or a module in a package."""
    if ":" in text or "/" in text or Path(text).exists():
        return True
    try:
        return "." in text and importlib.util.find_spec(text) is not None
    except (ImportError, ValueError):
        return False
