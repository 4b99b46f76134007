"""Where everything but the images is kept: an SQLite file, with one transaction for each request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import Engine, event
from sqlmodel import Session, SQLModel, create_engine

from shop import models as models  # the tables, which `create_all` has to know
from xapi import Depends
from xapi.requests import HTTPConnection


def open_database(path: Path) -> Engine:
    """Open the file, and make it with its tables if it is not there."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _set_up_connection)
    SQLModel.metadata.create_all(engine)
    return engine


def _set_up_connection(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def engine(connection: HTTPConnection) -> Engine:
    """The database of the running app: its lifespan has opened it."""
    opened: Engine = connection.state.engine
    return opened


def transaction(engine: Annotated[Engine, Depends(engine)]) -> Iterator[Session]:
    """A session that commits when the endpoint returns, and rolls back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


# With this scope the transaction ends before the response is sent: who has an answer can rely on it.
Database = Annotated[Session, Depends(transaction, scope="function")]
# For responses that read from the database while they are sent.
StreamedDatabase = Annotated[Session, Depends(transaction, scope="request")]
