"""`python -m benchmarks reach`."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.processes import WorkFailed
from benchmarks.progress import tell
from benchmarks.reach.apps import APPLICATIONS
from benchmarks.reach.runs import ENVIRONMENT, OURS, PLAIN, TOOLS, UNGUIDED, Job, Run, run, start
from benchmarks.tables import Table

SEEDS = 3
SECONDS = "5,20,60"
LOST = 1
FAILED = 2

DESCRIPTION = """\
Fuzzes applications with pytest --xapi-fuzz, with the same without its guided phase, and with plain
Schemathesis (its engine, all phases), and prints the share of lines and branches of their own code that was
reached after so many seconds: of what the start of the app does not reach, in the files that it imports, as
coverage.py counts it in each process. Then what the app has raised, and who has made it do so. Exits with 1
if Schemathesis reaches more than ours, in the median of an application at the longest time, and with 2 if a
process could not do its work."""


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `LOST` or `FAILED`.
    """
    options = parse(arguments)
    try:
        prepare(ENVIRONMENT, tell)
        runs: list[Run] = []
        jobs = [job for app in options.apps for job in jobs_of(app, options.seeds, options.seconds)]
        with ThreadPoolExecutor(options.at_once) as pool:
            for done in pool.map(run, jobs):
                runs.append(done)
                tell(f"{done.job.app}: {done.job.tool}, seed {done.job.seed} ({len(runs)} of {len(jobs)})")
        tables = [shares(options.apps, options.seconds, runs), crashes(options.apps, runs)]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write("\n\n".join(table.text() for table in tables) + "\n")
    if options.json:
        write(runs, options.json)
    lost = list(losses(options.apps, max(options.seconds), runs))
    for app in lost:
        tell(f"{app}: Schemathesis reaches more")
    return LOST if lost else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reach", description=DESCRIPTION)
    parser.add_argument(
        "apps", nargs="*", metavar="NAME", help=f"of {', '.join(APPLICATIONS)} (default: all)"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"how many (default: {SEEDS})")
    parser.add_argument(
        "--seconds", default=SECONDS, metavar="S,S", help=f"seconds of wall time (default: {SECONDS})"
    )
    parser.add_argument(
        "--at-once", type=int, default=len(os.sched_getaffinity(0)), metavar="N",
        help="processes that run at a time (default: as many as there are processors)",
    )  # fmt: skip
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write what was raised and reported to a file"
    )
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.apps if name not in APPLICATIONS]:
        parser.error(f"no application is called {', '.join(unknown)}; there are {', '.join(APPLICATIONS)}")
    options.apps = options.apps or list(APPLICATIONS)
    options.seconds = sorted(float(part) for part in options.seconds.split(","))
    return options


def jobs_of(app: str, seeds: int, seconds: Sequence[float]) -> Iterator[Job]:
    """What is to be run of an application: ours shares its time, and so runs once for each."""
    for seed in range(1, seeds + 1):
        for tool in (OURS, UNGUIDED):
            for each in seconds:
                yield Job(tool, app, seed, (each,))
        yield Job(PLAIN, app, seed, tuple(seconds))


def shares(apps: Sequence[str], seconds: Sequence[float], runs: Sequence[Run]) -> Table:
    """The share of lines and branches that was reached: a line for each application and tool."""
    lines = []
    for app in apps:
        of_start = start(app)
        for tool in TOOLS:
            cells = (_cell(_reached(runs, app, tool, each), of_start) for each in seconds)
            lines.append([app, str(len(of_start.missed)), tool, *cells])
    headings = ["application", "lines and branches", "tool", *(f"{each:g} s" for each in seconds)]
    return Table(
        "Reached of what the start does not: median (least to most) of the seeds, %", headings, lines, 1
    )


def _cell(reached: Sequence[frozenset[tuple[str, str]]], of_start: Run) -> str:
    parts = sorted(100 * len(one & of_start.missed) / max(len(of_start.missed), 1) for one in reached)
    return f"{median(parts):.1f} ({parts[0]:.1f} to {parts[-1]:.1f})" if parts else "-"


def _reached(
    runs: Sequence[Run], app: str, tool: str, seconds: float
) -> Sequence[frozenset[tuple[str, str]]]:
    return [
        done.reached[seconds]
        for done in runs
        if (done.job.app, done.job.tool) == (app, tool) and seconds in done.reached
    ]


def crashes(apps: Sequence[str], runs: Sequence[Run]) -> Table:
    """What the applications have raised, with the seeds in which each tool has made them do so."""
    lines = []
    for app in apps:
        of_app = [done for done in runs if done.job.app == app]
        first = {one["place"]: one for done in reversed(of_app) for one in done.crashes}
        for place, one in sorted(first.items()):
            cells = (_seeds(of_app, tool, place) for tool in TOOLS)
            lines.append([app, place, *cells, _shown(one)])
    headings = ["application", "raised", *TOOLS, "a request"]
    return Table(
        "Exceptions of the applications, and the seeds in which a tool has met them", headings, lines, 2
    )


def _seeds(of_app: Sequence[Run], tool: str, place: str) -> str:
    seeds = {
        done.job.seed
        for done in of_app
        if done.job.tool == tool and any(one["place"] == place for one in done.crashes)
    }
    return " ".join(map(str, sorted(seeds))) or "-"


def _shown(crash: dict[str, str]) -> str:
    body = f" {crash['body']!r}" if crash["body"] else ""
    return (crash["request"] + body)[:120]


def losses(apps: Sequence[str], seconds: float, runs: Sequence[Run]) -> Iterator[str]:
    """The applications of which Schemathesis reaches more."""
    for app in apps:
        missed = start(app).missed
        ours, plain = (
            median(len(one & missed) for one in _reached(runs, app, tool, seconds)) for tool in (OURS, PLAIN)
        )
        if plain > ours:
            yield app


def write(runs: Sequence[Run], path: Path) -> None:
    """Writes what was raised and reported as lines of JSON, one for each run."""
    with path.open("w", encoding="utf-8") as file:
        for done in runs:
            job = {
                "tool": done.job.tool,
                "app": done.job.app,
                "seed": done.job.seed,
                "seconds": done.job.seconds,
            }
            file.write(json.dumps({**job, "crashes": done.crashes, "found": done.found}) + "\n")
