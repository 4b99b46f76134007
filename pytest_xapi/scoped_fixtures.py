"""The fixtures at wider scopes: `class_client`, `module_override`, `session_live_server` and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_xapi.clients import ClientFactory

WIDER_SCOPES = ("class", "module", "package", "session")
"""Those beside that of a test, the narrowest first."""


def _clients(request: pytest.FixtureRequest) -> Iterator[ClientFactory]:
    """What the other fixtures of the scope share."""
    from pytest_xapi.clients import ClientFactory

    factory = ClientFactory(request)
    yield factory
    factory.finish()


def _client(request: pytest.FixtureRequest, xapi_app: Any) -> Iterator[Any]:
    """A synchronous client of the app under test, with the lifespan running, for a {scope}."""
    factory = _factory(request)
    with factory.client(factory.app(xapi_app)) as client:
        yield client


def _async_client(request: pytest.FixtureRequest, xapi_app: Any) -> Any:
    """An asynchronous client of the app under test for a {scope}, on the event loop of that scope."""
    factory = _factory(request)
    return factory.wider_async_client(factory.app(xapi_app))


def _make_client(request: pytest.FixtureRequest, xapi_app: Any) -> Iterator[Any]:
    """Makes more synchronous clients, which close with the {scope}: `make(app, headers=...)`."""
    factory = _factory(request)
    with ExitStack() as stack:

        def make(app: Any = None, /, **options: Any) -> Any:
            chosen = factory.app(xapi_app) if app is None else app
            return stack.enter_context(factory.new_client(chosen, **options))

        yield make


def _override(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Replaces dependencies until the {scope} ends: `override(dependency, replacement)`."""
    override = _factory(request).override
    yield override
    override.remove_all()


def _live_server(request: pytest.FixtureRequest, xapi_app: Any) -> Iterator[Any]:
    """A server on a free port of 127.0.0.1 that serves the app under test for a {scope}."""
    factory = _factory(request)
    with factory.live_server(factory.app(xapi_app)) as server:
        yield server


def _factory(request: pytest.FixtureRequest) -> ClientFactory:
    found: ClientFactory = request.getfixturevalue(_name_of_clients(request.scope))
    return found


def _name_of_clients(scope: str) -> str:
    return f"_xapi_{scope}_clients"


_MADE = {
    "client": _client,
    "async_client": _async_client,
    "make_client": _make_client,
    "override": _override,
    "live_server": _live_server,
}
"""What there is at each scope, by name."""


def _made(function: Any, scope: Any, name: str) -> Any:
    """A fixture of that scope and name, of a copy of the function, which has a text of its own."""
    made: Any = FunctionType(function.__code__, function.__globals__, name)
    made.__doc__ = function.__doc__.format(scope=scope)
    return pytest.fixture(scope=scope, name=name)(made)


SHORT = {
    f"{scope}_{name}": _made(function, scope, f"{scope}_{name}")
    for scope in WIDER_SCOPES
    for name, function in _MADE.items()
}
LONG = {
    **{
        f"xapi_{scope}_{name}": _made(function, scope, f"xapi_{scope}_{name}")
        for scope in WIDER_SCOPES
        for name, function in _MADE.items()
    },
    **{_name_of_clients(scope): _made(_clients, scope, _name_of_clients(scope)) for scope in WIDER_SCOPES},
}


def named() -> ModuleType:
    """A plugin with the names that are always there."""
    plugin = ModuleType("pytest_xapi scoped fixtures")
    vars(plugin).update(LONG)
    return plugin


def explain(error: BaseException) -> None:
    """Add what mends it to pytest's message about a fixture of ours that a wider one has asked for."""
    text = str(error)
    found = _MISMATCH.search(text)
    if found is None or not hasattr(error, "msg"):
        return
    scope, name, asking = found["scope"], found["name"], found["asking"]
    short = name.removeprefix("xapi_").removeprefix(f"{scope}_")
    if short in _MADE:
        mend = f"ask for `{'xapi_' if name.startswith('xapi_') else ''}{asking}_{short}` instead of `{name}`"
    elif short == "make_async_client":
        mend = f"ask for `{asking}_async_client`, or open an AsyncClient there with `async with`"
    elif name in ("app", "xapi_app"):
        mend = f'give your fixture `xapi_app` scope="{asking}", and ask for `xapi_app`'
    elif short == "websocket":
        mend = f"use `{asking}_client.websocket_connect`"
    else:
        return
    error.msg = f"{text}\n{mend}"


_MISMATCH = re.compile(
    r"access the (?P<scope>\w+) scoped fixture (?P<name>\w+) with a (?P<asking>\w+) scoped request"
)
