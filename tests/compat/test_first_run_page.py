"""`docs/first-run.md`: from nothing to a green gate, and back, on the FastAPI app in `examples/bookings`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import followed_pages
import pytest

from pytest_xapi.reports import contents, json_form
from pytest_xapi.reports.model import Problem

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/first-run.md").read_text(encoding="utf-8")
STEPS = ("Begin", "Step 1: log in", "Step 2: fix and declare", "Step 3: accept and hold")
FEW = ("--xapi-fuzz-profile=quick", "--xapi-fuzz-phase=boundary")
"""They find what the whole run finds, which takes three times as long."""

WATCH = """
import os, sys

LOG = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

def touched(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and args[2] & WRITING:
        return args[:1]
    if event in ("sqlite3.connect", "socket.connect"):
        return args[-1:]
    return [arg for arg in args if isinstance(arg, (str, bytes))] if event in CHANGES else ()

def watch(event, args):
    for what in touched(event, args):
        text = os.fsdecode(what) if isinstance(what, (str, bytes)) else repr(what)
        is_path = event not in ("sqlite3.connect", "socket.connect")
        os.write(LOG, f"{os.path.realpath(text) if is_path else text}\\n".encode())

sys.addaudithook(watch)
"""

PLANTED = {
    # One fault for each gate, and what the report has to say of it.
    "coverage": (
        "bookings/routers/rooms.py",
        '@router.get("/{room_id}/occupancy")',
        '@router.get("/{room_id}/plan")\n'
        "def read_plan(room: TheRoom) -> str:\n"
        '    raise HTTPException(404, "No plan")\n\n\n'
        '@router.get("/{room_id}/occupancy")',
    ),
    "undeclared": ("bookings/main.py", "responses=refused(401, 404, 409)", "responses=refused(401, 404)"),
    "contract": ("bookings/schemas.py", "ge=1, le=500", "ge=1, le=100"),
    "fuzz": ("bookings/routers/rooms.py", "minutes / max(len(found), 1)", "minutes / len(found)"),
    "budgets": (
        "bookings/routers/rooms.py",
        "    return [as_room(room) for room in",
        "    for room in db.scalars(query).all():\n"
        "        db.refresh(room)\n"
        "        db.scalar(select(models.Booking).where(models.Booking.room_id == room.id).limit(1))\n"
        "    return [as_room(room) for room in",
    ),
    "rules": ("bookings/routers/rooms.py", "Query(ge=0, le=500)", "Query(ge=0, le=500, examples=[501])"),
}
TOLD = {
    "coverage": ("XG102", "def read_plan", "not covered: statuses: 200"),
    "undeclared": ("XG201", "def book", 'answered 409 to POST /bookings with {"room_id":1,'),
    "contract": ("XG364", "def add_room", "maximum is 100.0, was 500.0"),
    "fuzz": ("XF101", "def occupancy", "Server error"),
    "budgets": (
        "XG503",
        "def list_rooms",
        "sends 6 SQL statements to answer GET /rooms in tests/test_rooms.py",
    ),
    "rules": ("XG644", "def list_rooms", "the example of `seats` is not valid"),
}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(shutil.copytree(ROOT / "examples/bookings", tmp_path / "bookings"))


@pytest.fixture
def run(project: Path, tmp_path: Path, require: Callable[[bool, str], None], peer_environments: Any) -> Run:
    """`run(command)` runs a command of the page in FastAPI's environment, with the plugin as if installed."""
    is_ready = peer_environments.is_ready("fastapi")
    require(is_ready, "the environment of fastapi is not there: run `make ci-deps`")
    installed, temporary = tmp_path / "installed", tmp_path / "temporary"
    metadata = installed / "xapi_framework-0.dist-info"
    metadata.mkdir(parents=True)
    temporary.mkdir()
    for name in ("METADATA", "entry_points.txt"):
        (metadata / name).write_text(distribution("xapi-framework").read_text(name) or "", encoding="utf-8")
    (installed / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    environment = peer_environments.variables(installed, ROOT / "framework", ROOT) | {
        "TMPDIR": str(temporary),
        "WATCH_LOG": str(tmp_path / "touched"),
    }

    def start(*command: str) -> subprocess.CompletedProcess[str]:
        python = peer_environments.python_of("fastapi")
        return subprocess.run(
            [python, "-m", *command],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return start


def commands(name: str) -> list[list[str]]:
    """The commands that a step shows, without the `$`; those of pip are not run."""
    found = followed_pages.commands(followed_pages.section(PAGE, name))
    return [shlex.split(command) for command in found if not command.startswith("pip ")]


def apply(step: str, project: Path) -> None:
    for patch in followed_pages.bodies(followed_pages.section(PAGE, step), "diff"):
        subprocess.run(
            ["git", "apply", "--unidiff-zero", "-"],
            cwd=project,
            input=patch,
            text=True,
            check=True,
            timeout=60,
        )


def causes(text: str) -> list[str]:
    """The rows of the table of causes, as far as they say what they are about."""
    return re.findall(r"^[0-9a-f]{8}  .*$", text, flags=re.MULTILINE)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def problems(project: Path) -> dict[str, list[Problem]]:
    report = json_form.read((project / "r.json").read_text(encoding="utf-8"))
    assert not any(verdict.passed for verdict in report.verdicts)
    shown = contents.problems(report)
    return {
        verdict.gate: [
            problem for problem in (*verdict.problems, *shown) if problem.rule == TOLD[verdict.gate][0]
        ]
        for verdict in report.verdicts
    }


def touched(tmp_path: Path) -> set[str]:
    """What was written, opened as a database or connected to, but for what tests may use.

    Of what is in the project's folder, the first part of its name.
    """
    lines = (tmp_path / "touched").read_text(encoding="utf-8").splitlines()
    project, temporary = (str((tmp_path / name).resolve()) for name in ("bookings", "temporary"))
    real = {line for line in lines if not line.startswith(temporary)} - {":memory:", os.devnull, project}
    return {line[len(project) + 1 :].split("/")[0] if line.startswith(project) else line for line in real}


def test_the_first_run_has_few_causes_and_touches_nothing(run: Run, project: Path, tmp_path: Path) -> None:
    before = files(project)
    refused = run("pytest", "--xapi-app=bookings.main:app", "--xapi-fuzz", "--xapi-gate")
    assert refused.returncode == pytest.ExitCode.USAGE_ERROR
    assert 'fuzz_fixtures = ["client"] in [tool.xapi] lets them' in refused.stderr
    assert before.items() <= files(project).items()

    apply("Begin", project)
    (command,) = commands("The first run")
    first = run(*command, *FEW)
    assert first.returncode == 1, first.stdout + first.stderr
    assert causes(first.stdout) == causes(followed_pages.section(PAGE, "The first run"))
    assert 0 < len(causes(first.stdout)) <= 10
    # Nothing but what pytest and the plugin keep for the next run; pytest first names its folder otherwise.
    kept = {re.sub("^pytest-cache-files-.*", ".pytest_cache", name) for name in touched(tmp_path)}
    assert kept == {".pytest_cache", ".xapi"}
    assert {name.split("/")[0] for name in {*files(project)} - {*before}} == kept
    assert {name for name in before if files(project)[name] != before[name]} == {"pyproject.toml"}


def test_three_steps_later_the_gate_is_green(run: Run, project: Path) -> None:
    apply("Begin", project)
    apply(STEPS[1], project)
    command, listing = commands(STEPS[1])
    run(*command, *FEW, "--xapi-fuzz-only")
    assert causes(run(*listing).stdout) == causes(followed_pages.section(PAGE, STEPS[1]))

    apply(STEPS[2], project)
    apply(STEPS[3], project)
    for command in commands(STEPS[3])[:-1]:
        done = run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    green = run(*commands(STEPS[3])[-1], *FEW)
    assert green.returncode == 0, green.stdout
    assert re.findall(r"^(\w+) .* passed$", green.stdout, flags=re.MULTILINE) == list(PLANTED)


def test_a_fault_for_each_gate_turns_it_red(run: Run, project: Path) -> None:
    for step in STEPS:
        apply(step, project)
    (update,) = (command for command in commands(STEPS[3]) if "update" in command)
    assert run(*update).returncode == 0
    for name, old, new in PLANTED.values():
        text = (project / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (project / name).write_text(text.replace(old, new), encoding="utf-8")
    few = [f"--xapi-op=GET /rooms/{{room_id}}/{name}" for name in ("occupancy", "plan")]
    red = run(*commands(STEPS[3])[-1], *FEW, *few, "--xapi-report=json:r.json")
    assert red.returncode == 1
    found = problems(project)
    for gate, (_, function, words) in TOLD.items():
        telling = [one for one in found[gate] if words in one.message]
        assert telling, f"{gate}: {found[gate]}"
        assert telling[0].place is not None
        line = (project / telling[0].place.file).read_text().splitlines()[telling[0].place.line - 1]
        assert line.startswith(function), gate
    assert "curl -i http://127.0.0.1:8000/rooms/1/occupancy" in red.stdout
