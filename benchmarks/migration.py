"""`python -m benchmarks migration`: a suite as it is, with Starlette's client, and moved to that of xapi."""

import argparse
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.processes import WorkFailed, clean_environment
from benchmarks.progress import tell
from benchmarks.tables import Table

SUITE = "starlette-exporter==0.24.0"
SERVED = Path("tests", "static", "test.txt")
"""A file that the tests serve, and the archive leaves out; what it says does not matter."""

ENVIRONMENT = "migration"
MOVED = "from xapi.testing import TestClient"
MOVES = {
    "from starlette.testclient import TestClient": MOVED,
    "from fastapi.testclient import TestClient": MOVED,
}
"""The lines of a suite that change when it moves, and what stands there afterwards."""

ROUNDS = 9
FEWER = 1
FAILED = 2

DESCRIPTION = f"""\
Fetches {SUITE} with its tests from the package index, and runs them as they are and moved to the
client of xapi, in turns. Prints what docs/migrating-tests.md shows. Exits with 1 if fewer tests pass once
they are moved, and with 2 if they could not be run."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a suite: how many tests passed, the seconds in all of them, and those of the run."""

    passed: int
    in_tests: float
    whole: float


@dataclass(frozen=True, slots=True)
class Size:
    """The lines of a suite's tests, and how many of them were changed."""

    lines: int
    changed: int


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `FEWER` or `FAILED`.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks migration", description=DESCRIPTION)
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"runs of each (default: {ROUNDS})"
    )
    options = parser.parse_args(arguments)
    try:
        python = prepare(ENVIRONMENT, tell)
        with TemporaryDirectory() as folder:
            before, after = fetch(python, Path(folder) / "before"), fetch(python, Path(folder) / "after")
            size = move(after)
            runs = [(run(python, before), run(python, after)) for _ in range(options.rounds)]
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write(table(size, runs).text() + "\n")
    return FEWER if any(moved.passed < original.passed for original, moved in runs) else 0


def fetch(python: Path, folder: Path) -> Path:
    """Has the source archive of the suite's project unpacked below a folder.

    Returns:
        The directory of the project.

    Raises:
        WorkFailed: pip could not fetch it.
    """
    _output(
        [
            python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-binary", ":all:", "--dest", folder, SUITE,
        ]
    )  # fmt: skip
    (archive,) = folder.iterdir()
    with tarfile.open(archive) as unpacked:
        unpacked.extractall(folder, filter="data")
    project = folder / archive.name.removesuffix(".tar.gz")
    (project / SERVED).parent.mkdir()
    (project / SERVED).touch()
    return project


def move(project: Path) -> Size:
    """Changes the tests of a project so that they use the client of xapi."""
    lines = changed = 0
    for file in sorted((project / "tests").rglob("*.py")):
        old = file.read_text().splitlines()
        new = [MOVES.get(line, line) for line in old]
        file.write_text("\n".join(new) + "\n")
        lines += len(old)
        changed += sum(one != other for one, other in zip(old, new, strict=True))
    return Size(lines, changed)


def run(python: Path, project: Path) -> Run:
    """Runs the tests of a project once.

    Raises:
        WorkFailed: pytest could not run them.
    """
    report = project / "report.xml"
    report.unlink(missing_ok=True)
    _output(
        [python, "-m", "pytest", "tests", "--quiet", f"--junit-xml={report}"],
        directory=project,
        is_fine=lambda code: code in (0, 1),
    )
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    tests = suite.findall("testcase")
    passed = [test for test in tests if not {child.tag for child in test} & {"failure", "error", "skipped"}]
    return Run(
        passed=len(passed),
        in_tests=sum(float(test.attrib["time"]) for test in tests),
        whole=float(suite.attrib["time"]),
    )


def table(size: Size, runs: Sequence[tuple[Run, Run]]) -> Table:
    """Both ways beside each other: the least number of tests that passed, the medians of seconds."""
    before, after = zip(*runs, strict=True)

    def seconds(of: Callable[[Run], float]) -> list[str]:
        return [f"{median(map(of, side)):.2f}" for side in (before, after)]

    return Table(
        f"{SUITE}, medians of {len(runs)}",
        ["", "Starlette's client", "xapi's"],
        [
            ["tests that pass", *(str(min(one.passed for one in side)) for side in (before, after))],
            ["lines of tests", str(size.lines), str(size.lines)],
            ["lines that were changed", "", str(size.changed)],
            ["seconds in the tests", *seconds(lambda one: one.in_tests)],
            ["seconds of the run", *seconds(lambda one: one.whole)],
        ],
        words=1,
    )


def _output(
    command: Sequence[str | Path],
    directory: Path | None = None,
    is_fine: Callable[[int], bool] = lambda code: code == 0,
) -> None:
    done = subprocess.run(
        command, cwd=directory, env=clean_environment(), capture_output=True, text=True, check=False
    )
    if not is_fine(done.returncode):
        raise WorkFailed(f"exit code {done.returncode}: {(done.stderr or done.stdout).strip()}")
