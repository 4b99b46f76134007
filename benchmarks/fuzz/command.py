"""`python -m benchmarks fuzz`."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.fuzz.figures import Figures, alarms, details, rates, summary
from benchmarks.fuzz.runs import ENVIRONMENT, OURS, PLAIN, TOOLS, Job, Run, restored, run
from benchmarks.fuzz.target import KINDS, Bug, bugs
from benchmarks.processes import WorkFailed
from benchmarks.progress import tell
from benchmarks.results import CORPUS, write_corpus

SEEDS = 10
BUDGETS = "1,5,20"
GRACE_SECONDS = 40
"""What a process gets beside the largest budget: to start, and to make small what it has found."""
LOST = 1
FAILED = 2

DESCRIPTION = """\
Fuzzes each app of the corpus in tests/fuzz_corpus, and its clean twin, with pytest --xapi-fuzz and with plain
Schemathesis: its engine, all phases, default checks, on the app itself. A bug counts as found when a request
has shown it, and the tool has reported it by its end: that operation, and one of the checks that may rightly
show it. Exits with 1 if ours has found fewer bugs than Schemathesis in any column, or has reported anything
of a clean twin, and with 2 if a process could not do its work."""


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `LOST` or `FAILED`.
    """
    options = parse(arguments)
    chosen = [
        bug for bug in bugs().values() if bug.name in (options.apps or bugs()) and bug.kind in options.kinds
    ]
    seeds = range(1, options.seeds + 1)
    try:
        prepare(ENVIRONMENT, tell)
        jobs = list(_jobs(chosen, seeds, tuple(options.ours.split())))
        known = written(options.json) if options.json else {}
        runs = [known[job] for job in jobs if job in known]
        left = [job for job in jobs if job not in known]
        for done in _runs(left, max(options.budgets) + GRACE_SECONDS, options.at_once):
            runs.append(done)
            if options.json:
                write(done, options.json)
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    figures = Figures(chosen, seeds, options.budgets, runs, options.processor)
    tables = [details(figures), alarms(figures), summary(figures), rates(figures)]
    sys.stdout.write("\n\n".join(table.text() for table in tables if table.lines) + "\n")
    if options.write:
        write_corpus(tables, options.seeds)
        tell(f"written: {CORPUS}")
    lost = list(losses(figures))
    for line in lost:
        tell(line)
    return LOST if lost else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz", description=DESCRIPTION)
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"how many (default: {SEEDS})")
    parser.add_argument("--apps", type=_names, default=[], metavar="A,B", help="default: all of the corpus")
    parser.add_argument(
        "--kind", dest="kinds", choices=KINDS, action="append",
        help="only the apps of this kind (default: of all)",
    )  # fmt: skip
    parser.add_argument(
        "--budgets", type=_seconds, default=_seconds(BUDGETS), metavar="S,S",
        help=f"seconds of wall time (default: {BUDGETS})",
    )  # fmt: skip
    parser.add_argument(
        "--processor", action="store_true",
        help="budgets are seconds of processor time, for a machine that has something else to do",
    )  # fmt: skip
    parser.add_argument(
        "--ours", default="", metavar="ARGUMENTS", help="more arguments of pytest --xapi-fuzz, in one word"
    )
    parser.add_argument(
        "--at-once", type=int, default=len(os.sched_getaffinity(0)), metavar="N",
        help="processes that run at a time (default: as many as there are processors)",
    )  # fmt: skip
    parser.add_argument(
        "--json", type=Path, metavar="FILE",
        help="add each run to this file, as a line of JSON; those that it has are not done again",
    )  # fmt: skip
    parser.add_argument("--write", action="store_true", help=f"write {CORPUS.name} (a run of all apps only)")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.apps if name not in bugs()]:
        parser.error(f"no app of the corpus is called {', '.join(unknown)}; there are {', '.join(bugs())}")
    if options.write and (options.apps or options.kinds):
        parser.error("--write is for a run of all apps")
    options.kinds = options.kinds or list(KINDS)
    if other := [name for name in options.apps if bugs()[name].kind not in options.kinds]:
        parser.error(f"not of that kind: {', '.join(other)}")
    if options.seeds < 1:
        parser.error("--seeds needs at least 1")
    if options.at_once < 1:
        parser.error("--at-once needs at least 1")
    return options


def written(path: Path) -> dict[Job, Run]:
    """The runs that are in a file already, which need not be done again."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    runs = [restored(json.loads(line)) for line in lines]
    return {run.job: run for run in runs}


def write(done: Run, path: Path) -> None:
    """Adds a run to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(done)) + "\n")


def losses(figures: Figures) -> Iterator[str]:
    """Where ours is behind, and what it has reported of clean twins."""
    for budget in figures.budgets:
        for stateful in (False, True):
            ours, plain = (sorted(figures.found(tool, budget, stateful)) for tool in TOOLS)
            if ours[len(ours) // 2] < plain[len(plain) // 2] or ours[0] < plain[0]:
                kind = "sequences" if stateful else "bugs"
                yield f"after {budget:g} s Schemathesis has found more {kind}"
    for app in figures.false_alarms(OURS):
        yield f"ours has reported something of a clean {app}"


def _jobs(chosen: Sequence[Bug], seeds: Sequence[int], more: tuple[str, ...]) -> Iterator[Job]:
    """What is to be run, so that both tools have the same neighbours."""
    for bug in chosen:
        for seed in seeds:
            for fixed in (False, True):
                yield Job(OURS, bug.name, fixed, seed, more)
                if not fixed or seed == seeds[0]:
                    # What Schemathesis reports of clean twins is told, but judges nobody.
                    yield Job(PLAIN, bug.name, fixed, seed)


def _runs(jobs: Sequence[Job], limit: float, at_once: int) -> Iterator[Run]:
    """Run all jobs, some of them at a time."""
    app = ""
    with ThreadPoolExecutor(at_once) as pool:
        try:
            for number, done in enumerate(pool.map(partial(run, limit=limit), jobs)):
                if done.job.app != app:
                    app = done.job.app
                    tell(f"fuzzing {app} ({number} of {len(jobs)} runs are done)")
                yield done
        except WorkFailed:
            pool.shutdown(cancel_futures=True)
            raise


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _seconds(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]
