"""The constants in the source of an app, of whatever framework it is."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from schemathesis.python._constants.adapters import default_adapters
from schemathesis.python._constants.orchestrator import _resolve_with_adapters, extract_all
from schemathesis.python._constants.registry import default_registry

from pytest_xapi.fuzz.generation.small_numbers import SmallNumbers
from pytest_xapi.fuzz.model.traceback_origin import is_foreign
from xapi.testing.app_routes import routes_of, written_function


class _RoutesOfAnyApp:
    """Finds the handlers of any app that shows its routes, or wraps one; Schemathesis knows few of them."""

    name = "routes"

    def matches(self, app: object) -> bool:
        return any(True for _ in self.handlers(app))

    def handlers(self, app: object) -> Iterable[Callable[..., object]]:
        for route in routes_of(app):
            if callable(route.endpoint):
                yield from dict.fromkeys((route.endpoint, written_function(route.endpoint)))

    def modules(self, app: object) -> Iterable[str]:
        return ()


def _adapters() -> list[Any]:
    return [_RoutesOfAnyApp(), *default_adapters()]


class AppSource:
    """What stands in the app's own code, not in that of packages which it imports.

    Args:
        app: The app.
        is_searched: Whether constants are looked for: Schemathesis' configuration may say no.
    """

    def __init__(self, app: Any, is_searched: bool) -> None:
        self._app = app

        def application() -> Any:
            return app

        self._pool = (
            extract_all(registry=default_registry(), adapters=_adapters(), extra_sources=[application])
            if is_searched
            else None
        )

    def constants(self, kind: Literal["string", "integer", "float"]) -> Iterator[Any]:
        """Those of a kind."""
        for entry in () if self._pool is None else self._pool.entries_for(kind):
            if any(_own_file(origin.module) is not None for origin in entry.origins):
                yield entry.value

    def small_numbers(self) -> SmallNumbers:
        """Those of the same code, which are no constants to Schemathesis."""
        found = SmallNumbers()
        modules, _ = _resolve_with_adapters(self._app, adapters=_adapters())
        for name in sorted(modules):
            file = _own_file(name)
            if file is not None:
                found.add("".join(linecache.getlines(file)))
        return found


def _own_file(module: str) -> str | None:
    """The file of a module of the app's own; `None` for any other, and for one that has no file."""
    file: str | None = getattr(sys.modules.get(module), "__file__", None)
    return None if file is None or is_foreign(file) else file
