"""`xapi report`: put the reports of several runs together, and write one in other forms."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_xapi.reports import json_form, options
from xapi.cli.errors import CommandError
from xapi.texts import visible

if TYPE_CHECKING:
    from pytest_xapi.reports.model import Report
    from xapi.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "report",
        help="merge the reports of several runs",
        description="Merge the reports of several runs.",
    )
    parser.set_defaults(run=lambda arguments: parser.print_help())
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    merge = parts.add_parser(
        "merge",
        help="evaluate several runs as one, and write their report",
        description=(
            "Merge reports of `pytest --xapi-report json:FILE`, such as those of shards, and evaluate the "
            "gates for all of them together. The exit code is 1 if a gate fails, or, if no gates were "
            "requested, if there are findings. It is also 1, even with --warn, if a shard is missing or "
            "duplicated, or if the files are from different runs."
        ),
    )
    merge.add_argument("files", nargs="+", metavar="FILE", type=Path, help="reports as JSON")
    merge.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORM:PATH",
        type=options.output,
        help=f"write the report; the forms are {', '.join(options.FORMS)}, and - is the standard output",
    )
    merge.add_argument("--warn", action="store_true", help="the exit code is 0 even if a gate fails")
    merge.set_defaults(run=run_merge)


def run_merge(arguments: argparse.Namespace) -> int:
    """Put reports together, write what was asked for, and say what the gates say.

    Raises:
        CommandError: a file is not a report, a report cannot be written, or settings of the gates are wrong.
    """
    from pytest_xapi.gates.merging import NothingToJudge, merged
    from pytest_xapi.gates.tables import SettingsError
    from pytest_xapi.reports import contents, gaps, outputs

    parts = _read_each_once(arguments.files)
    missing = tuple(gaps.of(parts))
    try:
        report = merged(tuple(parts.values()), Path())
    except (NothingToJudge, SettingsError) as error:
        raise CommandError(str(error)) from error
    report = replace(report, only_warns=arguments.warn, root=Path.cwd(), gaps=missing)
    for output in arguments.report:
        try:
            outputs.write(report, output, sys.stdout.write)
        except outputs.UnusableOutput as error:
            raise CommandError(str(error)) from error
    for line in _summary(report):
        sys.stdout.write(f"{visible(line)}\n")
    found_only = not report.verdicts and bool(contents.problems(report))
    for gap in report.gaps:
        sys.stderr.write(f"xapi: error: {visible(gap)}\n")
    return 1 if report.gaps or (not arguments.warn and (found_only or not report.passed)) else 0


def _read_each_once(files: Sequence[Path]) -> dict[str, Report]:
    """The reports by the names of their files.

    Raises:
        CommandError: a file is there twice, or cannot be used.
    """
    found: dict[Path, str] = {}
    for file in files:
        known = found.setdefault(file.resolve(), str(file))
        if known != str(file) or files.count(file) > 1:
            raise CommandError(f"{file} is given twice")
    return {str(file): read_report(file) for file in files}


def read_report(file: Path) -> Report:
    """The report in a file of JSON.

    Raises:
        CommandError: it cannot be read, or is not one.
    """
    try:
        return json_form.read(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{file} cannot be used: {error}") from error


def _summary(report: Report) -> list[str]:
    from pytest_xapi.gates import terminal
    from pytest_xapi.reports import contents

    lines = [
        terminal.described(problem) for problem in contents.problems(report) if problem.severity != "note"
    ]
    if report.verdicts:
        lines += ["", *terminal.verdicts(report)]
    if report.fuzz:
        lines += ["", contents.counts(report.fuzz).described()]
    return lines
