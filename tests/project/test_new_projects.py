"""Projects that `xapi new` of the built wheel makes: two commands, and they are green."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VARIANTS = {
    "minimal": ["--minimal"],
    "default": [],
    "memory": ["--no-database"],
    "accounts": ["--no-database", "--auth"],
    "full": ["--database", "--auth"],
}
SERVICES = [name for name in VARIANTS if name != "minimal"]
SECRET = "a secret that is long enough for everybody"
TOOLS = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=VARIANTS)
def project(request: pytest.FixtureRequest, scripts: Path, tmp_path: Path) -> Path:
    name: str = request.param
    run([scripts / "xapi", "new", name, *VARIANTS[name]], tmp_path)
    return tmp_path / name


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


services = pytest.mark.parametrize("project", SERVICES, indirect=True)
with_database = pytest.mark.parametrize("project", ["default", "full"], indirect=True)


def run(command: list[str | Path], folder: Path, **variables: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    finished = subprocess.run(
        command, cwd=folder, env={**inherited, **variables}, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def console(project: Path, heading: str) -> list[list[str]]:
    """The commands below a heading of the README."""
    text = (project / "README.md").read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line[2:].split() for line in text.splitlines() if line.startswith("$ ")]


def in_environment(scripts: Path, command: list[str]) -> list[str | Path]:
    """A command with the interpreter of the environment that has the wheel."""
    module, *arguments = command
    return [scripts / "python", "-m", module, *arguments]


@contextmanager
def installed(project: Path, scripts: Path) -> Iterator[None]:
    """The environment with the project, whose dependencies are there."""
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python")]
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet"]
    run([*pip, "install", *offline, "--editable", "."], project)
    yield
    run([*pip, "uninstall", "--yes", "--quiet", project.name], project)


def test_its_two_commands_install_it_and_are_green(project: Path, scripts: Path) -> None:
    install, test = console(project, "Test it")
    assert install == ["pip", "install", "--editable", '".[test]"']
    assert test == ["pytest", "--xapi-fuzz", "--xapi-gate"]
    with installed(project, scripts):
        shown = run(in_environment(scripts, [*test, "--xapi-seed", "1"]), project)
    assert re.search(r"^\d+ operations, \d{3,} cases in .*, 0 findings, seed 1$", shown, re.MULTILINE)
    assert "All gates passed." in shown
    assert re.search(r"statuses 100 % .* passed\n", shown)
    assert {path.name for path in project.iterdir()} & {f"{project.name}.db", ".hypothesis"} == set()


def test_the_page_shows_what_is_said_and_made(scripts: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs/new-project.md").read_text()
    assert f"$ xapi new book-shop\n{run([scripts / 'xapi', 'new', 'book-shop'], tmp_path)}```" in page
    folder = tmp_path / "book-shop"
    for name in re.findall(r"^├── (\S+)|^└── (\S+)", page, re.MULTILINE):
        assert (folder / "".join(name)).exists()
    for name in re.findall(r"^│ +[├└]── (\S+)", page, re.MULTILINE):
        assert (folder / "book_shop" / name).exists()


def test_a_bug_in_it_is_told_as_the_page_says(scripts: Path, tmp_path: Path) -> None:
    run([scripts / "xapi", "new", "book-shop", "--no-database"], tmp_path)
    tasks = tmp_path / "book-shop/book_shop/tasks.py"
    check = (
        '    if task_id not in tasks:\n        raise HTTPException(404, "There is no task with this id.")\n'
    )
    assert check in tasks.read_text()
    tasks.write_text(tasks.read_text().replace(check, ""))
    command = in_environment(scripts, ["pytest", "--xapi-fuzz", "--xapi-gate", "--xapi-fuzz-only"])
    finished = subprocess.run(command, cwd=tmp_path / "book-shop", capture_output=True, text=True)
    assert finished.returncode == 1
    (told,) = re.findall(r"^error XF101.*$", finished.stdout, re.MULTILINE)
    assert f"```text\n{told}\n```" in (ROOT / "docs/new-project.md").read_text()


def test_it_is_formatted_checked_and_typed(project: Path, mypy_cache: Path) -> None:
    run([TOOLS / "ruff", "format", "--check", "."], project)
    run([TOOLS / "ruff", "check", "--select", "E,F,I,UP,B,C4,RUF,SIM,PT,N,ASYNC,RET", "."], project)
    places = [path for path in (project.name, "tests", "migrations/env.py") if (project / path).exists()]
    run([TOOLS / "mypy", "--cache-dir", mypy_cache, *places], project, MYPYPATH="")


def test_the_files_that_its_readme_names_are_there(project: Path) -> None:
    named = set(re.findall(r"`([\w./]+(?:/|\.py|\.toml|file|\.yml))`", (project / "README.md").read_text()))
    assert len(named) > 2
    missing = {path for path in named if not (project / path).exists()}
    assert missing <= {"security.py", "conftest.py"}, (
        "each stands beside a file that is named with its folder"
    )


@services
def test_its_workflow_is_valid_and_runs_what_the_readme_says(project: Path) -> None:
    workflow = project / ".github/workflows/tests.yml"
    run([TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow], project)
    run(
        [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        project,
    )
    run([TOOLS / "zizmor", "--offline", "--quiet", ".github"], project)
    for command in console(project, "Test it"):
        assert f"- run: {' '.join(command)}" in workflow.read_text()


@with_database
def test_its_migrations_can_be_made_and_run(project: Path, scripts: Path) -> None:
    models = project / project.name / "models.py"
    models.write_text(
        models.read_text().replace("    done: bool = False\n", "    done: bool = False\n    note: str = ''\n")
    )
    revision, upgrade = console(project, "Change the tables")
    variables = {f"{project.name.upper()}_SECRET_KEY": SECRET}
    run(in_environment(scripts, upgrade), project, **variables)
    run(in_environment(scripts, [*revision[:4], "add a note"]), project, **variables)
    (made,) = (project / "migrations/versions").glob("*_add_a_note.py")
    assert "batch_op.add_column(sa.Column('note'" in made.read_text()
    run([scripts / "python", "-c", f"import ast; ast.parse(open({str(made)!r}).read())"], project)


# The container, as far as a machine without Docker can tell.


def instructions(project: Path) -> list[tuple[str, str]]:
    lines = [line for line in (project / "Dockerfile").read_text().splitlines() if line]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


@services
def test_each_line_of_its_dockerfile_is_an_instruction_about_what_is_there(project: Path) -> None:
    known = {"FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in instructions(project)} <= known
    assert instructions(project)[0][0] == "FROM"
    sent = (project / ".dockerignore").read_text().splitlines()
    for name, rest in instructions(project):
        if name == "COPY":
            source = rest.split()[0]
            assert (project / source).exists()
            assert f"!{source}" in sent, "what is copied is not sent to Docker"
    assert ("USER", "app") in instructions(project)


@contextmanager
def container(project: Path, scripts: Path, tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with what the Dockerfile copies, and the variables that it and the README set."""
    folder = tmp_path / "container"
    folder.mkdir()
    variables = {"HOME": str(folder)}
    for name, rest in instructions(project):
        if name == "COPY":
            run(["cp", "-r", rest.split()[0], str(folder / rest.split()[1])], project)
        if name == "ENV":
            variables |= dict(part.split("=", 1) for part in rest.replace("/data", str(tmp_path)).split())
    prefix = project.name.upper()
    variables |= {f"{prefix}_SECRET_KEY": SECRET, f"{prefix}_ACCOUNTS": json.dumps({"ada": "a hash"})}
    yield folder, variables


@services
def test_its_container_starts_and_is_healthy(project: Path, scripts: Path, tmp_path: Path) -> None:
    build, *others = console(project, "Deploy it")
    assert (
        build == ["docker", "build", "--tag", project.name.replace("_", "-"), "."] or build[3] == project.name
    )
    health = json.loads(dict(instructions(project))["HEALTHCHECK"].removeprefix("CMD "))
    command = json.loads(dict(instructions(project))["CMD"])
    with container(project, scripts, tmp_path) as (folder, variables):
        for other in others:
            if "alembic" in other:
                run(in_environment(scripts, other[other.index("alembic") :]), folder, **variables)
        command = in_environment(scripts, [*command[:-1], "0"])
        with subprocess.Popen(
            command, cwd=folder, env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stderr is not None
            log = []
            try:
                for line in server.stderr:
                    log.append(line)
                    if found := re.search(r"running on http://0\.0\.0\.0:(\d+)", line):
                        break
                else:
                    pytest.fail("the server did not start: " + "".join(log))
                address = f"http://127.0.0.1:{found[1]}"
                run([scripts / "python", "-c", health[2].replace("http://127.0.0.1:8000", address)], folder)
                with urllib.request.urlopen(f"{address}/openapi.json") as answer:
                    assert "/tasks" in json.load(answer)["paths"]
            finally:
                server.terminate()
                server.stderr.read()
