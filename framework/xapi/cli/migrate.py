"""`xapi migrate`: move an app from FastAPI."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xapi.cli.errors import CommandError
from xapi.texts import visible, visible_line

if TYPE_CHECKING:
    from xapi.cli.commands import Commands
    from xapi.migration.trees import Change, Unreadable


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "migrate",
        help="move an app from FastAPI: rewrite its imports, and list what a person has to look at",
        description="Rewrite the imports of an app that is written for FastAPI. The exit code is 1 if a file "
        "cannot be read, and with --check also if a file would change.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", type=Path, help="a folder with all below it, or a file"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, and show what would change")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Rewrite the files and say what was done; return 1 if a file failed or, with `--check`, would change.

    Raises:
        CommandError: there is no such path, or a file cannot be written.
    """
    from xapi.migration.trees import Change, changes

    missing = [path for path in arguments.paths if not path.exists()]
    if missing:
        raise CommandError(f"there is no {missing[0]}")
    try:
        found = [change for path in arguments.paths for change in changes(path)]
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}") from error
    changed = [one for one in found if isinstance(one, Change) and one.new != one.old]
    for change in changed:
        if arguments.check:
            sys.stdout.write("".join(_diff(change)))
        else:
            _write(change)
    sys.stdout.write("".join(_told(found, changed, would=arguments.check)))
    failed = any(not isinstance(one, Change) for one in found)
    return int(failed or (arguments.check and bool(changed)))


def _write(change: Change) -> None:
    try:
        change.path.write_bytes(change.new)
    except OSError as error:
        raise CommandError(f"{change.path} cannot be written: {error.strerror}") from error


def _diff(change: Change) -> Iterator[str]:
    old, new = (
        content.decode(change.encoding).splitlines(keepends=True) for content in (change.old, change.new)
    )
    for line in difflib.unified_diff(old, new, f"{change.path} (now)", f"{change.path} (then)"):
        yield visible(line.rstrip("\r\n")) + "\n"


def _told(found: list[Change | Unreadable], changed: list[Change], *, would: bool) -> Iterator[str]:
    from xapi.migration.trees import Change

    notes = [(one.path, note) for one in found if isinstance(one, Change) for note in one.notes]
    if notes:
        yield "For a person to look at:\n"
    for path, note in notes:
        yield visible_line(f"  {path}:{note.line}: {note.reason}") + "\n"
    for one in found:
        if not isinstance(one, Change):
            yield visible_line(f"error: {one.path} {one.reason}; it is left as it is") + "\n"
    verb = "would be rewritten" if would else "rewritten"
    yield f"{_counted(changed, 'file')} {verb}, {_counted(notes, 'place')} to look at\n"


def _counted(things: list[Any], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"
