"""Opening clients in the tasks of asynchronous tests, whichever plugin runs them.

An asynchronous fixture belongs to one runner: anyio's plugin and pytest-asyncio each refuse the other's. So
no client is an asynchronous fixture. A client opens by itself when it is first used, on the event loop that
runs there, whoever started that loop. The coroutine functions that may use it, the test and the user's
asynchronous fixtures, are wrapped for the time of their call: the last of them to end on that loop closes it.
"""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    aclosing,
    asynccontextmanager,
    contextmanager,
)
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import TYPE_CHECKING, Any
from unittest import IsolatedAsyncioTestCase

import pytest

if TYPE_CHECKING:
    from xapi.testing import AsyncClient

Wrapped = Callable[..., Any]
Step = Callable[[], Awaitable[object]]
Opening = Callable[[], AbstractAsyncContextManager[Any]]
"""Makes a context manager that opens something when it is entered and closes it when it is left."""

_OUTSIDE = (
    "the asynchronous client of a test was used outside of an asynchronous test or fixture, where nothing "
    "would close it: open it there with `async with`"
)
_ELSEWHERE = (
    "this client is open on another event loop than the one that uses it now: let the test and its "
    "asynchronous fixtures run on one loop (the same loop_scope), or make one for each by `make_async_client`"
)


class AsyncClientManager:
    """Opens the clients of one test when they are used, and closes them with the last that may use them."""

    def __init__(self) -> None:
        self._users: Counter[object] = Counter()
        self._opened: dict[AsyncClient, tuple[object, Step]] = {}
        self._openings: list[Opening] = []
        self._held: dict[object, AsyncExitStack] = {}

    def lend(self, client: AsyncClient, enter: Step, leave: Step) -> None:
        """Let `client` open by `enter` at its first use, and close by `leave`."""
        import anyio

        locks: dict[object, anyio.Lock] = {}

        async def opening() -> None:
            here = loop_here()
            if client.has_lifespan and client not in self._opened:
                return
            async with locks.setdefault(here, anyio.Lock()):
                opened = self._opened.get(client)
                if opened is None:
                    if not self._users[here]:
                        raise RuntimeError(_OUTSIDE)
                    await enter()
                    self._opened[client] = here, leave
                elif opened[0] != here:
                    raise RuntimeError(_ELSEWHERE)

        client.opening = opening

    def hold(self, opening: Opening) -> None:
        """Open something when the next block begins, and close it after the clients."""
        self._openings.append(opening)

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """A block that may use the clients."""
        here = loop_here()
        self._users[here] += 1
        try:
            held = self._held.setdefault(here, AsyncExitStack())
            while self._openings:
                opening = self._openings.pop(0)
                await held.enter_async_context(opening())
                held.callback(self._openings.append, opening)
            yield
        finally:
            self._users[here] -= 1
            if not self._users[here]:
                del self._users[here]  # the loop would be kept as long as the item
                await self._close(here)

    async def _close(self, here: object) -> None:
        async with self._held.pop(here), AsyncExitStack() as stack:
            for client, (place, leave) in list(self._opened.items()):
                if place == here:
                    stack.push_async_callback(leave)
                    del self._opened[client]


def loop_here() -> object:
    """The event loop that runs here, with its library noted for anyio, which asks for the token.

    While a runner of anyio's plugin lives, its library is noted in other plugins' tests as well.
    """
    from anyio.lowlevel import current_token

    from xapi.tasks import in_trio_task
    from xapi.testing.exchange.loops import is_noted_elsewhere, note_asyncio

    if not in_trio_task() and is_noted_elsewhere():
        note_asyncio()
    return current_token()


_LENDER = pytest.StashKey[AsyncClientManager]()


def lend(item: pytest.Item, opening: Opening) -> None:
    """Open something around the test of `item` and around asynchronous fixtures set up from now on."""
    lender_of(item).hold(opening)


def lender_of(item: pytest.Item) -> AsyncClientManager:
    """The lender of a test, for which asynchronous fixtures set up from now on, and the test, are wrapped."""
    return item.stash.setdefault(_LENDER, AsyncClientManager())


def _needed(item: pytest.Item) -> AsyncClientManager | None:
    """The lender for which coroutine functions are wrapped, if they need it; overrides alone need one too."""
    lender = item.stash.get(_LENDER, None)
    return lender_of(item) if lender is None and _active_layers() else lender


def is_asynchronous(item: pytest.Item) -> bool:
    """Whether the function of a test is a coroutine function."""
    return isinstance(item, pytest.Function) and iscoroutinefunction(getattr(*_place_of_function(item)))


def _place_of_function(item: Any) -> tuple[Any, str]:
    # A test decorated with Hypothesis' `given` is a plain function that calls the coroutine function inside.
    return (item.obj.hypothesis, "inner_test") if hasattr(item.obj, "hypothesis") else (item, "obj")


@contextmanager
def in_test(item: pytest.Item) -> Iterator[None]:
    """Make the coroutine function of `item`, if it is one, able to use what was lent to the item."""
    lender = _needed(item)
    case = getattr(item, "instance", None)
    if lender is not None and isinstance(case, IsolatedAsyncioTestCase):
        with _isolated(lender, case):
            yield
        return
    if lender is None or not is_asynchronous(item):
        yield
        return
    owner, name = _place_of_function(item)
    function = getattr(owner, name)
    setattr(owner, name, _test_with(lender, function))
    try:
        yield
    finally:
        setattr(owner, name, function)


@contextmanager
def _isolated(lender: AsyncClientManager, case: IsolatedAsyncioTestCase) -> Iterator[None]:
    """Make a test of `unittest`, which runs a loop of its own, able to use what was lent."""
    set_up = case.asyncSetUp

    async def prepared() -> None:
        stack = AsyncExitStack()
        await stack.enter_async_context(lender.in_use())
        case.addAsyncCleanup(stack.aclose)
        await set_up()

    vars(case)["asyncSetUp"] = prepared
    try:
        yield
    finally:
        del vars(case)["asyncSetUp"]


@contextmanager
def in_fixture(fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Make an asynchronous fixture, from set-up to teardown, able to use what was lent to its item so far."""
    function = fixturedef.func
    is_asynchronous = iscoroutinefunction(function) or isasyncgenfunction(function)
    lender = _needed(request.node) if request.scope == "function" else None
    if lender is None or not is_asynchronous:
        yield
        return
    fixturedef.func = _fixture_with(lender, function)
    try:
        yield
    finally:
        fixturedef.func = function


def _test_with(lender: AsyncClientManager, function: Wrapped) -> Wrapped:
    outer = _active_layers()

    @functools.wraps(function)
    async def test(*arguments: Any, **keywords: Any) -> Any:
        async with lender.in_use():
            with _layers(outer):
                return await function(*arguments, **keywords)

    return test


def _fixture_with(lender: AsyncClientManager, function: Wrapped) -> Wrapped:
    outer = _active_layers()

    # A generator in any case: what a fixture without teardown returned may use the client while it lives.
    @functools.wraps(function)
    async def fixture(*arguments: Any, **keywords: Any) -> AsyncIterator[Any]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(lender.in_use())
            if iscoroutinefunction(function):
                with _layers(outer):
                    value = await function(*arguments, **keywords)
                yield value
            else:
                values = await stack.enter_async_context(aclosing(function(*arguments, **keywords)))
                with _layers(outer):
                    value = await anext(values)
                yield value
                async for value in values:
                    yield value

    return fixture


def _active_layers() -> tuple[Any, ...]:
    """The overrides of `with app.overrides(...)` blocks that synchronous fixtures are in."""
    overrides = sys.modules.get("xapi.overrides")
    return overrides.active_layers.get() if overrides is not None else ()


@contextmanager
def _layers(outer: tuple[Any, ...]) -> Iterator[None]:
    """A block in which they hold as well: a runner's task has the context of its start."""
    if not outer:
        yield
        return
    from xapi.overrides import active_layers

    inner = active_layers.get()
    added = [layer for layer in outer if not any(layer is other for other in inner)]
    active_layers.set((*added, *inner))
    try:
        yield
    finally:
        kept = [layer for layer in active_layers.get() if not any(layer is other for other in added)]
        active_layers.set(tuple(kept))
