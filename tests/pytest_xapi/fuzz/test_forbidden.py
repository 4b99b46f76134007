"""What property tests may not touch is not touched, and the run says what would have been."""

from __future__ import annotations

import gc
import sqlite3
from pathlib import Path
from textwrap import indent

import pytest

from pytest_xapi.fuzz.model import forbidden
from pytest_xapi.fuzz.model.forbidden import UnusableTarget

ONE = ("--xapi-fuzz-phase=boundary",)
APP = """
    import os
    import socket
    import sqlite3
    from contextlib import asynccontextmanager
    from xapi import XAPI

    @asynccontextmanager
    async def lifespan(app):
        {start}
        yield

    {top}
    app = XAPI(lifespan=lifespan)

    @app.post("/notes")
    async def add(text: str) -> str:
        {code}
        return text
"""
SQLALCHEMY = """
from sqlalchemy import create_engine, text as sql
with create_engine("sqlite:///prod.db").connect() as connection:
    connection.execute(sql("select 1"))
"""
AIOSQLITE = """
import aiosqlite
async with aiosqlite.connect("prod.db") as connection:
    await connection.execute("select 1")
"""
CONNECT = """
with socket.socket() as connection:
    connection.settimeout(1)
    connection.connect(("127.0.0.1", 9))
"""
HIDDEN = """
try:
    sqlite3.connect("prod.db")
except Exception:
    pass
"""
USES = {
    "sqlite3": ("sqlite:///prod.db", 'sqlite3.connect("prod.db")', "sqlite3.connect"),
    "sqlite3, a URI": (
        "sqlite:///prod.db",
        'sqlite3.connect("file:prod.db?mode=ro", uri=True)',
        "sqlite3.connect",
    ),
    "sqlite3, caught": ("sqlite:///prod.db", HIDDEN, "sqlite3.connect"),
    "SQLAlchemy": ("sqlite+pysqlite:///prod.db", SQLALCHEMY, "sqlite3.connect"),
    "aiosqlite": ("sqlite+aiosqlite:///prod.db", AIOSQLITE, "sqlite3.connect"),
    "a link": ("prod.db", 'os.symlink("prod.db", "l"); sqlite3.connect("l")', "sqlite3.connect"),
    "open": ("prod.log", 'open("prod.log", "a").close()', "open"),
    "os.open": ("prod.log", 'os.close(os.open("prod.log", os.O_CREAT | os.O_WRONLY))', "open"),
    "a folder": ("uploads", 'open("uploads/new", "xb").close()', "open"),
    "removal": ("kept.txt", 'os.remove("kept.txt")', "os.remove"),
    "renaming": ("kept.txt", 'os.rename("other.txt", "kept.txt")', "os.rename"),
    "an address": ("localhost:9", CONNECT, "socket.connect"),
    "redis": ("redis://me:pa55word@127.0.0.1:9/0", CONNECT, "socket.connect"),
    "postgres, asynchronous": (
        "postgresql+asyncpg://me:pa55word@db.invalid/app",
        'import asyncio; await asyncio.open_connection("db.invalid", 5432)',
        "socket.getaddrinfo",
    ),
}


def write(app_module, forbid: str, *, code: str = "pass", start: str = "pass", top: str = "") -> None:
    parts = {name: indent(text.strip(), " " * 8).strip() for name, text in (("code", code), ("start", start))}
    app_module(APP.format(top=top, **parts), ini=f"xapi_forbid = {forbid}\n")
    for name in ("kept.txt", "other.txt"):
        Path(name).write_text(name, encoding="utf-8")
    Path("uploads").mkdir()


@pytest.mark.parametrize(("forbid", "code", "event"), USES.values(), ids=USES)
def test_what_is_forbidden_is_not_used_and_ends_the_run(
    forbid: str, code: str, event: str, app_module, fuzz
) -> None:
    write(app_module, forbid, code=code)
    run = fuzz(*ONE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "would have been used by xapi::POST /notes boundary, in answering POST /notes?text=" in run.output
    is_in_thread = event == "socket.getaddrinfo" or "aiosqlite" in code
    assert f"{event} at {'' if is_in_thread else 'shop.py, line '}" in run.output
    assert "To mend it: " in run.output
    assert "pa55word" not in run.output
    assert not any(Path(name).exists() for name in ("prod.db", "prod.log", "uploads/new"))
    assert Path("kept.txt").read_text(encoding="utf-8") == "kept.txt"


@pytest.mark.parametrize(
    "code",
    ['sqlite3.connect(":memory:").close()', 'sqlite3.connect("test.db").close()', 'open("kept.txt").close()'],
)
def test_what_is_not_forbidden_is_used(code: str, app_module, fuzz) -> None:
    write(app_module, "sqlite:///prod.db\n    kept.txt\n    localhost:1", code=code)
    assert fuzz(*ONE).exit_code == 0


def test_it_is_not_used_where_the_app_starts(app_module, fuzz) -> None:
    write(app_module, "prod.db", start='sqlite3.connect("prod.db")')
    run = fuzz(*ONE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "outside of a request, as when the app starts: sqlite3.connect at shop.py, line " in run.output
    assert not Path("prod.db").exists()


def test_what_was_opened_before_ends_the_run_before_a_request(app_module, fuzz) -> None:
    write(app_module, "prod.db", top='connection = sqlite3.connect("prod.db")')
    run = fuzz(*ONE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "was opened before the property tests" in run.output
    assert "sqlite3.connect at shop.py, line " in run.output
    assert not run.outcomes
    for found in gc.get_objects():
        if isinstance(found, sqlite3.Connection):
            found.close()  # that of the module, which is gone with the run


def test_a_variable_counts_as_it_was_before_conftest_files(
    app_module, fuzz, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_DATABASE", "sqlite:///prod.db")
    write(
        app_module,
        "env:NOTES_DATABASE\n    env:NOT_SET",
        code='sqlite3.connect(os.environ["NOTES_DATABASE"][10:]).close()',
    )
    run = fuzz(*ONE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "env:NOTES_DATABASE (sqlite:///prod.db)" in run.output
    assert "env:NOT_SET (not set)" in run.output
    pytester.makeconftest("import os\nos.environ['NOTES_DATABASE'] = 'sqlite:///test.db'")
    assert fuzz(*ONE).exit_code == 0
    monkeypatch.setenv("NOTES_DATABASE", "sqlite:///prod.db")
    assert pytester.runpytest_subprocess("--xapi-fuzz", *ONE, "-n1", "-p", "xdist").ret == 0


def test_workers_are_kept_from_it_too(app_module, pytester: pytest.Pytester) -> None:
    write(app_module, "prod.db", code='sqlite3.connect("prod.db")')
    run = pytester.runpytest_subprocess("--xapi-fuzz", *ONE, "-n1", "-p", "xdist")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    assert "would have been used by xapi::POST /notes boundary" in str(run.stdout)
    assert not Path("prod.db").exists()


@pytest.mark.parametrize(
    ("text", "paths", "addresses"),
    [
        ("postgresql://u:p@db/app", [], [("db", 5432)]),
        ("postgresql+psycopg://u:p%40@DB.example:6000/app", [], [("db.example", 6000)]),
        ("postgresql://u:p@/app?host=/run/pg", ["/run/pg"], []),
        ("redis://:p@[::1]:6380/1", [], [("::1", 6380)]),
        ("amqp://u:p/@a:1,b/vhost", [], [("a", 1), ("b", 5672)]),
        ("unheard://somewhere/x", [], [("somewhere", None)]),
        ("sqlite:////data/prod.db", ["/data/prod.db"], []),
        ("/data/files", ["/data/files"], []),
        ("db.example:5432", [], [("db.example", 5432)]),
    ],
)
def test_what_a_text_forbids(text: str, paths: list[str], addresses: list[tuple[str, int | None]]) -> None:
    (found,) = forbidden.read([text], [Path("/")], {})
    assert sorted(found.paths) == paths
    assert sorted(found.addresses) == addresses
    assert "p@" not in found.shown
    assert ":p" not in found.shown


@pytest.mark.parametrize(
    "text", ["", "sqlite://", "sqlite:///:memory:", "mongodb+srv://u:p@db/app", "redis://u:p?x@db/0"]
)
def test_a_text_that_forbids_nothing_is_an_error_without_its_password(text: str) -> None:
    with pytest.raises(UnusableTarget) as raised:
        forbidden.read([text], [Path("/")], {})
    assert "u:p" not in str(raised.value)
