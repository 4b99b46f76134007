"""Fixtures for apps that use SQLAlchemy or SQLModel: a database for the run, a transaction for each test.

Made in a conftest file, by assignment; nothing here is loaded unless it is imported. For asynchronous
sessions see `pytest_xapi.async_databases`.

    engine = temporary_engine(SQLModel.metadata)
    session = rolled_back_session("engine", replaces=get_session, session_class=sqlmodel.Session)

A test that asks for `session`, and the app whose dependency it replaces, work in one transaction, which is
rolled back when the test ends: what the app commits is a savepoint in it (SQLAlchemy, "Joining a Session into
an External Transaction").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, StaticPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from pytest_xapi.override import Override

__all__ = ["rolled_back_session", "temporary_engine", "use_real_transactions"]

Fixture = Any


def temporary_engine(metadata: MetaData, **options: Any) -> Fixture:
    """A session-scoped fixture: an `Engine` of a new SQLite database in memory with the tables of `metadata`.

    Its one connection may be used in several threads, one at a time, as sync endpoints do. `options` are of
    `sqlalchemy.create_engine`. Under pytest-xdist each worker has its own. For another database define a
    fixture that yields its engine, and give the name of that to `rolled_back_session`.
    """

    @pytest.fixture(scope="session")
    def engine() -> Iterator[Engine]:
        options.setdefault("poolclass", StaticPool)
        options.setdefault("connect_args", {"check_same_thread": False})
        made = create_engine("sqlite://", **options)
        use_real_transactions(made)
        metadata.create_all(made)
        yield made
        made.dispose()

    return engine


def rolled_back_session(
    engine: str, *, replaces: Callable[..., Any], session_class: type[Session] = Session
) -> Fixture:
    """A fixture: a session in a transaction that is rolled back at the end of the test.

    Args:
        engine: the name of the fixture with the `Engine`.
        replaces: the app's dependency that gives it its session; it gives this one, to every request of the
            test, whichever client sends it.
        session_class: `sqlmodel.Session`, or another class of session.
    """

    @pytest.fixture
    def session(request: pytest.FixtureRequest, xapi_override: Override) -> Iterator[Session]:
        with request.getfixturevalue(engine).connect() as connection:
            transaction = connection.begin()
            made = _joined(session_class, connection)
            with made, xapi_override(replaces, lambda: made):
                yield made
            transaction.rollback()

    return session


def _joined(session_class: type[Session], connection: Connection) -> Session:
    return session_class(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


def use_real_transactions(engine: Engine) -> None:
    """Let SQLite begin a transaction when SQLAlchemy does: its driver would begin late, after savepoints."""

    @event.listens_for(engine, "connect")
    def leave_transactions_to_sqlalchemy(connection: DBAPIConnection, record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")
