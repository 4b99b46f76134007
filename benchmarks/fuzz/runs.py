"""Runs of one tool on one app: start a process, wait, read its log."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.environments import ROOT, python_of
from benchmarks.processes import WorkFailed, clean_environment, run_limited

OURS = "ours"
PLAIN = "Schemathesis"
TOOLS = (OURS, PLAIN)
ENVIRONMENT = "fuzz"
CONFTEST = """\
import pytest
from benchmarks.fuzz import target

@pytest.fixture
def xapi_auth():
    return target.credentials()

@pytest.fixture
def xapi_roles():
    return target.roles()
"""
"""What a project says of its credentials, and of what users may do."""
PROJECT = """\
[tool.pytest.ini_options]

[tool.xapi]
fuzz_guide = ["corpus.apps"]
"""
"""What a project says of where its app is: what only watches it is not looked into."""
NO_PLUGINS = [
    argument
    for plugin in ("anyio", "asyncio", "hypothesispytest", "schemathesis", "randomly", "xdist")
    for argument in ("-p", f"no:{plugin}")
]


@dataclass(frozen=True)
class Job:
    """What one process does.

    Attributes:
        tool: `OURS` or `PLAIN`.
        app: The name of a bug, or `target.SPEED`.
        fixed: Whether it is the clean twin.
        seed: What the cases follow from.
        more: More arguments of the tool.
        framework: The framework of the app of `fuzz-speed`.
    """

    tool: str
    app: str
    fixed: bool
    seed: int
    more: tuple[str, ...] = ()
    framework: str = "xapi"


@dataclass
class Run:
    """What came of a job; times are seconds since the process was started."""

    job: Job
    first: float | None = None
    shown: float | None = None
    processor: dict[str, float] = field(default_factory=dict)
    """The processor time that was spent by `first`, and by `shown`."""
    found: list[tuple[str, str]] = field(default_factory=list)
    counts: list[tuple[float, int, int]] = field(default_factory=list)
    """When, requests, distinct requests."""
    ended: bool = True
    """Whether the process has come to its end by itself."""
    said: str = ""

    @property
    def distinct(self) -> int:
        """Distinct requests in all."""
        return self.counts[-1][2] if self.counts else 0

    @property
    def seconds(self) -> float:
        """From the first request to the last."""
        if self.first is None or not self.counts:
            return 0.0
        return max(self.counts[-1][0] - self.first, 1e-3)

    @property
    def nanoseconds(self) -> float:
        """What a distinct request took."""
        return self.seconds * 1e9 / max(self.distinct, 1)

    def took(self, operation: str, checks: frozenset[str], by_processor: bool = False) -> float | None:
        """Seconds from the first request to the one that showed the bug; `None` if it was not reported."""
        reported = any(found[0] == operation and found[1] in checks for found in self.found)
        if not reported or self.shown is None or self.first is None:
            return None
        if by_processor:
            return self.processor["shown"] - self.processor["first"]
        return self.shown - self.first


def run(job: Job, limit: float) -> Run:
    """Runs a job, and ends it after so many seconds.

    Raises:
        WorkFailed: The tool sent nothing.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        (Path(folder) / "conftest.py").write_text(CONFTEST)
        (Path(folder) / "pyproject.toml").write_text(PROJECT)
        done = Run(job)
        environment = clean_environment(
            PYTHONPATH=str(ROOT),
            FUZZ_APP=job.app,
            FUZZ_FIXED=str(int(job.fixed)),
            FUZZ_LOG=str(path),
            FUZZ_STARTED=repr(time.time()),
            BENCHMARK_FRAMEWORK=job.framework,
        )
        command = [str(python_of(ENVIRONMENT)), *_arguments(job)]
        done.said, done.ended = run_limited(command, limit, Path(folder), environment)
        lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        take(done, line)
    if done.first is None:
        raise WorkFailed(f"{job.tool} sent {job.app} nothing (seed {job.seed}):\n{done.said[-2000:]}")
    return done


def restored(data: dict[str, Any]) -> Run:
    """A run that was written down as JSON."""
    job = {**data["job"], "more": tuple(data["job"]["more"])}
    pairs = {name: [tuple(item) for item in data[name]] for name in ("found", "counts")}
    return Run(**{**data, **pairs, "job": Job(**job)})


def _arguments(job: Job) -> Sequence[str]:
    if job.tool == PLAIN:
        return ["-m", "benchmarks.fuzz.plain", str(job.seed), *job.more]
    return [
        "-m", "pytest", "--xapi-fuzz", "--xapi-seed", str(job.seed),
        "--xapi-app", "benchmarks.fuzz.target:create", "-p", "benchmarks.fuzz.ours", *NO_PLUGINS, *job.more,
    ]  # fmt: skip


def take(done: Run, line: str) -> None:
    """Reads one line of a log."""
    try:
        read: dict[str, Any] = json.loads(line)
    except ValueError:
        return  # the last line of a process that was ended
    match read["kind"]:
        case "first":
            done.first, done.processor["first"] = read["at"], read["cpu"]
        case "shown":
            done.shown, done.processor["shown"] = read["at"], read["cpu"]
        case "found":
            done.found.append((read["operation"], read["check"]))
        case "count":
            done.counts.append((read["at"], read["requests"], read["distinct"]))
