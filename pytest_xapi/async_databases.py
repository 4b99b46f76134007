"""The fixture for tests of apps that use SQLAlchemy's or SQLModel's asynchronous sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from pytest_xapi import async_bridge
from pytest_xapi.databases import Fixture, use_real_transactions
from pytest_xapi.override import Override

if TYPE_CHECKING:
    from xapi.testing import TestClient

__all__ = ["rolled_back_async_session"]


def rolled_back_async_session(
    url: str,
    metadata: MetaData,
    *,
    replaces: Callable[..., Any],
    session_class: type[AsyncSession] = AsyncSession,
    **options: Any,
) -> Fixture:
    """A fixture: an `AsyncSession` in a transaction that is rolled back at the end of the test.

    In an asynchronous test it is on the test's loop, in any other on that of the fixture `client`, with which
    the test shares it: `client.run(session.get, Note, 1)`. (A client of `make_client` has another loop.) The
    engine belongs to the loop, so that it is made for each test. An SQLite database without a
    file ("sqlite+aiosqlite://") is new each time; in any other, missing tables are made and stay.

    Args:
        url: of the database, with an asynchronous driver.
        metadata: the tables.
        replaces: the app's dependency that gives it its session; it gives this one.
        session_class: `sqlmodel.ext.asyncio.session.AsyncSession`, or another class of session.
        options: of `sqlalchemy.ext.asyncio.create_async_engine`.
    """

    @pytest.fixture
    def session(request: pytest.FixtureRequest, xapi_override: Override) -> Iterator[AsyncSession]:
        made = session_class(join_transaction_mode="create_savepoint", expire_on_commit=False)

        @asynccontextmanager
        async def opening() -> AsyncIterator[None]:
            engine = create_async_engine(url, **options)
            if engine.dialect.name == "sqlite":
                use_real_transactions(engine.sync_engine)
            try:
                await _make_tables(engine, metadata)
                async with engine.connect() as connection, _in_transaction(made, connection):
                    yield
            finally:
                await engine.dispose()

        with xapi_override(replaces, lambda: made):
            if async_bridge.is_asynchronous(request.node):
                async_bridge.lend(request.node, opening)
                yield made
            else:
                with _on_loop_of(request.getfixturevalue("xapi_client"), opening()):
                    yield made

    return session


@contextmanager
def _on_loop_of(client: TestClient, opening: AbstractAsyncContextManager[None]) -> Iterator[None]:
    client.run(opening.__aenter__)
    try:
        yield
    finally:
        client.run(opening.__aexit__, None, None, None)


@asynccontextmanager
async def _in_transaction(session: AsyncSession, connection: AsyncConnection) -> AsyncIterator[None]:
    transaction = await connection.begin()
    session.bind = connection
    session.sync_session.bind = connection.sync_connection
    try:
        yield
    finally:
        await session.close()
        await transaction.rollback()


async def _make_tables(engine: AsyncEngine, metadata: MetaData) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
