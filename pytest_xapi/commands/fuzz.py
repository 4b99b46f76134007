"""`xapi fuzz`: the causes that the last run of property tests found, listed and accepted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_xapi.commands.report import read_report
from xapi.cli.errors import CommandError
from xapi.texts import visible

if TYPE_CHECKING:
    from pytest_xapi.fuzz.collection.last_causes import KnownCause, LastRun
    from xapi.cli.commands import Commands

NO_RUN = "no property tests have run in this directory: run pytest --xapi-fuzz first, or give --report FILE"


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "fuzz",
        help="list and accept what property tests found",
        description="List and accept what the last run of `pytest --xapi-fuzz` found.",
    )
    parser.set_defaults(run=lambda arguments: parser.print_help())
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    causes = parts.add_parser("causes", help="list the causes that the last run found")
    causes.set_defaults(run=run_causes)
    accept = parts.add_parser(
        "accept",
        help="accept causes: their findings fail no test any more",
        description=(
            "Write causes into the baseline, the file of accepted findings, with a reason: their findings "
            "fail no test and no gate any more. `xapi fuzz causes` lists the causes."
        ),
    )
    accept.add_argument("causes", nargs="*", metavar="CAUSE", help="the id of a cause, or its beginning")
    accept.add_argument("--all", action="store_true", help="accept all causes")
    accept.add_argument(
        "--all-but", nargs="+", default=[], metavar="CAUSE", help="accept all causes but these"
    )
    accept.add_argument("--reason", required=True, metavar="TEXT", help="why it is accepted")
    accept.add_argument(
        "--expires", type=_day, metavar="DATE", help="the last day on which it is accepted, as in 2027-03-31"
    )
    accept.add_argument("--baseline", metavar="FILE", help="the baseline, if it is not the one that is set")
    accept.set_defaults(run=run_accept)
    for part in (causes, accept):
        part.add_argument(
            "--report", type=Path, metavar="FILE", help="a report as JSON, instead of the last run"
        )


def run_causes(arguments: argparse.Namespace) -> int:
    """List the causes.

    Raises:
        CommandError: no property tests have run, or what they wrote cannot be read.
    """
    from pytest_xapi.fuzz.collection import last_causes

    causes = _last_run(arguments).causes
    lines = last_causes.table(causes) if causes else ["nothing was found that is not accepted"]
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))
    return 0


def run_accept(arguments: argparse.Namespace) -> int:
    """Accept causes.

    Raises:
        CommandError: there is no such cause, no reason, or the baseline cannot be used.
    """
    import pytest

    from pytest_xapi.fuzz.collection import baseline
    from pytest_xapi.settings import DEFAULT_BASELINE

    run = _last_run(arguments)
    chosen = _chosen(arguments, run.causes)
    if not arguments.reason.strip():
        raise CommandError("--reason: say in a sentence why it is accepted")
    file = Path(arguments.baseline or run.baseline or DEFAULT_BASELINE)
    try:
        baseline.accept(file, chosen, arguments.reason.strip(), arguments.expires)
    except pytest.UsageError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from error
    for cause in chosen:
        operations = ", ".join(cause.operations)
        text = f"accepted in {file}: {cause.id} ({cause.rule} {operations}: {cause.title})"
        sys.stdout.write(f"{visible(text)}\n")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: give one as in 2027-03-31") from error


def _last_run(arguments: argparse.Namespace) -> LastRun:
    from pytest_xapi.fuzz.collection import last_causes

    if arguments.report is not None:
        return last_causes.LastRun(last_causes.of_records(read_report(arguments.report).fuzz), None)
    try:
        run = last_causes.read(Path())
    except OSError as error:
        raise CommandError(f"cannot read {last_causes.FILE}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    if run is None:
        raise CommandError(NO_RUN)
    return run


def _chosen(arguments: argparse.Namespace, causes: Sequence[KnownCause]) -> list[KnownCause]:
    ways = (bool(arguments.causes), arguments.all, bool(arguments.all_but))
    if sum(ways) != 1:
        raise CommandError("name the causes, or give --all, or --all-but with those that are not accepted")
    if arguments.all:
        return list(causes)
    named = [_found(name, causes) for name in (*arguments.causes, *arguments.all_but)]
    return [cause for cause in causes if (cause in named) is bool(arguments.causes)]


def _found(name: str, causes: Sequence[KnownCause]) -> KnownCause:
    found = [cause for cause in causes if any(text.startswith(name) for text in cause.fingerprints)]
    if len(found) != 1:
        known = ", ".join(cause.id for cause in causes) or "none"
        problem = "several causes begin with" if found else "the last run found no cause"
        raise CommandError(f"{problem} {name!r}; there is: {known}")
    return found[0]
