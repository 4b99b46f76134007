"""The fixture for asynchronous tests of apps that use SQLAlchemy's or SQLModel's asynchronous sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from pytest_xapi import async_bridge
from pytest_xapi.bench import Bench
from pytest_xapi.databases import Fixture, use_real_transactions
from pytest_xapi.override import Override


def rolled_back_async_session(
    url: str,
    metadata: MetaData,
    *,
    replaces: Callable[..., Any],
    session_class: type[AsyncSession] = AsyncSession,
    **options: Any,
) -> Fixture:
    """A fixture for asynchronous tests: an `AsyncSession` in a transaction that is rolled back at their end.

    The engine belongs to the loop of the test, so that it is made for each test. An SQLite database without a
    file ("sqlite+aiosqlite://") is new each time; in any other, missing tables are made and stay.

    Args:
        url: of the database, with an asynchronous driver.
        metadata: the tables.
        replaces: the app's dependency that gives it its session; it gives this one.
        session_class: `sqlmodel.ext.asyncio.session.AsyncSession`, or another class of session.
        options: of `sqlalchemy.ext.asyncio.create_async_engine`.
    """

    @pytest.fixture
    def session(request: pytest.FixtureRequest, _xapi_bench: Bench, xapi_override: Override) -> AsyncSession:
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

        async_bridge.lend(request.node, opening)
        xapi_override(replaces, lambda: made)
        return made

    return session


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
