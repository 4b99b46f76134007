"""The recipe for PostgreSQL in `docs/testing.md`, on a server that runs for these tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from followed_pages import bodies

PAGE = Path(__file__).parents[2] / "docs/testing.md"
DEBIAN = Path("/usr/lib/postgresql")
USER = "postgres"
"""Who runs the server where we are root, which it refuses."""
APP = """
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, Session, SQLModel, select
from xapi import XAPI, Depends

class Note(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    text: str

def get_session():
    raise AssertionError("the real database")
    yield

app = XAPI()

@app.post("/notes")
def add(note: Note, session: Session = Depends(get_session)) -> Note:
    session.add(note)
    session.commit()
    session.refresh(note)
    return note

@app.get("/backend")
def backend(session: Session = Depends(get_session)) -> str:
    return session.get_bind().dialect.name

@app.post("/async-notes")
async def add_async(note: Note, session: AsyncSession = Depends(get_session)) -> int:
    session.add(note)
    await session.commit()
    return note.id
"""


def programs() -> Path | None:
    """The folder of the server's programs; Debian's are not on the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max((path.parent for path in DEBIAN.glob("*/bin/initdb")), default=None)


def run(*command: str | Path) -> None:
    """Run a program of the server."""
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, *map(str, command)], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def server(require: Callable[[bool, str], None]) -> Iterator[dict[str, str]]:
    """A server; gives the variables by which clients find it."""
    bin_folder = programs()
    require(bin_folder is not None, "PostgreSQL's server is not there: run `make ci-deps`")
    assert bin_folder is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = Path(folder, "data")
        run(bin_folder / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(bin_folder / "pg_ctl", "-D", data, "-w", "-l", Path(folder, "log"), "-o", options, "start")
        try:
            yield {"PGHOST": "127.0.0.1", "PGPORT": port, "PGUSER": "tester"}
        finally:
            run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture
def database(server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of the name that the recipe gives to that of a run in one process."""
    import psycopg

    for name, value in server.items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        connection.execute("create database test_master")
        yield "test_master"
        connection.execute("drop database test_master")


@pytest.mark.usefixtures("database")
def test_the_recipe_rolls_back(pytester: pytest.Pytester) -> None:
    (recipe,) = [body for body in bodies(PAGE.read_text(encoding="utf-8"), "python") if "psycopg" in body]
    pytester.makepyfile(main=APP)
    pytester.makeconftest(
        "import pytest\nimport sqlmodel\nfrom sqlmodel import SQLModel, create_engine\n"
        "from main import get_session\nfrom pytest_xapi.databases import rolled_back_session\n"
        'session = rolled_back_session("engine", replaces=get_session, session_class=sqlmodel.Session)\n'
        + recipe
    )
    pytester.makepyfile(
        """
        import pytest
        from main import Note
        from sqlmodel import func, select

        @pytest.mark.parametrize("time", [1, 2])
        def test_each_begins_with_an_empty_table(client, session, time):
            assert client.get("/backend").json() == "postgresql"
            assert client.post("/notes", json={"text": "milk"}).json()["text"] == "milk"
            assert session.exec(select(func.count()).select_from(Note)).one() == 1
        """
    )
    pytester.runpytest_subprocess("--xapi-app", "main:app").assert_outcomes(passed=2)


def test_asynchronous_sessions_do_too(pytester: pytest.Pytester, database: str) -> None:
    pytester.makepyfile(main=APP)
    pytester.makeconftest(
        f"""
        import sqlmodel
        from main import get_session
        from pytest_xapi.async_databases import rolled_back_async_session

        url = "postgresql+psycopg:///{database}"
        session = rolled_back_async_session(url, sqlmodel.SQLModel.metadata, replaces=get_session)
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from main import Note
        from sqlalchemy import func, select

        @pytest.mark.anyio
        @pytest.mark.parametrize("time", [1, 2])
        @pytest.mark.parametrize("anyio_backend", ["asyncio"])
        async def test_async(async_client, session, time):
            await async_client.post("/async-notes", json={"text": "milk"})
            assert await session.scalar(select(func.count()).select_from(Note)) == 1
        """
    )
    pytester.runpytest_subprocess("--xapi-app", "main:app").assert_outcomes(passed=2)
