"""How the tests of the plugin run pytest inside pytest."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

import pytest

# Imported before the runs inside, which forget what they have imported themselves and would do it each time;
# the exceptions of a C parser that is imported twice are not those that its user catches.
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.auto  # noqa: F401

from xapi.testing import AsyncClient, LiveServer, TestClient  # noqa: F401

# Each run would leave a thread of pytest-rerunfailures behind, which waits for workers for ever.
WITHOUT_OTHER_PLUGINS = [
    argument
    for plugin in ("anyio", "asyncio", "hypothesispytest", "rerunfailures", "schemathesis")
    for argument in ("-p", f"no:{plugin}")
]


APP_WITH_LOG = """
    from contextlib import asynccontextmanager
    from xapi import Depends, XAPI

    log = []

    @asynccontextmanager
    async def lifespan(app):
        log.append("up")
        yield
        log.append("down")

    app = XAPI(lifespan=lifespan)

    def user():
        return "anna"

    @app.get("/")
    async def read(name=Depends(user)):
        return name
"""
"""An app whose lifespan says in `log` that it runs, and which has a dependency."""


@pytest.fixture(scope="session")
def fuzzing_imported() -> None:
    """All that property tests import: runs inside forget what they have imported themselves, and would meet
    the classes of earlier runs in what Hypothesis and packages remember.
    """
    names = ("schemathesis.generation", "schemathesis.specs", "pytest_xapi")
    for package in map(importlib.import_module, names):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


@pytest.fixture
def run_pytest(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run pytest in this process, with the xapi plugin but without those for async tests and Hypothesis."""

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess(*WITHOUT_OTHER_PLUGINS, *arguments)

    return run
