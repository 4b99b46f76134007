"""The pytest plugin of xapi: fixtures for tests of ASGI apps, property tests from OpenAPI documents."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_xapi.fixture_types import MakeAsyncClient as MakeAsyncClient
    from pytest_xapi.fixture_types import MakeClient as MakeClient
    from pytest_xapi.fixture_types import WebSocketConnect as WebSocketConnect
    from pytest_xapi.override import Override as Override

__all__ = ["MakeAsyncClient", "MakeClient", "Override", "WebSocketConnect"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Later: what no test needs is not loaded.
    return getattr(
        import_module(f"pytest_xapi.{'override' if name == 'Override' else 'fixture_types'}"), name
    )
