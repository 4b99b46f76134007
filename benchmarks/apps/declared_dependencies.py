"""The work items with dependencies, for FastAPI and xapi."""

from collections.abc import AsyncIterator
from typing import Annotated

from benchmarks.apps.counters import Pool
from benchmarks.apps.framework import App, Depends, Header


def dependencies() -> App:
    """f: five dependencies, each needing the one before it, two of them with ``yield``."""
    app = App()
    pool = Pool()

    async def read_settings() -> dict[str, str]:
        return {"database": "primary"}

    async def open_connection(
        settings: Annotated[dict[str, str], Depends(read_settings)],
    ) -> AsyncIterator[str]:
        pool.open += 1
        yield settings["database"]
        pool.open -= 1

    async def open_session(
        connection: Annotated[str, Depends(open_connection)],
    ) -> AsyncIterator[dict[str, object]]:
        pool.open += 1
        yield {"connection": connection}
        pool.open -= 1

    async def read_user(
        session: Annotated[dict[str, object], Depends(open_session)], user_id: int
    ) -> dict[str, object]:
        return {"id": user_id, **session}

    async def authorize(
        user: Annotated[dict[str, object], Depends(read_user)], x_token: Annotated[str, Header()]
    ) -> dict[str, object]:
        return {"token": x_token, **user}

    @app.get("/report", response_model=None)
    async def report(user: Annotated[dict[str, object], Depends(authorize)]) -> dict[str, object]:
        return {"user": user, "open": pool.open}

    return app


async def read_directory() -> str:
    """The dependency that item n replaces."""
    return "people"


async def read_substitute() -> str:
    """What item n replaces it with."""
    return "tests"


def replaceable() -> App:
    """n, nothing replaced: three dependencies."""
    app = App()

    async def read_user(
        directory: Annotated[str, Depends(read_directory)], user_id: int
    ) -> dict[str, object]:
        return {"id": user_id, "directory": directory}

    async def authorize(
        user: Annotated[dict[str, object], Depends(read_user)], x_token: Annotated[str, Header()]
    ) -> dict[str, object]:
        return {"token": x_token, **user}

    @app.get("/report", response_model=None)
    async def report(user: Annotated[dict[str, object], Depends(authorize)]) -> dict[str, object]:
        return user

    return app


def overridden() -> App:
    """n: the same with one dependency replaced, as tests do."""
    app = replaceable()
    app.dependency_overrides[read_directory] = read_substitute
    return app
