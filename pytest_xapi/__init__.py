"""The pytest plugin of xapi: fixtures for tests of ASGI apps, property tests from OpenAPI documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_xapi.override import Override as Override

__all__ = ["Override"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Later: what no test needs is not loaded.
    from pytest_xapi.override import Override

    return Override
