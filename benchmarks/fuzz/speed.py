"""`python -m benchmarks fuzz-speed`."""

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import rows
from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.fuzz.runs import ENVIRONMENT, OURS, PLAIN, TOOLS, Job, Run, run
from benchmarks.fuzz.target import SPEED
from benchmarks.measure import Effort, Measured
from benchmarks.processes import WorkFailed
from benchmarks.progress import tell
from benchmarks.tables import EMPTY, Table, number

REPEATS = 7
LIMIT_SECONDS = 300
FRAMEWORKS = ("fastapi", "xapi")
PHASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fuzz.all": ((), ()),
    "fuzz.boundary": (("--xapi-fuzz-phase", "boundary"), ("coverage",)),
}
"""By row: which phases, as arguments of ours and of Schemathesis."""
LOST = 1
FAILED = 2

DESCRIPTION = """\
Fuzzes a small shop of thirteen operations, made with FastAPI and with xapi, with pytest --xapi-fuzz and with
plain Schemathesis, in turns, and prints the distinct requests per second from the first request to the last.
What is the same request is judged without the headers that clients always add. Exits with 1 if a target is
missed, and with 2 if a process could not do its work."""


@dataclass(frozen=True)
class Row:
    """Runs of both tools that are compared."""

    framework: str
    name: str
    runs: dict[str, list[Run]]

    def rate(self, tool: str) -> float | None:
        """Distinct requests per second, the median of the runs."""
        spent = [one.nanoseconds for one in self.runs[tool]]
        return 1e9 / statistics.median(spent) if spent else None

    @property
    def ratio(self) -> float | None:
        """How much faster ours is: the median of the ratios of runs that followed each other."""
        pairs = zip(self.runs[OURS], self.runs[PLAIN], strict=True)
        ratios = [plain.nanoseconds / ours.nanoseconds for ours, plain in pairs]
        return statistics.median(ratios) if ratios else None


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `LOST` or `FAILED`.
    """
    options = parse(arguments)
    more = tuple(options.ours.split())
    try:
        prepare(ENVIRONMENT, tell)
        found = [
            Row(framework, name, measured(name, framework, options.repeats, more))
            for framework in options.frameworks
            for name in PHASES
        ]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write(table(found).text() + "\n")
    missed = [row for row in found if row.ratio is None or row.ratio < target(row.name)]
    return LOST if missed else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz-speed", description=DESCRIPTION)
    parser.add_argument(
        "--repeats", type=int, default=REPEATS, metavar="N", help=f"runs of each (default: {REPEATS})"
    )
    parser.add_argument("--frameworks", nargs="+", choices=FRAMEWORKS, default=FRAMEWORKS)
    parser.add_argument(
        "--ours", default="", metavar="ARGUMENTS", help="more arguments of pytest --xapi-fuzz, in one word"
    )
    return parser.parse_args(arguments)


def measured(name: str, framework: str, repeats: int, more: tuple[str, ...] = ()) -> dict[str, list[Run]]:
    """Runs both tools in turns, each time with another seed; the runs by tool.

    Args:
        name: A key of `PHASES`.
        framework: Of the app.
        repeats: How often.
        more: More arguments of ours.
    """
    ours, plain = PHASES[name]
    runs: dict[str, list[Run]] = {tool: [] for tool in TOOLS}
    for seed in range(1, repeats + 1):
        tell(f"{framework}, {name}: {seed} of {repeats}")
        for tool, given in ((OURS, (*more, *ours)), (PLAIN, plain)):
            runs[tool].append(run(Job(tool, SPEED, False, seed, given, framework), LIMIT_SECONDS))
    return runs


def measure_fuzzing(row: rows.Row, effort: Effort) -> Measured:
    """Measures what a distinct request takes, from the first one of a run to the last."""
    runs = measured(row.name, "xapi", effort.fuzzed)
    pairs = zip(row.contenders, (PLAIN, OURS), strict=True)
    return Measured(row, {one.label: [run.nanoseconds for run in runs[tool]] for one, tool in pairs})


def target(name: str) -> float:
    """How many times faster ours is to be."""
    return rows.ROWS[name].targets[0].bound


def table(found: Sequence[Row]) -> Table:
    """What was measured beside what is to be reached."""
    headings = [
        "app of",
        "row",
        *(f"{tool}: {what}" for tool in TOOLS for what in ("requests", "a second")),
    ]
    headings += ["times faster", "target"]
    lines = []
    for row in found:
        cells = []
        for tool in TOOLS:
            sent = statistics.median([one.distinct for one in row.runs[tool]])
            rate = row.rate(tool)
            cells += [f"{sent:.0f}", EMPTY if rate is None else number(rate)]
        ratio = EMPTY if row.ratio is None else number(row.ratio)
        lines.append([row.framework, row.name, *cells, ratio, f">= {target(row.name):g}"])
    return Table("Distinct requests, medians", headings, lines, words=2)
