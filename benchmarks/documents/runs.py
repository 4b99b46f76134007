"""One document and one tool: a process that judges, and one that sends."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.documents.app import SHOWN
from benchmarks.documents.sources import Source
from benchmarks.environments import ROOT, python_of
from benchmarks.fuzz.runs import ENVIRONMENT, NO_PLUGINS, OURS
from benchmarks.processes import WorkFailed, clean_environment, run_limited
from xapi.openapi.reader import Document

JUDGE = "judge"
GRACE_SECONDS = 90
MOST_SAID = 3000
LEAST_CPU = 0.3
"""Seconds, below which nothing is said of cases a second."""


@dataclass
class Run:
    """What came of one tool and one document."""

    tool: str
    cases: int = 0
    cpu: float = 0.0
    memory: float = 0.0
    judged: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    """Of ours: `records`, `silent` and `errors`."""
    said: str = ""
    ended: bool = True
    """Whether it came to its end by itself."""

    @property
    def rate(self) -> float | None:
        """Cases of a second of processor time; `None` where too few were sent to say it."""
        return self.cases / self.cpu if self.cpu > LEAST_CPU else None


def run(tool: str, source: Source, seconds: float, *, is_shared: bool = True) -> Run:
    """Runs a tool on a document, and ends it if it does not end.

    Args:
        tool: `OURS` or `PLAIN`.
        source: The document.
        seconds: How long.
        is_shared: Whether ours shares the time among all operations, and says what it has found. If not, it
            is not told of the time, and ended by the app, as plain Schemathesis is: that is measured.

    Raises:
        WorkFailed: The judge failed.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        source = converted(source, place)
        socket, summary = place / "judge", place / "summary"
        judge = subprocess.Popen(
            [str(python_of(JUDGE)), "-m", "benchmarks.documents.judge", source.file, socket, summary],
            cwd=ROOT,
            env=clean_environment(PYTHONPATH=str(ROOT)),
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            _wait_for(judge, socket)
            done = _sent(tool, source, seconds, place, is_shared and tool == OURS)
        finally:
            said = _end(judge)
        if not summary.exists():
            if done.cases:
                raise WorkFailed(f"{source.name}: the judge has failed: {said[-MOST_SAID:]}")
            return done
        done.judged = json.loads(summary.read_text(encoding="utf-8"))
        return done


def converted(source: Source, folder: Path) -> Source:
    """A document of Swagger 2.0 as ours converts it, so that requests are judged by the conversion."""
    if source.version != "2.0":
        return source
    file = folder / "document.json"
    content = Document(json.loads(source.file.read_text(encoding="utf-8"))).content
    file.write_text(json.dumps(content), encoding="utf-8")
    return replace(source, file=file)


def _wait_for(judge: Any, socket: Path) -> None:
    """The judge listens once it has read the document."""
    for _ in range(600):
        if socket.exists():
            return
        try:
            judge.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise WorkFailed(f"the judge could not read the document: {judge.stderr.read()[-MOST_SAID:]}")
    raise WorkFailed("the judge took more than a minute to read the document")


def _end(judge: Any) -> str:
    try:
        _, said = judge.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        judge.kill()  # nobody has connected
        _, said = judge.communicate()
    return str(said)


def _sent(tool: str, source: Source, seconds: float, place: Path, is_shared: bool) -> Run:
    log, found = place / "log", place / "found"
    environment = clean_environment(
        PYTHONPATH=str(ROOT),
        DOCUMENT=str(source.file),
        DOCUMENT_LOG=str(log),
        DOCUMENT_FOUND=str(found),
        JUDGE=str(place / "judge"),
        DOCUMENT_SECONDS="" if is_shared else str(seconds),
    )
    command = [str(python_of(ENVIRONMENT)), *_arguments(tool, seconds if is_shared else None)]
    done = Run(tool)
    done.said, done.ended = run_limited(command, seconds + GRACE_SECONDS, place, environment)
    if log.exists():
        figures = json.loads(log.read_text(encoding="utf-8"))
        done.cases, done.cpu, done.memory = figures["cases"], figures["cpu"], figures["memory"]
    if found.exists():
        done.found = json.loads(found.read_text(encoding="utf-8"))
    return done


def _arguments(tool: str, seconds: float | None) -> Sequence[str]:
    if tool != OURS:
        return ["-m", "benchmarks.documents.plain"]
    return [
        "-m", "pytest", "--xapi-fuzz", "--xapi-seed", "1",
        *([] if seconds is None else ["--xapi-fuzz-time", f"{seconds:g}s"]),
        "--xapi-app", "benchmarks.documents.app:create", "--xapi-openapi-url", SHOWN,
        "-p", "benchmarks.documents.ours", *NO_PLUGINS, "-p", "no:cacheprovider", "--rootdir", ".",
    ]  # fmt: skip
