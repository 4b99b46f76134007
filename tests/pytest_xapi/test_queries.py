"""Counting the queries that an app sends.

In a process of their own: SQLAlchemy cannot be imported twice in one.
"""

from __future__ import annotations

import pytest

APP = """
import sqlmodel
from sqlmodel import Field, SQLModel, select
from sqlalchemy.ext.asyncio import AsyncSession
from xapi import XAPI, Depends

class Note(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    text: str

def get_session():
    raise AssertionError("the real database")
    yield

app = XAPI()

@app.post("/notes")
def add(note: Note, session: sqlmodel.Session = Depends(get_session)) -> None:
    session.add(note)
    session.commit()

@app.get("/notes")
def read(times: int, session: sqlmodel.Session = Depends(get_session)) -> None:
    for _ in range(times):
        session.exec(select(Note)).all()

@app.get("/async-notes")
async def read_async(times: int, session: AsyncSession = Depends(get_session)) -> None:
    for _ in range(times):
        await session.scalars(select(Note))
"""
SYNC = """
import sqlmodel
from main import get_session
from pytest_xapi.databases import rolled_back_session, temporary_engine

engine = temporary_engine(sqlmodel.SQLModel.metadata)
session = rolled_back_session("engine", replaces=get_session, session_class=sqlmodel.Session)
"""
ASYNC = """
import sqlmodel
from main import get_session
from pytest_xapi.async_databases import rolled_back_async_session

session = rolled_back_async_session("sqlite+aiosqlite://", sqlmodel.SQLModel.metadata, replaces=get_session)
"""


def run(pytester: pytest.Pytester, conftest: str, test: str) -> pytest.RunResult:
    pytester.makepyfile(main=APP)
    pytester.makeconftest(conftest)
    pytester.makepyfile("import pytest\nfrom pytest_xapi.queries import count_queries\n" + test)
    return pytester.runpytest_subprocess("--xapi-app", "main:app")


def test_the_queries_of_the_app_are_counted_and_transactions_are_not(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        SYNC,
        """
@pytest.mark.parametrize("where", ["session", "engine"])
def test_counted(client, session, engine, where):
    with count_queries({"session": session, "engine": engine}[where], exactly=3) as queries:
        client.post("/notes", json={"text": "milk"})
        assert queries[0].startswith("INSERT")
        client.get("/notes?times=2")
    client.get("/notes?times=2")
    assert len(queries) == 3
""",
    ).assert_outcomes(passed=2)


def test_the_queries_of_asynchronous_sessions_are_counted(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        ASYNC,
        """
def test_counted(client, session):
    with count_queries(session, at_most=2):
        client.get("/async-notes?times=2")

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_counted_there(async_client, session):
    with count_queries(session, exactly=1):
        await async_client.get("/async-notes?times=1")
""",
    ).assert_outcomes(passed=2)


def test_another_number_fails_the_test_and_shows_the_queries(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        SYNC,
        """
@pytest.mark.parametrize(("times", "limit"), [(2, {"exactly": 1}), (22, {"at_most": 20})])
def test_counted(client, session, times, limit):
    with count_queries(session, **limit):
        client.get(f"/notes?times={times}")

def test_the_error_of_the_block_is_raised(client, session):
    with pytest.raises(KeyError), count_queries(session, exactly=1):
        raise KeyError

def test_something_else_is_refused():
    with count_queries(3):
        pass
""",
    )
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "2 queries were sent, 1 expected:",
            "  1. SELECT note.id, note.text FROM note",
            "  2. SELECT note.id, note.text FROM note",
            "22 queries were sent, at most 20 expected:",
            "  20. SELECT note.id, note.text FROM note",
            "  ... and 2 more",
            "E*TypeError: count_queries(): 3 is not an engine, connection or session of SQLAlchemy",
        ]
    )
