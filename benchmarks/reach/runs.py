"""Runs of one tool on one application: start a process, wait, read what it has written."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.environments import ROOT, python_of
from benchmarks.fuzz.runs import NO_PLUGINS
from benchmarks.processes import WorkFailed, clean_environment, run_limited
from benchmarks.reach.apps import APPLICATIONS

ENVIRONMENT = "reach"
START = "start"
OURS = "ours"
UNGUIDED = "ours, not guided"
PLAIN = "Schemathesis"
TOOLS = (OURS, UNGUIDED, PLAIN)
OTHER_PHASES = ("examples", "boundary", "random", "stateful")
GRACE_SECONDS = 120
"""What a process gets beside its time: to start, and to make small what it has found."""
CONFTEST = """\
import pytest
from benchmarks.reach import apps

@pytest.fixture
def xapi_auth():
    return apps.credentials()
"""


@dataclass(frozen=True)
class Job:
    """What one process does.

    Attributes:
        tool: `OURS`, `UNGUIDED` or `PLAIN`; `START` only starts the app.
        app: The name of an application.
        seed: What the cases follow from.
        seconds: The time; of Schemathesis, the times, since what it does does not depend on them.
    """

    tool: str
    app: str
    seed: int = 0
    seconds: tuple[float, ...] = ()


@dataclass
class Run:
    """What came of a job."""

    job: Job
    reached: dict[float, frozenset[tuple[str, str]]]
    """After so many seconds: file, and the number of a line or the two of a branch."""
    missed: frozenset[tuple[str, str]]
    """What was not reached at the end, of the files that were imported."""
    crashes: list[dict[str, str]] = field(default_factory=list)
    found: list[dict[str, str]] = field(default_factory=list)


def run(job: Job) -> Run:
    """Runs a job.

    Raises:
        WorkFailed: It has not written what it reached.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conftest.py").write_text(CONFTEST)
        guided = json.dumps(APPLICATIONS[job.app].packages)
        (folder / "pyproject.toml").write_text(
            f"[tool.pytest.ini_options]\n\n[tool.xapi]\nfuzz_guide = {guided}\n"
        )
        environment = clean_environment(PYTHONPATH=str(ROOT), REACH_APP=job.app, REACH_FOLDER=name)
        command = [str(python_of(ENVIRONMENT)), *_arguments(job)]
        said, _ = run_limited(command, max(job.seconds, default=0) + GRACE_SECONDS, folder, environment)
        written = {
            path.stem.removeprefix("reached-"): _report(path) for path in folder.glob("reached-*.data")
        }
        if not written:
            raise WorkFailed(
                f"{job.tool} on {job.app} (seed {job.seed}) has written nothing:\n{said[-3000:]}"
            )
        reached = {_time(name, job): part(file, "executed") for name, file in written.items()}
        last = written[max(written, key=lambda name: _time(name, job))]
        lines = [_lines(folder / f"{file}.jsonl") for file in ("crashes", "found")]
    return Run(job, reached, part(last, "missing"), *lines)


def part(report: Mapping[str, Any], which: str) -> frozenset[tuple[str, str]]:
    """The lines and branches of a report of coverage.py that were `executed` or are `missing`."""
    return frozenset(
        (path, str(place))
        for path, file in report["files"].items()
        if file["executed_lines"]
        for place in (*file[f"{which}_lines"], *map(tuple, file[f"{which}_branches"]))
    )


def _time(name: str, job: Job) -> float:
    return float(name) if name.replace(".", "").isdigit() else max(job.seconds, default=0.0)


def _arguments(job: Job) -> Sequence[str]:
    if job.tool == START:
        return ["-m", "benchmarks.reach.start"]
    if job.tool == PLAIN:
        return ["-m", "benchmarks.reach.plain", str(job.seed), ",".join(f"{each:g}" for each in job.seconds)]
    phases = OTHER_PHASES if job.tool == UNGUIDED else ()
    return [
        "-m", "pytest", "--xapi-fuzz", "--xapi-seed", str(job.seed), *NO_PLUGINS,
        "--xapi-app", "benchmarks.reach.apps:create", "-p", "benchmarks.reach.ours",
        "--xapi-fuzz-time", f"{job.seconds[0]:g}s",
        *(argument for phase in phases for argument in ("--xapi-fuzz-phase", phase)),
    ]  # fmt: skip


def _report(data: Path) -> dict[str, Any]:
    shown = data.with_suffix(".json")
    command = [str(python_of(ENVIRONMENT)), "-m", "coverage", "json", "--quiet", "-i", "-o", str(shown)]
    done = subprocess.run(
        [*command, "--data-file", str(data)], cwd=data.parent, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise WorkFailed(f"coverage cannot read {data.name}: {done.stdout}{done.stderr}")
    report: dict[str, Any] = json.loads(shown.read_text(encoding="utf-8"))
    return report


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def start(app: str) -> Run:
    """What is reached of an application when it starts."""
    return run(Job(START, app))
