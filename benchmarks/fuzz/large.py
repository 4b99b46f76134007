"""`python -m benchmarks fuzz-large`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environments import ROOT, EnvironmentFailed, prepare, python_of
from benchmarks.fuzz.runs import ENVIRONMENT, NO_PLUGINS, OURS, PLAIN, TOOLS
from benchmarks.processes import WorkFailed, clean_environment, run_limited
from benchmarks.progress import tell

SIZES = (200_000, 1_000_000)
SECONDS = 30.0
GRACE_SECONDS = 120
MOST_MEMORY = 2.0
"""How much more memory ours may take than plain Schemathesis."""
LEAST_CASES = 5.0
"""How many times its cases ours has to send, by the second of processor time."""
MEGABYTE = 1e6
MISSED = 1
FAILED = 2

DESCRIPTION = """\
Fuzzes an app with a large document, whose schemas lead to each other, with pytest --xapi-fuzz and with plain
Schemathesis, for so many seconds each, and prints the most memory that the process has held and the cases of
a second of processor time, counted from the first request. Exits with 1 if ours takes more than twice the
memory or sends less than five times the cases, and with 2 if a process could not do its work."""


@dataclass(frozen=True)
class Figures:
    """What a process has told: cases, seconds of processor time, bytes of memory."""

    cases: int
    cpu: float
    memory: float

    @property
    def rate(self) -> float:
        """Cases of a second of processor time."""
        return self.cases / self.cpu


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `MISSED` or `FAILED`.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz-large", description=DESCRIPTION)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="in bytes")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="N", help=f"default: {SECONDS:g}")
    options = parser.parse_args(arguments)
    missed = False
    try:
        prepare(ENVIRONMENT, tell)
        for size in options.sizes:
            found = {tool: run(tool, size, options.seconds) for tool in TOOLS}
            for tool, figures in found.items():
                memory = figures.memory / MEGABYTE
                sys.stdout.write(
                    f"{size:>9} bytes, {tool:<12}: {memory:5.0f} MB, {figures.rate:6.0f} cases a CPU second\n"
                )
            memory = found[OURS].memory / found[PLAIN].memory
            cases = found[OURS].rate / found[PLAIN].rate
            sys.stdout.write(f"{size:>9} bytes, ratio       : {memory:5.2f}   , {cases:6.1f}\n")
            missed |= memory > MOST_MEMORY or cases < LEAST_CASES
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    return MISSED if missed else 0


def run(tool: str, size: int, seconds: float) -> Figures:
    """Fuzzes the app with a tool, in a process of its own.

    Raises:
        WorkFailed: It has not sent enough to take so long.
    """
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        environment = clean_environment(
            PYTHONPATH=str(ROOT), LARGE_BYTES=str(size), LARGE_SECONDS=str(seconds), LARGE_LOG=str(log)
        )
        command = [str(python_of(ENVIRONMENT)), *_arguments(tool)]
        said, has_ended = run_limited(command, seconds + GRACE_SECONDS, Path(folder), environment)
        if not has_ended:
            raise WorkFailed(f"{tool} did not send a request for long:\n{said[-2000:]}")
        if not log.exists():
            raise WorkFailed(f"{tool} ended early:\n{said[-2000:]}")
        return Figures(**json.loads(log.read_text(encoding="utf-8")))


def _arguments(tool: str) -> Sequence[str]:
    if tool == PLAIN:
        return ["-m", "benchmarks.fuzz.large_plain"]
    return [
        "-m", "pytest", "--xapi-fuzz", "--xapi-seed", "1",
        "--xapi-app", "benchmarks.fuzz.large_app:create", *NO_PLUGINS, "-p", "no:cacheprovider",
    ]  # fmt: skip
