"""The command line, and the order of things."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.measure import (
    Effort,
    Measured,
    measure_cold,
    measure_kept,
    measure_pytest,
    measure_served,
    measure_warm,
)
from benchmarks.peers import PEERS
from benchmarks.processes import WorkFailed
from benchmarks.progress import tell
from benchmarks.results import RESULTS, write_results
from benchmarks.rows import COLD, GROUPS, ROWS, Row
from benchmarks.sockets.load import NO_WRK, has_wrk
from benchmarks.tables import (
    Table,
    bound,
    comparison,
    figures_table,
    growth_table,
    number,
    reasons_table,
    verdicts_table,
)
from benchmarks.verdicts import FileWrong, Verdict, read_held, read_reasons, verdicts

FULL = Effort(repeats=21, starts=7, nanoseconds=50_000_000, served=7, requests=10_000, fuzzed=3)
QUICK = Effort(repeats=3, starts=2, nanoseconds=20_000_000, served=1, requests=1_000, fuzzed=1)
LEAST_REPEATS = 7
MOST_REPEATS_OF_GROWTH = 9
KEPT = ("objects", "resident")
OF_PYTEST = ("plugin.load", "pytest.start")
MISSED = 1
FAILED = 2

DESCRIPTION = """\
Measures xapi beside its peers, each in a virtual environment of its own in benchmarks/.venvs, and prints what
was reached beside what is to be reached. Exits with 1 if a target is missed, or a row of held.toml is lost,
by more than the noise of the run; with `--held` only if a row is lost. Exits with 2 if a contender could not
be measured, or does not do the same work as the others.
`python -m benchmarks soak --help` tells of the soak, which is no measurement, `fuzz --help`,
`fuzz-speed --help`, `fuzz-large --help`, `reach --help` and `documents --help` of the property tests,
`migration --help` of suites that are moved to our client, `quick-start --help` of a first app with and
without the alias, and `form-memory --help` of what one form can take in memory."""

OTHERS = {
    "documents": "benchmarks.documents.command",
    "form-memory": "benchmarks.form_memory",
    "fuzz": "benchmarks.fuzz.command",
    "fuzz-large": "benchmarks.fuzz.large",
    "fuzz-speed": "benchmarks.fuzz.speed",
    "migration": "benchmarks.migration",
    "quick-start": "benchmarks.quick_start.command",
    "reach": "benchmarks.reach.command",
    "soak": "benchmarks.soak.command",
}
"""Commands of their own, and the modules that have their `main`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `MISSED` or `FAILED`.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] and arguments[0] in OTHERS:
        other = import_module(OTHERS[arguments[0]])
        code: int = other.main(arguments[1:])
        return code
    options = parse(arguments)
    effort = QUICK if options.quick else FULL
    if options.repeats:
        effort = replace(effort, repeats=options.repeats, starts=options.repeats)
    try:
        held, reasons = read_held(), read_reasons()
        measured = _measure(options.rows, effort)
    except (EnvironmentFailed, FileWrong, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    found = [verdict for each in measured for verdict in verdicts(each, held)]
    tables = _tables(measured, found)
    if missed := [one for one in found if one.missed]:
        tables.append(reasons_table(missed, reasons))
    sys.stdout.write("\n\n".join(table.text() for table in tables) + "\n")
    sys.stdout.flush()
    if options.write:
        versions = {name: version for each in measured for name, version in each.versions.items()}
        write_results(tables, versions, effort)
        tell(f"written: {RESULTS}")
    return _conclude(measured, found, only_held=options.held)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line; `rows` of the result is the list of rows to measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=DESCRIPTION)
    parser.add_argument(
        "names", nargs="*", metavar="NAME",
        help=f"groups ({', '.join(GROUPS)}) or rows ({', '.join(ROWS)}); all of them if none is named",
    )  # fmt: skip
    default = f"{FULL.repeats} and {FULL.starts}"
    parser.add_argument(
        "--repeats", type=int, metavar="N", help=f"rounds, and starts of large apps (default: {default})"
    )
    parser.add_argument("--quick", action="store_true", help="few and short rounds, to see that all works")
    parser.add_argument("--held", action="store_true", help="exit with 0 if no row of held.toml is lost")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} (a full run only)")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in GROUPS and name not in ROWS]:
        parser.error(f"no group or row is called {', '.join(unknown)}; see --help")
    if options.repeats is not None and options.repeats < 1:
        parser.error("--repeats needs at least 1")
    too_few = options.quick or (options.repeats or LEAST_REPEATS) < LEAST_REPEATS
    if options.write and (options.names or too_few):
        parser.error(f"--write is for a run of all rows, not quick, with {LEAST_REPEATS} repeats or more")
    names = set(options.names or GROUPS)
    options.rows = [row for row in ROWS.values() if {row.name, row.group} & names]
    return options


def _measure(rows: Sequence[Row], effort: Effort) -> list[Measured]:
    for environment in dict.fromkeys(PEERS[one.peer].environment for row in rows for one in row.contenders):
        prepare(environment, tell)
    if any(row.group == "socket" for row in rows) and not has_wrk():
        tell(NO_WRK)
    alone = [row for row in rows if row.group != "startup" and row.name not in KEPT]
    measured = [_measure_alone(row, effort) for row in alone]
    for names in COLD:
        if together := [row for row in rows if row.name in names]:
            tell(f"measuring {', '.join(row.name for row in together)}: cold starts")
            measured += measure_cold(together, effort.repeats if len(names) == 1 else effort.starts)
    if kept := [row for row in rows if row.name in KEPT]:
        tell(f"measuring {', '.join(row.name for row in kept)}: what many requests leave behind")
        measured += measure_kept(kept, effort)
    return measured


def _measure_alone(row: Row, effort: Effort) -> Measured:
    tell(f"measuring {row.name}: {row.title}")
    if row.group == "socket":
        return measure_served(row, effort)
    if row.group == "fuzzing":
        # What finds bugs is not loaded unless it is asked for.
        from benchmarks.fuzz.speed import measure_fuzzing

        return measure_fuzzing(row, effort)
    if row.group == "growth":  # one request may take a second here
        return measure_warm(row, replace(effort, repeats=min(effort.repeats, MOST_REPEATS_OF_GROWTH)))
    return measure_pytest(row, effort) if row.name in OF_PYTEST else measure_warm(row, effort)


def _tables(measured: Sequence[Measured], found: Sequence[Verdict]) -> list[Table]:
    tables = []
    for group in GROUPS:
        if of_group := [each for each in measured if each.row.group == group]:
            tables += [growth_table(each) for each in of_group if each.row.contenders[0].size]
            if side_by_side := [one for one in of_group if one.samples and not one.row.contenders[0].size]:
                tables.append(figures_table(group, side_by_side))
            tables.append(verdicts_table(group, [one for one in found if one.row.group == group]))
    return tables


def _conclude(measured: Sequence[Measured], found: Sequence[Verdict], *, only_held: bool) -> int:
    absent = [(each.row.name, label, reason) for each in measured for label, reason in each.absent.items()]
    for name, label, reason in absent:
        tell(f"{name}: {label} took no part: {reason}")
    lost = [one for one in found if one.lost]
    for one in lost:
        tell(f"LOST: {one.row.name} is held to {one.held:g} and reached {_reached(one)}")
    missed = [one for one in found if one.missed]
    for one in missed:
        compared = comparison(one.target, one.row)
        tell(f"missed: {one.row.name}: {_reached(one)} {compared}; the target is {bound(one.target)}")
    if absent:
        return FAILED
    return MISSED if lost or (missed and not only_held) else 0


def _reached(verdict: Verdict) -> str:
    return "nothing" if verdict.value is None else number(verdict.value)
