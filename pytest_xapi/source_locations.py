"""Where the handlers of operations are in the source: the only place that looks for it."""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_xapi.reports.model import SourceLocation
from xapi.openapi.reader.versions import METHODS
from xapi.testing.app_routes import routes_of, written_function

_METHODS = [method.upper() for method in METHODS]


def locate_all(app: Any, root: Path) -> dict[str, SourceLocation]:
    """The lines on which the functions start that handle the operations of an app, as far as it shows them.

    Args:
        app: an app of any framework, or what wraps one and has it as `app`.
        root: what files are named relative to.

    Returns:
        The line of `def`, below all decorators, by operation: `GET /notes/{note_id}`.
    """
    found: dict[str, SourceLocation] = {}
    for label, function in _handlers(app):
        # Of several routes the first one answers.
        if label not in found and (at := _place_of(function, root)) is not None:
            found[label] = at
    return found


def locate(app: Any, label: str, root: Path) -> SourceLocation | None:
    """The same of one operation; None where the app does not show it."""
    functions = (function for name, function in _handlers(app) if name == label)
    return next((found for function in functions if (found := _place_of(function, root)) is not None), None)


def modules(app: Any) -> set[str]:
    """The modules in which the functions are that handle the operations of an app."""
    names = (getattr(written_function(function), "__module__", None) for _, function in _handlers(app))
    return {name for name in names if isinstance(name, str)}


def _handlers(app: Any) -> Iterator[tuple[str, Any]]:
    for route in routes_of(app):
        if route.is_websocket or route.endpoint is None:
            continue
        for method in _METHODS if route.methods is None else sorted(route.methods):
            own = getattr(route.endpoint, method.lower(), None) if inspect.isclass(route.endpoint) else None
            yield f"{method} {route.template}", route.endpoint if own is None else own


def _place_of(function: Any, root: Path) -> SourceLocation | None:
    start = _start(written_function(function))
    if start is None:
        return None
    file, first, name = start
    source = Path(file)
    shown = source.relative_to(root) if source.is_relative_to(root) else source
    return SourceLocation(shown.as_posix(), _definition(file, first, name))


def _start(function: Any) -> tuple[str, int, str] | None:
    """The file, the line of the first decorator, and the name that is defined there."""
    if inspect.isclass(function):
        try:
            return inspect.getfile(function), inspect.getsourcelines(function)[1], function.__name__
        except (OSError, TypeError):
            return None
    code = getattr(function, "__code__", None)
    # From Python 3.13 on the lines of `python -c`, which are not file, are known as those of "<string>".
    if code is None or code.co_filename.startswith("<"):
        return None
    if not linecache.getline(code.co_filename, code.co_firstlineno):
        return None
    return code.co_filename, code.co_firstlineno, code.co_name


def _definition(file: str, first: int, name: str) -> int:
    """The line of `def` or `class`, which decorators come before; that of a lambda is its first one."""
    begins = re.compile(rf"\s*(async\s+)?(def|class)\s+{re.escape(name)}\b")
    lines = linecache.getlines(file)
    following = range(first, len(lines) + 1) if name.isidentifier() else ()
    return next((number for number in following if begins.match(lines[number - 1])), first)
