"""`xapi new`: begin a project."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xapi.cli.errors import CommandError

if TYPE_CHECKING:
    from xapi.cli.commands import Commands
    from xapi.cli.scaffold.project import Project


def add_to(commands: Commands) -> None:
    """Make the command known."""
    yes_or_no = argparse.BooleanOptionalAction
    parser = commands.add_parser(
        "new",
        help="begin a project: app, settings, database, tests, gates, Dockerfile, CI",
        description="Begin a project in a new folder. At a terminal, what is not said is asked.",
    )
    parser.add_argument("name", metavar="NAME", help="the name of the project, its folder and its package")
    parser.add_argument("--minimal", action="store_true", help="the app and its tests alone")
    parser.add_argument(
        "--database",
        action=yes_or_no,
        default=None,
        help="a database, with SQLModel and migrations by Alembic; by default yes",
    )
    parser.add_argument(
        "--auth", action=yes_or_no, default=None, help="accounts that log in with a password; by default no"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write the project that the arguments, and the answers to questions, describe.

    Raises:
        CommandError: the name is not possible, the folder is not empty, or options contradict each other.
    """
    from xapi.cli.scaffold import names, writing
    from xapi.cli.scaffold.project import Project

    if arguments.minimal and (arguments.database or arguments.auth):
        option = "--database" if arguments.database else "--auth"
        raise CommandError(f"--minimal and {option} contradict each other: leave one out")
    names.check(Project(arguments.name))
    folder = Path(arguments.name)
    writing.check_folder(folder)
    project = _project(arguments)
    writing.write(writing.render(project), folder)
    sys.stdout.write(_told(project))


def _project(arguments: argparse.Namespace) -> Project:
    from xapi.cli.scaffold.project import Project

    if arguments.minimal:
        return Project(arguments.name, minimal=True, database=False, auth=False)
    database = _said_or_asked(arguments.database, "A database, with SQLModel and Alembic?", default=True)
    auth = _said_or_asked(arguments.auth, "Accounts that log in with a password?", default=False)
    return Project(arguments.name, database=database, auth=auth)


def _said_or_asked(said: bool | None, question: str, *, default: bool) -> bool:
    if said is not None:
        return said
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return default
    choice = "[Y/n]" if default else "[y/N]"
    while True:
        try:
            answer = input(f"{question} {choice} ").strip().lower()
        except (EOFError, KeyboardInterrupt) as error:
            sys.stdout.write("\n")
            raise CommandError("no answer: nothing was made") from error
        if answer in ("", "y", "yes", "n", "no"):
            return default if not answer else answer.startswith("y")
        sys.stdout.write("Please answer y or n.\n")


def _told(project: Project) -> str:
    parts = (
        "minimal"
        if project.minimal
        else f"{_with(project.database)} a database, {_with(project.auth)} accounts"
    )
    return (
        f"Made {project.name}/ ({parts}). Next, in a virtual environment:\n\n"
        f"  cd {project.name}\n"
        '  pip install --editable ".[test]"\n'
        "  pytest --xapi-fuzz --xapi-gate\n\n"
        "README.md says the rest.\n"
    )


def _with(has: bool) -> str:
    return "with" if has else "without"
