"""Where the handler of an operation is in the source: by the public attributes of the app's routes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_xapi.reports.model import Place

_CONVERTER = re.compile(r"{(\w+):\w+}")


def place(app: Any, label: str, root: Path) -> Place | None:
    """The line on which the handler of an operation starts, `None` where the app does not show it.

    Parameters:
        app: an app with `routes`, as those of xapi, Starlette and FastAPI; what wraps one shows none.
        label: the operation, as in `GET /notes/{note_id}`.
        root: what the file is named relative to.
    """
    method, _, path = label.partition(" ")
    for endpoint in _endpoints(getattr(app, "routes", ()), "", method, path):
        found = _place_of(endpoint, method, root)
        if found is not None:
            return found
    return None


def _endpoints(routes: Any, prefix: str, method: str, path: str) -> Iterator[Any]:
    for route in routes:
        own = str(getattr(route, "path_format", None) or getattr(route, "path", ""))
        full = prefix + _CONVERTER.sub(r"{\1}", own)
        endpoint = getattr(route, "endpoint", None)
        methods = getattr(route, "methods", None)
        if endpoint is not None and full == path and (methods is None or method in methods):
            yield endpoint
        elif endpoint is None and path.startswith(full):
            yield from _endpoints(getattr(route, "routes", None) or (), full, method, path)


def _place_of(endpoint: Any, method: str, root: Path) -> Place | None:
    function = getattr(endpoint, method.lower(), endpoint) if inspect.isclass(endpoint) else endpoint
    function = inspect.unwrap(getattr(function, "func", function))
    if not (inspect.isroutine(function) or inspect.isclass(function)):
        function = type(function).__call__
    try:
        file = inspect.getsourcefile(function)
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return None
    if file is None:
        return None
    # Decorators come before the line that a reader looks for.
    down = next(
        (index for index, line in enumerate(lines) if re.match(r"\s*(async\s+)?(def|class)\b", line)), 0
    )
    found = Path(file)
    name = found.relative_to(root) if found.is_relative_to(root) else found
    return Place(name.as_posix(), first + down)
