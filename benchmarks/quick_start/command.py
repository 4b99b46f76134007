"""`python -m benchmarks quick-start`: an app and its suite, under FastAPI and under the alias."""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.migration import run
from benchmarks.processes import WorkFailed, clean_environment
from benchmarks.progress import tell
from benchmarks.sockets.load import NO_WRK, has_wrk, send
from benchmarks.tables import Table

ENVIRONMENT = "quick-start"
APP = Path(__file__).parent / "app"
ROUNDS = 5
SECONDS = 2
"""How long the load of a round is."""
FIRST = 1_000_003
FEWER = 1
FAILED = 2
ADDRESS = re.compile(r"running on http://127\.0\.0\.1:(\d+)")
SERVED = {"c": "a path and a query", "d": "a small body"}
"""Rows of `benchmarks.rows` whose requests the app answers, and what they are."""

DESCRIPTION = """\
Makes an environment with `fastapi[standard]` and xapi, runs a first app's suite with `pytest` and with
`pytest --xapi-as-fastapi`, in turns, and serves the app both ways under load. Exits with 1 if a test fails
either way, and with 2 if something could not be run."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to run the app.

    Attributes:
        title: As people write it.
        pytest: What pytest is told.
        python: What Python is told before the module that it runs.
    """

    title: str
    pytest: tuple[str, ...]
    python: tuple[str, ...]


WAYS = (
    Way("FastAPI", ("-p", "no:xapi"), ()),
    Way("xapi, by the flag", ("--xapi-as-fastapi",), ("-m", "xapi.as_fastapi")),
)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a way: tests, those that passed, seconds in them and of the run, and requests a second."""

    tests: int
    passed: int
    in_tests: float
    whole: float
    served: dict[str, float]


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `FEWER` or `FAILED`.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks quick-start", description=DESCRIPTION)
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"default: {ROUNDS}")
    options = parser.parse_args(arguments)
    try:
        python = prepare(ENVIRONMENT, tell)
        if not has_wrk():
            tell(NO_WRK)
        rounds = [tuple(measure(python, way) for way in WAYS) for _ in range(options.rounds)]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write(table(rounds).text() + "\n")
    return FEWER if any(one.passed < one.tests for both in rounds for one in both) else 0


def measure(python: Path, way: Way) -> Round:
    """One round: the suite, then the app under load.

    Raises:
        WorkFailed: pytest or the server could not run, or a request was not answered with success.
    """
    suite = run(python, APP, ".", way.pytest)
    with serving(python, way) as port:
        served = {item: send(port, item, FIRST, SECONDS).requests / SECONDS for item in SERVED}
    return Round(suite.tests, len(suite.passed), suite.in_tests, suite.whole, served)


@contextmanager
def serving(python: Path, way: Way) -> Iterator[int]:
    """The app behind uvicorn, in a process of its own, for as long as this is open; gives its port.

    Raises:
        WorkFailed: The server ended before it served.
    """
    command = [str(python), *way.python, "-m", "uvicorn", "main:app", "--port", "0", "--no-access-log"]
    server = subprocess.Popen(
        command,
        cwd=APP,
        env=clean_environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _port(server)
    finally:
        server.terminate()
        server.communicate()


def _port(server: subprocess.Popen[str]) -> int:
    said = []
    assert server.stderr
    for line in server.stderr:
        if found := ADDRESS.search(line):
            return int(found[1])
        said.append(line)
    raise WorkFailed(f"uvicorn ended: {''.join(said).strip()}")


def table(rounds: Sequence[Sequence[Round]]) -> Table:
    """Both ways beside each other: the least number of tests that passed, the medians of the rest."""
    ways = list(zip(*rounds, strict=True))
    return Table(
        f"A first app, medians of {len(rounds)}",
        ["", *(way.title for way in WAYS)],
        [
            ["tests that pass", *(str(min(one.passed for one in way)) for way in ways)],
            ["seconds in the tests", *(f"{median(one.in_tests for one in way):.2f}" for way in ways)],
            ["seconds of the run", *(f"{median(one.whole for one in way):.2f}" for way in ways)],
            *(
                [
                    f"requests a second: {words}",
                    *(f"{median(one.served[item] for one in way):.0f}" for way in ways),
                ]
                for item, words in SERVED.items()
            ),
        ],
        words=1,
    )
