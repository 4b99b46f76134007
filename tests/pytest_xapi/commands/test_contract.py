"""`xapi contract` as a user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTES = """
from xapi import XAPI

app = XAPI(title="Notes")


@app.get("/notes")
def list_notes(search: str = "") -> list[str]:
    return []
"""
SERVED = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

PARAMETERS = [{"in": "query", "name": "search", "required": False, "schema": {"type": "string"}}]
OPERATION = {"parameters": PARAMETERS, "responses": {"200": {"description": "Notes."}}}


async def show(request):
    return JSONResponse(
        {"openapi": "3.1.0", "info": {"title": "N", "version": "1"}, "paths": {"/notes": {"get": OPERATION}}}
    )


app = Starlette(routes=[Route("/openapi.json", show)])
"""
CHANGED = NOTES.replace('search: str = ""', "search: str")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an app whose contract is written, and which has changed since."""
    (tmp_path / "main.py").write_text(NOTES)
    assert xapi(tmp_path, "contract", "update").returncode == 0
    (tmp_path / "main.py").write_text(CHANGED)
    return tmp_path


def xapi(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xapi", *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_update_writes_the_document_of_the_app(folder: Path) -> None:
    written = json.loads((folder / "openapi.lock.json").read_text())
    assert list(written["paths"]) == ["/notes"]

    finished = xapi(folder, "contract", "update")

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "wrote openapi.lock.json: 1 path\n"
    assert xapi(folder, "contract", "diff").stdout == "no changes\n"
    assert xapi(folder, "contract", "update").stdout == "openapi.lock.json is up to date\n"


def test_update_leaves_nothing_but_the_file_readable_as_others_are(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["main.py", "openapi.lock.json"]
    assert (folder / "openapi.lock.json").stat().st_mode == (folder / "main.py").stat().st_mode


@pytest.mark.parametrize(
    ("arguments", "file"),
    [((), "contract.yaml"), (("--file", "other.json"), "other.json"), (("main:app",), "contract.yaml")],
)
def test_update_writes_to_the_file_that_is_set(folder: Path, arguments: tuple[str, ...], file: str) -> None:
    (folder / "pyproject.toml").write_text('[tool.xapi]\ncontract = "origin/main:contract.yaml"\n')

    assert xapi(folder, "contract", "update", *arguments).returncode == 0

    assert (folder / file).read_text().startswith("{" if file.endswith("json") else "openapi: 3.1.0\n")


def test_the_app_is_that_of_tool_xapi(folder: Path) -> None:
    (folder / "main.py").rename(folder / "service.py")
    (folder / "pyproject.toml").write_text('[tool.xapi]\napp = "service:app"\n')

    assert xapi(folder, "contract", "diff").stdout.startswith("breaking  XG317  GET /notes\n")


def test_diff_lists_what_breaks_and_fails(folder: Path) -> None:
    finished = xapi(folder, "contract", "diff")

    assert (finished.returncode, finished.stderr) == (1, "")
    assert finished.stdout == (
        "breaking  XG317  GET /notes\n"
        "                 the parameter `search` of the query is required now\n"
        "                 parameter-became-required at /paths/~1notes/get/parameters/0 (new)\n"
        "1 breaking\n"
    )


def test_diff_shows_safe_changes_where_they_are_asked_for(folder: Path) -> None:
    (folder / "main.py").write_text(NOTES.replace("list_notes", "list_all"))
    (folder / "main.py").write_text(NOTES.replace("def list_notes", '@app.get("/more")\ndef list_notes'))

    finished = xapi(folder, "contract", "diff")
    assert (finished.returncode, finished.stdout) == (0, "1 safe (see safe changes with --all)\n")
    assert "safe      XG302  GET /more\n" in xapi(folder, "contract", "diff", "--all").stdout


def test_diff_writes_json(folder: Path) -> None:
    finished = xapi(folder, "contract", "diff", "--json")

    assert finished.returncode == 1
    written = json.loads(finished.stdout)
    assert written["summary"] == "1 breaking"
    assert written["changes"][0] == {
        "rule": "XG317",
        "kind": "parameter-became-required",
        "severity": "breaking",
        "side": "writer",
        "pointer": "/paths/~1notes/get/parameters/0",
        "message": "the parameter `search` of the query is required now",
        "document": "new",
        "operations": ["GET /notes"],
    }


@pytest.mark.parametrize("setting", ['openapi = "it.json"', 'openapi_url = "/schema.json"'])
def test_the_document_is_the_one_that_is_set(tmp_path: Path, setting: str) -> None:
    (tmp_path / "main.py").write_text(SERVED.replace("/openapi.json", "/schema.json"))
    (tmp_path / "pyproject.toml").write_text(f"[tool.xapi]\n{setting}\n")
    document = {"openapi": "3.1.0", "info": {"title": "N", "version": "1"}, "paths": {"/notes": {}}}
    (tmp_path / "it.json").write_text(json.dumps(document))
    assert xapi(tmp_path, "contract", "update").returncode == 0
    assert list(json.loads((tmp_path / "openapi.lock.json").read_text())["paths"]) == ["/notes"]


@pytest.mark.parametrize("module", ["main", "wrapped"])
def test_an_app_of_another_framework_is_asked_for_its_document(tmp_path: Path, module: str) -> None:
    (tmp_path / "main.py").write_text(SERVED)
    wrapped = "import main\nasync def app(scope, receive, send): await main.app(scope, receive, send)\n"
    (tmp_path / "wrapped.py").write_text(wrapped)

    written = xapi(tmp_path, "contract", "update", f"{module}:app")

    assert (written.returncode, written.stderr) == (0, "")
    assert list(json.loads((tmp_path / "openapi.lock.json").read_text())["paths"]) == ["/notes"]
    assert xapi(tmp_path, "contract", "diff", "--app", f"{module}:app").stdout == "no changes\n"
    (tmp_path / "main.py").write_text(SERVED.replace('"required": False', '"required": True'))
    changed = xapi(tmp_path, "contract", "diff", "--app", f"{module}:app")
    assert (changed.returncode, changed.stdout.split("\n")[0]) == (1, "breaking  XG317  GET /notes")


@pytest.mark.parametrize(
    ("app", "told"),
    [
        (
            SERVED.replace("openapi.json", "api.json"),
            "main:app: no OpenAPI document: tried openapi(), which starlette.applications.Starlette does not "
            "have, and GET /openapi.json, which answered 404; give the app a method openapi() that returns "
            "the document, or let it answer GET /openapi.json",
        ),
        (
            SERVED.replace('"paths": ', '"pats": '),
            "which lacks `openapi` or `paths`; give the app a method openapi()",
        ),
        (
            f"{NOTES}\ndef broken():\n    raise LookupError('no schema')\napp.openapi = broken\n",
            "the document of main:app cannot be generated: LookupError: no schema",
        ),
    ],
)
def test_an_app_that_shows_no_document_is_told(tmp_path: Path, app: str, told: str) -> None:
    (tmp_path / "main.py").write_text(app)
    for command in ("update", "diff"):
        (tmp_path / "openapi.lock.json").write_text('{"openapi": "3.1.0"}')

        finished = xapi(tmp_path, "contract", command)

        assert (finished.returncode, finished.stdout) == (1, "")
        assert finished.stderr.startswith("xapi: error: ")
        assert told in finished.stderr


@pytest.mark.parametrize(("level", "code"), [("none", 0), ("breaking", 1), ("risky", 1)])
def test_what_fails_can_be_set(folder: Path, level: str, code: int) -> None:
    assert xapi(folder, "contract", "diff", "--fail-on", level).returncode == code


def test_diff_compares_two_files(folder: Path) -> None:
    xapi(folder, "contract", "update", "--file", "new.json")

    finished = xapi(folder, "contract", "diff", "openapi.lock.json", "new.json")
    assert finished.returncode == 1
    assert xapi(folder, "contract", "diff", "new.json", "main:app").stdout == "no changes\n"


def test_diff_compares_with_a_revision(folder: Path) -> None:
    for command in (
        ["git", "init", "--quiet", "."],
        ["git", "add", "."],
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x"],
    ):
        subprocess.run(command, cwd=folder, check=True)
    xapi(folder, "contract", "update")

    assert xapi(folder, "contract", "diff").stdout == "no changes\n"
    finished = xapi(folder, "contract", "diff", "--against", "HEAD")
    assert finished.returncode == 1
    assert finished.stdout == xapi(folder, "contract", "diff", "HEAD:openapi.lock.json").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("diff", "nowhere.json"), "nowhere.json: write it with `xapi contract update`"),
        (("diff", "a.json", "--against", "HEAD"), "both a.json and --against HEAD: name one document"),
        (("diff", "a.json", "b.json", "--app", "main:app"), "both b.json and --app main:app: name one"),
        (("update", "nowhere:app"), "no module 'nowhere'"),
        (("update", "--file", "nowhere/a.json"), "cannot write nowhere/a.json: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_told(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    finished = xapi(folder, "contract", *arguments)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("xapi: error: ")
    assert told in finished.stderr


def test_a_broken_pyproject_is_told(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.xapi")
    finished = xapi(folder, "contract", "diff")

    assert finished.returncode == 1
    assert f"xapi: error: {folder / 'pyproject.toml'}: " in finished.stderr


def test_without_a_command_the_help_is_shown(folder: Path) -> None:
    finished = xapi(folder, "contract")

    assert finished.returncode == 0
    assert finished.stdout.startswith("usage: xapi contract ")


def test_pytest_is_not_needed(folder: Path) -> None:
    (folder / "pytest.py").write_text("raise ImportError('no pytest here')")
    assert xapi(folder, "contract", "diff").returncode == 1
    assert "no pytest here" not in xapi(folder, "contract", "diff").stderr
