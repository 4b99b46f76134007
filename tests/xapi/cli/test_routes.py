"""`xapi routes`: a table of what an app serves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xapi.cli import main

APP = """
from starlette.staticfiles import StaticFiles
from xapi import XAPI, APIRouter, WebSocket

app = XAPI(openapi_url=None)
router = APIRouter(prefix="/items")

@router.api_route("/{item_id}", methods=["PUT", "PATCH"], name="change")
def change_item(item_id: int): ...

@app.get("/")
def home(): ...

@app.websocket("/feed")
async def feed(websocket: WebSocket): ...

app.include_router(router)
inner = XAPI(openapi_url=None)
inner.get("/deep")(home)
app.mount("/inner", inner, name="inner")
app.mount("/static", StaticFiles(directory="."), name="static")
"""


@pytest.fixture(autouse=True)
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "harbour.py").write_text(APP)
    yield
    sys.modules.pop("harbour", None)


def test_every_route_is_a_row_in_the_order_in_which_it_is_looked_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["routes", "harbour:app"]) == 0

    header, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert header == ["METHODS", "PATH", "NAME", "ENDPOINT"]
    assert rows == [
        ["GET", "/", "home", "harbour:home"],
        ["websocket", "/feed", "feed", "harbour:feed"],
        ["PATCH,PUT", "/items/{item_id}", "change", "harbour:change_item"],
        ["mount", "/inner", "inner", "xapi.applications:XAPI"],
        ["GET", "/inner/deep", "home", "harbour:home"],
        ["mount", "/static", "static", "starlette.staticfiles:StaticFiles"],
    ]


def test_what_a_terminal_would_obey_is_escaped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "harbour.py").write_text(
        "from xapi import XAPI\napp = XAPI()\napp.get('/a\\x1b[2J\\n', name='\\x9b')(lambda: 1)\n"
    )
    assert main(["routes", "harbour:app"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[1:3] == [r"/a\x1b[2J\n", r"\x9b"]
    (tmp_path / "harbour.py").write_text("raise LookupError('\\x1b[2J\\nxapi: all is well')\n")
    sys.modules.pop("harbour")
    assert main(["routes", "harbour:app"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert r"LookupError: \x1b[2J xapi: all is well" in line


def test_columns_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    main(["routes", "harbour.py"])

    lines = capsys.readouterr().out.splitlines()
    assert {line.index("/") for line in lines[1:]} == {lines[0].index("PATH")}


def test_the_pages_of_the_documentation_stand_last(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "harbour.py").write_text("from xapi import XAPI\napp = XAPI()\napp.get('/a')(lambda: 1)\n")
    assert main(["routes", "harbour:app"]) == 0
    _, first, *others = capsys.readouterr().out.splitlines()
    assert "/a" in first
    assert len(others) > 4
    assert all("xapi.openapi." in line for line in others)


def test_mistakes_are_told_below_the_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "harbour.py").write_text(
        "from xapi import XAPI\napp = XAPI()\n@app.get('/{x}')\ndef f(): ...\n@app.get('/y')\ndef g(): ...\n"
    )
    assert main(["routes", "harbour:app"]) == 0
    unread, hidden = capsys.readouterr().out.splitlines()[-2:]
    file = tmp_path / "harbour.py"
    assert unread.startswith(f"mistake: {file}:3, in f(): GET /{{x}}: nothing reads {{x}} of the path")
    assert hidden.startswith(f"mistake: {file}:5, in g(): GET /y: no request reaches it")
    assert f"GET /{{x}} ({file}:3, in f()) stands before it" in hidden


def test_what_has_no_routes_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bare.py").write_text("async def app(scope, receive, send): ...\n")

    assert main(["routes", "bare:app"]) == 1
    assert "bare:app has no routes" in capsys.readouterr().err
    sys.modules.pop("bare", None)
