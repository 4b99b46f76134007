"""`xapi contract`: write down the OpenAPI document that clients rely on, and see what has changed since."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_xapi import atomic_write
from pytest_xapi.project import configured_app
from pytest_xapi.pyproject import read_table
from pytest_xapi.words import counted
from xapi.cli import choice
from xapi.cli.errors import CommandError
from xapi.texts import visible

if TYPE_CHECKING:
    from pytest_xapi.gates.contract.changes import Change
    from xapi.cli.commands import Commands

_SUFFIXES = (".json", ".yaml", ".yml")


def add_to(commands: Commands) -> None:
    """Make the commands known, and to all commands which app a project has set."""
    choice.provide(configured_app)
    parser = commands.add_parser(
        "contract",
        help="store the OpenAPI document that clients rely on, and compare the app with it",
        description="Store the OpenAPI document that clients rely on, and list later changes.",
    )
    parser.set_defaults(run=lambda arguments: parser.print_help())
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    update = parts.add_parser(
        "update",
        help="write the document of the app to the file",
        description="Write the document of the app to the file that holds the contract.",
    )
    choice.add_arguments(update)
    update.add_argument(
        "--file",
        metavar="FILE",
        type=Path,
        help="by default that of `contract` in [tool.xapi], or openapi.lock.json",
    )
    update.set_defaults(run=run_update)
    _add_diff(parts)


def _add_diff(parts: Commands) -> None:
    parser = parts.add_parser(
        "diff",
        help="list changes, and which of them break clients",
        description="List the changes from OLD to NEW. The exit code is 1 if one of them breaks clients.",
    )
    parser.add_argument(
        "old",
        nargs="?",
        metavar="OLD",
        help="a file, or REVISION:FILE in git; by default `contract` in [tool.xapi], or openapi.lock.json",
    )
    parser.add_argument("new", nargs="?", metavar="NEW", help="the same, or an app; by default the app")
    choice.add_arguments(parser, positional=False)
    parser.add_argument("--against", metavar="REVISION", help="read the file from this git revision")
    parser.add_argument(
        "--fail-on",
        choices=("breaking", "risky", "none"),
        default="breaking",
        help="the least severe changes for which the exit code is 1, by default breaking",
    )
    parser.add_argument("--all", action="store_true", help="list safe changes too")
    parser.add_argument("--json", action="store_true", help="write all changes as JSON")
    parser.set_defaults(run=run_diff)


def run_update(arguments: argparse.Namespace) -> None:
    """Write the document of the app to the file.

    Raises:
        CommandError: there is no such app, or the file cannot be written.
    """
    document = _document_of_app(arguments)
    file = arguments.file or _file()
    is_yaml = file.suffix in (".yaml", ".yml")
    from xapi.cli.openapi import encoded

    text = encoded(document, "yaml" if is_yaml else "json")
    if file.is_file() and file.read_bytes() == text.encode():
        sys.stdout.write(f"{file} is up to date\n")
        return
    try:
        atomic_write.write_atomic(file, text)
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from error
    sys.stdout.write(f"wrote {file}: {counted(len(document.get('paths', ())), 'path')}\n")


def run_diff(arguments: argparse.Namespace) -> int:
    """Write what has changed, and return 1 if that fails.

    Raises:
        CommandError: a document cannot be read, or there is no such app.
    """
    from pytest_xapi.gates.contract.compare import compare
    from pytest_xapi.gates.contract.kinds import SEVERITIES

    if arguments.against and arguments.old:
        raise CommandError(f"both {arguments.old} and --against {arguments.against}: name one document")
    if arguments.new and (named := arguments.app or arguments.entrypoint):
        raise CommandError(f"both {arguments.new} and --app {named}: name one")
    old = _contract(f"git:{arguments.against}:{_file()}" if arguments.against else arguments.old or _source())
    is_document = arguments.new is not None and arguments.new.endswith(_SUFFIXES)
    new = _contract(arguments.new) if is_document else _document_of_app(arguments, arguments.new)
    changes = compare(old, new)
    sys.stdout.write(_as_json(changes) if arguments.json else visible(_as_table(changes, arguments.all)))
    failing = () if arguments.fail_on == "none" else SEVERITIES[: SEVERITIES.index(arguments.fail_on) + 1]
    return int(any(change.severity in failing for change in changes))


def _settings() -> dict[str, Any]:
    try:
        return read_table(Path.cwd())
    except ValueError as error:
        raise CommandError(str(error)) from error


def _source() -> str:
    """What the settings compare with."""
    from pytest_xapi.gates.contract.sources import DEFAULT_FILE

    return str(_settings().get("contract", DEFAULT_FILE))


def _file() -> Path:
    """The file of the contract, in the work tree."""
    from pytest_xapi.gates.contract.sources import split

    return Path(split(_source(), Path.cwd())[1])


def _contract(source: str) -> dict[str, Any]:
    from pytest_xapi.gates.contract.sources import NoContract, read

    try:
        return read(source, Path.cwd())
    except NoContract as error:
        raise CommandError(str(error)) from error


def _document_of_app(arguments: argparse.Namespace, path: str | None = None) -> dict[str, Any]:
    """The document of an app of any framework: the one that a setting names, else what the app shows."""
    from pytest_xapi import documents
    from xapi.cli.openapi import made
    from xapi.openapi.reader import DocumentError

    settings = _settings()
    try:
        chosen = documents.in_file(Path.cwd(), settings.get("openapi"))
    except DocumentError as error:
        raise CommandError(str(error)) from error
    if chosen is not None:
        return dict(chosen.content)
    target = choice.chosen(arguments, path)

    def read() -> Any:
        try:
            return documents.asked(target.app, settings.get("openapi_url")).content
        except DocumentError as error:
            raise CommandError(f"{target.import_string}: {error}") from error

    document: dict[str, Any] = made(target, read)
    return document


def _as_json(changes: list[Change]) -> str:
    from dataclasses import asdict

    from pytest_xapi.gates.contract.changes import figure

    rows = [{"rule": change.rule, **asdict(change)} for change in changes]
    return json.dumps({"summary": figure(changes), "changes": rows}, indent=2) + "\n"


def _as_table(changes: list[Change], with_safe: bool) -> str:
    from pytest_xapi.gates.contract.changes import figure

    shown = [change for change in changes if with_safe or change.severity != "safe"]
    lines = []
    for change in shown:
        more = f" (and {len(change.operations) - 1} more)" if len(change.operations) > 1 else ""
        lines.append(f"{change.severity:<9} {change.rule}  {change.operation or 'the document'}{more}")
        lines.append(f"{'':16} {change.message}")
        lines.append(f"{'':16} {change.kind} at {change.pointer} ({change.document})")
    hidden = len(changes) - len(shown)
    lines.append(figure(changes) + (" (see safe changes with --all)" if hidden else ""))
    return "\n".join(lines) + "\n"
