"""`python -m benchmarks fuzz-speed`."""

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.fuzz.command import tell
from benchmarks.fuzz.runs import ENVIRONMENT, OURS, PLAIN, TOOLS, Job, Run, run
from benchmarks.fuzz.target import SPEED
from benchmarks.processes import WorkFailed
from benchmarks.tables import EMPTY, Table, number

REPEATS = 7
LIMIT_SECONDS = 300
FRAMEWORKS = ("fastapi", "xapi")
TARGETS = {"all phases": 5.0, "boundary phase": 4.0}
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
    phases: str
    runs: dict[str, list[Run]]

    def rate(self, tool: str) -> float | None:
        """Distinct requests per second, the median of the runs."""
        rates = [one.distinct / one.seconds for one in self.runs[tool]]
        return statistics.median(rates) if rates else None

    @property
    def ratio(self) -> float | None:
        """How much faster ours is: the median of the ratios of runs that followed each other."""
        pairs = zip(self.runs[OURS], self.runs[PLAIN], strict=True)
        ratios = [(ours.distinct / ours.seconds) / (plain.distinct / plain.seconds) for ours, plain in pairs]
        return statistics.median(ratios) if ratios else None


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `LOST` or `FAILED`.
    """
    options = parse(arguments)
    more = tuple(options.ours.split())
    phases: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "all phases": (more, ()),
        "boundary phase": ((*more, "--xapi-fuzz-phase", "boundary"), ("coverage",)),
    }
    try:
        prepare(ENVIRONMENT, tell)
        rows = [
            measured(framework, title, ours, plain, options.repeats)
            for framework in options.frameworks
            for title, (ours, plain) in phases.items()
        ]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write(table(rows).text() + "\n")
    missed = [row for row in rows if row.ratio is None or row.ratio < TARGETS[row.phases]]
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


def measured(framework: str, phases: str, ours: tuple[str, ...], plain: tuple[str, ...], repeats: int) -> Row:
    """Runs both tools in turns, each time with another seed."""
    runs: dict[str, list[Run]] = {tool: [] for tool in TOOLS}
    for seed in range(1, repeats + 1):
        tell(f"{framework}, {phases}: {seed} of {repeats}")
        for tool, more in ((OURS, ours), (PLAIN, plain)):
            runs[tool].append(run(Job(tool, SPEED, False, seed, more, framework), LIMIT_SECONDS))
    return Row(framework, phases, runs)


def table(rows: Sequence[Row]) -> Table:
    """What was measured beside what is to be reached."""
    headings = [
        "app of",
        "phases",
        *(f"{tool}: {what}" for tool in TOOLS for what in ("requests", "a second")),
    ]
    headings += ["times faster", "target"]
    lines = []
    for row in rows:
        cells = []
        for tool in TOOLS:
            sent = statistics.median([one.distinct for one in row.runs[tool]])
            rate = row.rate(tool)
            cells += [f"{sent:.0f}", EMPTY if rate is None else number(rate)]
        ratio = EMPTY if row.ratio is None else number(row.ratio)
        lines.append([row.framework, row.phases, *cells, ratio, f">= {TARGETS[row.phases]:g}"])
    return Table("Distinct requests, medians", headings, lines, words=2)
