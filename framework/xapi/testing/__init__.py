"""Test clients and their parts: ASGI exchanges, drivers, lifespans, overrides.

`TestClient` and `AsyncClient` are clients of httpx (the extra "test"), which is imported only when one of
them, or what belongs to them, is asked for; so are asgi-lifespan, which `AsyncClient` needs as well, uvicorn
(the extra "standard") and jsonschema-rs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xapi.testing.async_client import AsyncClient as AsyncClient
    from xapi.testing.client import TestClient as TestClient
    from xapi.testing.conformance import ConformanceError as ConformanceError
    from xapi.testing.conformance import assert_conforms as assert_conforms
    from xapi.testing.deferred_cleanup import ClientLeftOpen as ClientLeftOpen
    from xapi.testing.drivers import Driver as Driver
    from xapi.testing.exchange import ASGIProtocolError as ASGIProtocolError
    from xapi.testing.exchange import HTTPExchange as HTTPExchange
    from xapi.testing.exchange import LifespanError as LifespanError
    from xapi.testing.exchange import RawResponse as RawResponse
    from xapi.testing.exchange import WebSocketTimeout as WebSocketTimeout
    from xapi.testing.lifespan import LifespanManager as LifespanManager
    from xapi.testing.live_server import LiveServer as LiveServer
    from xapi.testing.loop_driver import LoopDriver as LoopDriver
    from xapi.testing.overrides import Override as Override
    from xapi.testing.overrides import OverrideError as OverrideError
    from xapi.testing.overrides import Value as Value
    from xapi.testing.overrides import override as override
    from xapi.testing.portal_driver import PortalDriver as PortalDriver
    from xapi.testing.task_leaks import PackageTaskLeftRunning as PackageTaskLeftRunning
    from xapi.testing.task_leaks import TaskLeftRunning as TaskLeftRunning
    from xapi.testing.task_leaks import TestTaskLeftRunning as TestTaskLeftRunning
    from xapi.testing.unseen import UnseenFailure as UnseenFailure
    from xapi.testing.upstream_apps import upstream as upstream
    from xapi.testing.websocket import AsyncWebSocketSession as AsyncWebSocketSession
    from xapi.testing.websocket import WebSocketDenialResponse as WebSocketDenialResponse
    from xapi.testing.websocket import WebSocketSession as WebSocketSession

_HOME = {
    "AsyncClient": "async_client",
    "TestClient": "client",
    "ConformanceError": "conformance",
    "assert_conforms": "conformance",
    "ClientLeftOpen": "deferred_cleanup",
    "Driver": "drivers",
    "LoopDriver": "loop_driver",
    "PortalDriver": "portal_driver",
    "RawResponse": "exchange",
    "ASGIProtocolError": "exchange",
    "HTTPExchange": "exchange",
    "LifespanError": "exchange",
    "WebSocketTimeout": "exchange",
    "LifespanManager": "lifespan",
    "PackageTaskLeftRunning": "task_leaks",
    "TaskLeftRunning": "task_leaks",
    "TestTaskLeftRunning": "task_leaks",
    "LiveServer": "live_server",
    "Override": "overrides",
    "OverrideError": "overrides",
    "Value": "overrides",
    "override": "overrides",
    "UnseenFailure": "unseen",
    "upstream": "upstream_apps",
    "AsyncWebSocketSession": "websocket",
    "WebSocketDenialResponse": "websocket",
    "WebSocketSession": "websocket",
}
_EXTRAS = {"asgi_lifespan": "test", "httpx": "test", "jsonschema_rs": "test", "uvicorn": "standard"}
"""Packages that a name may need, and the extra that has each."""
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{home}"), name)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        install = f'pip install "xapi-framework[{_EXTRAS[error.name]}]"'
        raise ModuleNotFoundError(
            f"xapi.testing.{name} needs {error.name}: {install}", name=error.name
        ) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
