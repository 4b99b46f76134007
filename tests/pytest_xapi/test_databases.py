"""Fixtures for databases: what one test writes, the next one does not see.

In a process of their own: SQLAlchemy cannot be imported twice in one.
"""

from __future__ import annotations

import pytest

APP = """
from typing import Annotated
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
def add(note: Note, session: sqlmodel.Session = Depends(get_session)) -> Note:
    session.add(note)
    session.commit()
    session.refresh(note)
    return note

@app.post("/fails")
def fails(note: Note, session: sqlmodel.Session = Depends(get_session)) -> None:
    session.add(note)
    session.flush()
    session.rollback()

@app.get("/count")
async def count(session: sqlmodel.Session = Depends(get_session)) -> int:
    return len(session.exec(select(Note)).all())

@app.post("/async-notes")
async def add_async(note: Note, session: AsyncSession = Depends(get_session)) -> int:
    session.add(note)
    await session.commit()
    return note.id
"""
TEST = """
import pytest

@pytest.mark.parametrize("time", [1, 2])
def test_sync(client, session, time):
    assert client.get("/count").json() == 0
    assert client.post("/notes", json={"text": "milk"}).json()["text"] == "milk"
    client.post("/fails", json={"text": "lost"})
    assert client.get("/count").json() == 1
    session.add(Note(text="of the test"))
    assert client.get("/count").json() == 2
"""


def test_each_test_begins_with_an_empty_database(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=APP)
    pytester.makeconftest(
        """
        import sqlmodel
        from main import get_session
        from pytest_xapi.databases import rolled_back_session, temporary_engine

        engine = temporary_engine(sqlmodel.SQLModel.metadata)
        session = rolled_back_session("engine", replaces=get_session, session_class=sqlmodel.Session)
        """
    )
    pytester.makepyfile("from main import Note\n" + TEST)
    pytester.runpytest_subprocess("--xapi-app", "main:app").assert_outcomes(passed=2)


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///notes.db"])
def test_each_asynchronous_test_too(pytester: pytest.Pytester, url: str) -> None:
    pytester.makepyfile(main=APP)
    pytester.makeconftest(
        f"""
        import sqlmodel
        from main import get_session
        from pytest_xapi.async_databases import rolled_back_async_session

        session = rolled_back_async_session({url!r}, sqlmodel.SQLModel.metadata, replaces=get_session)
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
            count = select(func.count()).select_from(Note)
            assert await session.scalar(count) == 0
            await async_client.post("/async-notes", json={"text": "milk"})
            assert await session.scalar(count) == 1
        """
    )
    pytester.runpytest_subprocess("--xapi-app", "main:app").assert_outcomes(passed=2)


@pytest.mark.parametrize("driver", ["auto", "portal"])
def test_a_synchronous_test_shares_an_asynchronous_session_with_the_app(
    pytester: pytest.Pytester, driver: str
) -> None:
    pytester.makepyfile(main=APP)
    pytester.makeconftest(
        """
        import sqlmodel
        from main import get_session
        from pytest_xapi.async_databases import rolled_back_async_session

        session = rolled_back_async_session(
            "sqlite+aiosqlite:///notes.db", sqlmodel.SQLModel.metadata, replaces=get_session
        )
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from main import Note
        from sqlalchemy import func, select

        @pytest.mark.parametrize("time", [1, 2])
        def test_sync(client, session, time):
            count = select(func.count()).select_from(Note)
            assert client.run(session.scalar, count) == 0
            number = client.post("/async-notes", json={"text": "milk"}).json()
            note = client.run(session.get, Note, number)
            assert note.text == "milk"
            session.add(Note(text="of the test"))
            client.run(session.commit)
            assert client.run(session.scalar, count) == 2

        def test_the_session_may_come_first(session, client):
            assert client.post("/async-notes", json={"text": "milk"}).status_code == 200
        """
    )
    result = pytester.runpytest_subprocess("--xapi-app", "main:app", "-o", f"xapi_driver={driver}")
    result.assert_outcomes(passed=3)
