"""Where the handlers of operations are in the source: by the public attributes of the app's routes."""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_xapi.reports.model import Place
from xapi.openapi.reader.versions import METHODS

_CONVERTER = re.compile(r"{(\w+):\w+}")
_METHODS = [method.upper() for method in METHODS]


def locate_all(app: Any, root: Path) -> dict[str, Place]:
    """The lines on which the functions start that handle the operations of an app, as far as it shows them.

    Args:
        app: an app with `routes`, as those of xapi, Starlette and FastAPI; what wraps one shows none.
        root: what files are named relative to.

    Returns:
        The line of `def`, below all decorators, by operation: `GET /notes/{note_id}`.
    """
    found: dict[str, Place] = {}
    for label, function in _handlers(getattr(app, "routes", None), ""):
        # Of several routes the first one answers.
        if label not in found and (at := _place_of(function, root)) is not None:
            found[label] = at
    return found


def locate(app: Any, label: str, root: Path) -> Place | None:
    """The same of one operation; None where the app does not show it."""
    functions = (function for name, function in _handlers(getattr(app, "routes", None), "") if name == label)
    return next((found for function in functions if (found := _place_of(function, root)) is not None), None)


def _handlers(routes: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for route in routes or ():
        # Not `path_format`: that of a mount ends in a parameter for the rest.
        path = prefix + _CONVERTER.sub(r"{\1}", str(getattr(route, "path", "")))
        endpoint = getattr(route, "endpoint", None)
        if endpoint is None:
            yield from _handlers(getattr(route, "routes", None), path)
            continue
        methods = getattr(route, "methods", ())  # a WebSocket has none; None is any
        for method in _METHODS if methods is None else methods:
            function = getattr(endpoint, method.lower(), None) if inspect.isclass(endpoint) else None
            yield f"{method} {path}", endpoint if function is None else function


def _place_of(function: Any, root: Path) -> Place | None:
    function = inspect.unwrap(getattr(function, "func", function))
    if not (inspect.isroutine(function) or inspect.isclass(function)):
        function = type(function).__call__
    start = _start(function)
    if start is None:
        return None
    file, first, name = start
    source = Path(file)
    shown = source.relative_to(root) if source.is_relative_to(root) else source
    return Place(shown.as_posix(), _definition(file, first, name))


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
