"""Lifespans that several clients share: of a test, a class, a module or the session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_xapi import async_bridge

if TYPE_CHECKING:
    from xapi.testing import AsyncClient, TestClient

LOOP_SCOPES = ("function", "class", "module", "package", "session")
"""Of pytest-asyncio's event loops, the narrowest first."""
_PLUGIN = "xapi-lifespans"
_ON_ANOTHER_LOOP = (
    "this client has scope '{scope}' and runs on the event loop of that scope, but it is used on another "
    'one: write @pytest.mark.asyncio(loop_scope="{scope}"), or define the fixture `anyio_backend` with '
    'scope="{scope}"'
)


class Lifespans:
    """The lifespans of one scope, each kept by a client that is open until the scope ends."""

    def __init__(self) -> None:
        self._leads: dict[tuple[int, str], TestClient] = {}
        self._stack = ExitStack()

    def lead(self, app: Any, keywords: Mapping[str, Any]) -> TestClient:
        """The open client whose lifespan the other clients of `app` share, on a loop made by `keywords`."""
        from xapi.testing import TestClient, shared_overrides

        key = id(app), repr(sorted(keywords.items()))
        if key not in self._leads:
            with shared_overrides.apart():
                made = TestClient(app, **keywords)
            self._leads[key] = self._stack.enter_context(made)
        return self._leads[key]

    def close(self) -> None:
        """End them, the last first."""
        self._stack.close()


class AsyncLifespans:
    """The same on one event loop; a lifespan begins when one of its clients is first used."""

    def __init__(self) -> None:
        self._leads: dict[int, AsyncClient] = {}
        self._open: list[AsyncClient] = []
        self.loop: object = None
        """That on which they run."""

    def lend(self, client: AsyncClient, scope: str) -> None:
        """Let a client open at its first use, and close with the scope."""
        import anyio

        lock = anyio.Lock()

        async def opening() -> None:
            if client.has_lifespan and client not in self._open:
                return
            if async_bridge.loop_here() != self.loop:
                raise RuntimeError(_ON_ANOTHER_LOOP.format(scope=scope))
            async with lock:
                await self.open(client)

        client.opening = opening

    def lead(self, app: Any) -> AsyncClient:
        """The client whose lifespan the other clients of `app` share."""
        from xapi.testing import AsyncClient, shared_overrides

        if id(app) not in self._leads:
            with shared_overrides.apart():
                self._leads[id(app)] = AsyncClient(app)
        return self._leads[id(app)]

    async def open(self, lead: AsyncClient) -> None:
        """Begin its lifespan, unless it has begun."""
        async_bridge.loop_here()
        if lead not in self._open:
            await lead.__aenter__()
            self._open.append(lead)

    async def close(self) -> None:
        """End them, the last first."""
        async_bridge.loop_here()
        async with AsyncExitStack() as stack:
            for lead in self._open:
                stack.push_async_exit(lead)


def name_of(scope: str, runner: str = "") -> str:
    """The name of the fixture that gives the lifespans of a scope, of one kind of event loop."""
    return f"_xapi_{scope}_lifespans{runner and '_' + runner}"


def of_scope(request: pytest.FixtureRequest, scope: str) -> Lifespans:
    """The lifespans of a scope, on loops of their own."""
    _register(request.config.pluginmanager)
    found: Lifespans = request.getfixturevalue(name_of(scope))
    return found


def _register(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the fixtures, for each plugin that runs asynchronous tests, when the first test needs one."""
    if pluginmanager.has_plugin(_PLUGIN):
        return
    made = ModuleType("pytest_xapi lifespans")
    for scope in LOOP_SCOPES:
        setattr(made, name_of(scope), _fixture(scope))
        if pluginmanager.has_plugin("anyio"):
            setattr(made, name_of(scope, "anyio"), _anyio_fixture(scope))
        if pluginmanager.has_plugin("asyncio"):
            for loop_scope in LOOP_SCOPES[LOOP_SCOPES.index(scope) :]:
                setattr(made, name_of(scope, loop_scope), _asyncio_fixture(scope, loop_scope))
    pluginmanager.register(made, _PLUGIN)


def _fixture(scope: Any) -> Any:
    @pytest.fixture(scope=scope, name=name_of(scope))
    def lifespans() -> Iterator[Lifespans]:
        shared = Lifespans()
        yield shared
        shared.close()

    return lifespans


async def _shared() -> AsyncIterator[AsyncLifespans]:
    shared = AsyncLifespans()
    shared.loop = async_bridge.loop_here()
    yield shared
    await shared.close()


def _anyio_fixture(scope: Any) -> Any:
    @pytest.fixture(scope=scope, name=name_of(scope, "anyio"))
    async def lifespans(anyio_backend: Any) -> AsyncIterator[AsyncLifespans]:
        async for shared in _shared():
            yield shared

    return lifespans


def _asyncio_fixture(scope: Any, loop_scope: Any) -> Any:
    import pytest_asyncio

    @pytest_asyncio.fixture(scope=scope, loop_scope=loop_scope, name=name_of(scope, loop_scope))
    async def lifespans() -> AsyncIterator[AsyncLifespans]:
        async for shared in _shared():
            yield shared

    return lifespans


def of_loop(request: pytest.FixtureRequest, scope: str) -> AsyncLifespans:
    """The lifespans of a scope on the event loop of the test; the test fails where the loop is narrower."""
    _register(request.config.pluginmanager)
    found: AsyncLifespans
    if "anyio_backend" in request.fixturenames:
        try:
            found = request.getfixturevalue(name_of(scope, "anyio"))
        except pytest.fail.Exception as error:
            if "ScopeMismatch" not in str(error):
                raise
            mend = f'define the fixture `anyio_backend` with scope="{scope}"'
            pytest.fail(_too_narrow(scope, "a narrower one", mend), pytrace=False)
        return found
    if not request.config.pluginmanager.has_plugin("asyncio"):
        pytest.fail(
            f"a lifespan of scope {scope!r} for the asynchronous client needs an asynchronous test, run by "
            "anyio's plugin or pytest-asyncio",
            pytrace=False,
        )
    test = getattr(request, "_pyfuncitem", request.node)
    marker = test.get_closest_marker("asyncio")
    chosen = None if marker is None else marker.kwargs.get("loop_scope")
    loop_scope = chosen or request.config.getini("asyncio_default_test_loop_scope")
    if request.scope != "function":
        # The fixtures that use it may run on the loop of the scope, whatever this test does.
        loop_scope = max(loop_scope, scope, key=LOOP_SCOPES.index)
    if LOOP_SCOPES.index(loop_scope) < LOOP_SCOPES.index(scope):
        mend = (
            f'write @pytest.mark.asyncio(loop_scope="{scope}"), or set '
            f"asyncio_default_test_loop_scope = {scope}"
        )
        pytest.fail(_too_narrow(scope, repr(loop_scope), mend), pytrace=False)
    found = request.getfixturevalue(name_of(scope, loop_scope))
    return found


def _too_narrow(scope: str, loop_scope: str, mend: str) -> str:
    return (
        f"the lifespan has scope {scope!r}, but the event loop of this test has {loop_scope}, and a lifespan "
        f"cannot outlive its loop: {mend}"
    )
