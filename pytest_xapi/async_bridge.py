"""Opening a client in the tasks of asynchronous tests, whichever plugin runs them.

An asynchronous fixture belongs to one runner: anyio's plugin and pytest-asyncio each refuse the other's. So
no fixture here is asynchronous. Instead the coroutine functions that use a client, the test and the user's
asynchronous fixtures, are wrapped for the time of their call: the wrapper opens the client on the event loop
that runs the function, whoever started that loop, and closes it there.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, contextmanager
from inspect import isasyncgenfunction, iscoroutinefunction
from types import TracebackType
from typing import Any

import pytest

Wrapped = Callable[..., Any]
Opening = Callable[[], AbstractAsyncContextManager[Any]]
"""Makes a context manager that opens something when it is entered and closes it when it is left."""


class SharedUse:
    """An asynchronous context manager of which several users hold one opening.

    The first user opens it, the last one to leave closes it; then it may be opened again.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._stack = AsyncExitStack()
        self._users = 0

    async def __aenter__(self) -> None:
        if self._users == 0:
            await self._stack.enter_async_context(self._opening())
        self._users += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._users -= 1
        if self._users == 0:
            await self._stack.__aexit__(kind, error, trace)


_USES = pytest.StashKey[list[SharedUse]]()


def lend(item: pytest.Item, opening: Opening) -> None:
    """Open something around the test of `item` and around asynchronous fixtures set up from now on."""
    item.stash.setdefault(_USES, []).append(SharedUse(opening))


@contextmanager
def in_test(item: pytest.Item) -> Iterator[None]:
    """Make the coroutine function of `item`, if it is one, run with what was lent to the item."""
    uses = item.stash.get(_USES, [])
    if not uses or not isinstance(item, pytest.Function):
        yield
        return
    # A test decorated with Hypothesis' `given` is a plain function that calls the coroutine function inside.
    owner, name = (item.obj.hypothesis, "inner_test") if hasattr(item.obj, "hypothesis") else (item, "obj")
    function = getattr(owner, name)
    if not iscoroutinefunction(function):
        yield
        return
    setattr(owner, name, _test_with(uses, function))
    try:
        yield
    finally:
        setattr(owner, name, function)


@contextmanager
def in_fixture(fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Make an asynchronous fixture, from set-up to teardown, run with what was lent to its item so far."""
    function = fixturedef.func
    is_asynchronous = iscoroutinefunction(function) or isasyncgenfunction(function)
    uses = list(request.node.stash.get(_USES, [])) if request.scope == "function" else []
    if not uses or not is_asynchronous:
        yield
        return
    fixturedef.func = _fixture_with(uses, function)
    try:
        yield
    finally:
        fixturedef.func = function


def _test_with(uses: list[SharedUse], function: Wrapped) -> Wrapped:
    @functools.wraps(function)
    async def test(*arguments: Any, **keywords: Any) -> Any:
        async with AsyncExitStack() as stack:
            for use in uses:
                await stack.enter_async_context(use)
            return await function(*arguments, **keywords)

    return test


def _fixture_with(uses: list[SharedUse], function: Wrapped) -> Wrapped:
    # A generator in any case: what a fixture without teardown returned may use the client while it lives.
    @functools.wraps(function)
    async def fixture(*arguments: Any, **keywords: Any) -> AsyncIterator[Any]:
        async with AsyncExitStack() as stack:
            for use in uses:
                await stack.enter_async_context(use)
            if iscoroutinefunction(function):
                yield await function(*arguments, **keywords)
            else:
                values = await stack.enter_async_context(aclosing(function(*arguments, **keywords)))
                async for value in values:
                    yield value

    return fixture
