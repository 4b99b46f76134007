"""`python -m benchmarks migration`: suites as they are, with other clients, and moved to that of xapi."""

import argparse
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.processes import WorkFailed, clean_environment
from benchmarks.progress import tell
from benchmarks.tables import Table

_MOVED = "from xapi.testing import TestClient"
TEST_CLIENT = {
    "from starlette.testclient import TestClient": _MOVED,
    "from fastapi.testclient import TestClient": _MOVED,
}
"""The line of a suite that changes when it moves, in its two spellings, and what stands there afterwards."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A public suite.

    Attributes:
        name: The project's on the package index; its environment is ``requirements/migration-NAME.txt``.
        version: Its version.
        tests: The folder of its tests, in its source archive.
        lines: The lines that change when it moves, and what stands there afterwards.
        moved: The files below `tests` in which they do.
        without: What of the tests is left out.
        served: Files that the tests serve, and the archive leaves out; what they say does not matter.
    """

    name: str
    version: str
    tests: str
    lines: Mapping[str, str]
    moved: str = "*.py"
    without: tuple[str, ...] = ()
    served: tuple[str, ...] = ()


SUITES = {
    suite.name: suite
    for suite in (
        Suite("starlette-exporter", "0.24.0", "tests", TEST_CLIENT, served=("tests/static/test.txt",)),
        Suite("simple-repository-server", "0.10.0", "simple_repository_server/tests", TEST_CLIENT),
        Suite("rdflib-endpoint", "0.6.3", "tests", TEST_CLIENT),
        Suite(
            "dstack",
            "0.22.5",
            "src/tests/_internal/server/routers",
            {
                "import httpx": "import httpx; from xapi.testing import AsyncClient",
                '    return httpx.AsyncClient(transport=transport, base_url="http://test")': (
                    '    return AsyncClient(app, base_url="http://test")'
                ),
            },
            moved="../conftest.py",
            without=("test_backends.py",),  # it needs the clients of all clouds
        ),
    )
}

ROUNDS = 5
FEWER = 1
FAILED = 2

DESCRIPTION = """\
Fetches public suites from the package index, and runs each as it is and moved to the client of xapi, in
turns. Prints what docs/migrating-tests.md shows. Exits with 1 if a test does not pass once it is moved, and
with 2 if a suite could not be run."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a suite: how many tests, those that passed, the seconds in all of them and of the run."""

    tests: int
    passed: frozenset[str]
    in_tests: float
    whole: float


@dataclass(frozen=True, slots=True)
class Size:
    """The lines of a suite's tests, and how many of them were changed."""

    lines: int
    changed: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a suite: its size, and runs as it is and moved."""

    suite: Suite
    size: Size
    runs: Sequence[tuple[Run, Run]]

    @property
    def lost(self) -> set[str]:
        """The tests that pass in each run of the suite as it is, and not in each one of it moved."""
        before, after = (
            frozenset.intersection(*(one.passed for one in side)) for side in zip(*self.runs, strict=True)
        )
        return {*before - after}


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `FEWER` or `FAILED`.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks migration", description=DESCRIPTION)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all of {', '.join(SUITES)} if none is named"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"runs of each (default: {ROUNDS})"
    )
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in SUITES]:
        parser.error(f"no suite is called {', '.join(unknown)}; there are {', '.join(SUITES)}")
    try:
        moved = [measure(SUITES[name], options.rounds) for name in options.names or SUITES]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write(table(moved, options.rounds).text() + "\n")
    lost = {f"{one.suite.name}: {test}" for one in moved for test in one.lost}
    for test in sorted(lost):
        tell(f"does not pass once it is moved: {test}")
    return FEWER if lost else 0


def measure(suite: Suite, rounds: int) -> Moved:
    """Fetches a suite, and runs it both ways, in turns.

    Raises:
        EnvironmentFailed: Its environment could not be made.
        WorkFailed: It could not be fetched or run.
    """
    python = prepare(f"migration-{suite.name}", tell)
    with TemporaryDirectory() as folder:
        before, after = (fetch(python, suite, Path(folder) / side) for side in ("before", "after"))
        size = move(suite, after)
        flags = [f"--ignore={suite.tests}/{path}" for path in suite.without]
        runs = []
        for number in range(rounds):
            tell(f"{suite.name}: run {number + 1} of {rounds}")
            runs.append((run(python, before, suite.tests, flags), run(python, after, suite.tests, flags)))
    return Moved(suite, size, runs)


def fetch(python: Path, suite: Suite, folder: Path) -> Path:
    """Has the source archive of a suite's project unpacked below a folder.

    Returns:
        The directory of the project.

    Raises:
        WorkFailed: pip could not fetch it.
    """
    _output(
        [
            python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-binary", ":all:", "--dest", folder, f"{suite.name}=={suite.version}",
        ]
    )  # fmt: skip
    (archive,) = folder.iterdir()
    with tarfile.open(archive) as unpacked:
        unpacked.extractall(folder, filter="data")
    project = folder / archive.name.removesuffix(".tar.gz")
    for served in suite.served:
        (project / served).parent.mkdir()
        (project / served).touch()
    return project


def move(suite: Suite, project: Path) -> Size:
    """Changes the tests of a project so that they use the client of xapi."""
    tests = project / suite.tests
    files = {*tests.rglob("*.py")}
    moved = {*tests.rglob(suite.moved)} if "/" not in suite.moved else {(tests / suite.moved).resolve()}
    lines = changed = 0
    for file in sorted(files | moved):
        old = file.read_text().splitlines()
        new = [suite.lines.get(line, line) for line in old] if file in moved else old
        file.write_text("\n".join(new) + "\n")
        lines += len(old)
        changed += sum(one != other for one, other in zip(old, new, strict=True))
    return Size(lines, changed)


def run(python: Path, project: Path, tests: str, flags: Sequence[str] = ()) -> Run:
    """Runs the tests of a project once.

    Raises:
        WorkFailed: pytest could not run them.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        _output(
            [
                python, "-m", "pytest", tests, "--quiet", "-o", "addopts=", "-p", "no:cacheprovider",
                f"--junit-xml={report}", *flags,
            ],
            directory=project,
            is_fine=lambda code: code in (0, 1),
            PATH=f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        )  # fmt: skip
        suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    passed = [case for case in cases if not {child.tag for child in case} & {"failure", "error", "skipped"}]
    return Run(
        tests=len(cases),
        passed=frozenset(f"{case.attrib['classname']}::{case.attrib['name']}" for case in passed),
        in_tests=sum(float(case.attrib["time"]) for case in cases),
        whole=float(suite.attrib["time"]),
    )


def table(moved: Sequence[Moved], rounds: int) -> Table:
    """A line for each suite: the fewest tests that passed, and the medians of seconds, before and after."""
    return Table(
        f"Suites that are moved, medians of {rounds}",
        [
            "suite", "tests that pass", "moved", "lines of tests", "changed",
            "seconds in the tests", "moved", "seconds of the run", "moved",
        ],
        [
            [
                f"{one.suite.name} {one.suite.version}",
                *_both(one, lambda run: len(run.passed), lambda counts: str(min(counts))),
                str(one.size.lines),
                str(one.size.changed),
                *_both(one, lambda run: run.in_tests, lambda seconds: f"{median(seconds):.2f}"),
                *_both(one, lambda run: run.whole, lambda seconds: f"{median(seconds):.2f}"),
            ]
            for one in moved
        ],
        words=1,
    )  # fmt: skip


def _both(moved: Moved, of: Callable[[Run], float], shown: Callable[[Sequence[float]], str]) -> list[str]:
    """A figure of the runs as they are, and of those that are moved."""
    return [shown([of(run) for run in side]) for side in zip(*moved.runs, strict=True)]


def _output(
    command: Sequence[str | Path],
    directory: Path | None = None,
    is_fine: Callable[[int], bool] = lambda code: code == 0,
    **variables: str,
) -> None:
    done = subprocess.run(
        command,
        cwd=directory,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if not is_fine(done.returncode):
        raise WorkFailed(f"exit code {done.returncode}: {(done.stderr or done.stdout).strip()}")
