"""What errors of validation tell about the endpoint whose declaration was broken."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import Any

from starlette.types import Scope

from xapi.exceptions import EndpointContext, ValidationException
from xapi.operation.model import Operation


class ContextOf:
    """Completes exceptions that leave an operation."""

    def __init__(self, operation: Operation) -> None:
        self._path = operation.path
        self._call = operation.endpoint.call

    def __call__(self, error: ValidationException, scope: Scope) -> ValidationException:
        """`error`, with the context of this endpoint if it has none."""
        if error.endpoint_ctx is None:
            method = "WS" if scope["type"] == "websocket" else scope["method"]
            path = f"{method} {scope.get('root_path', '')}{self._path}"
            error.endpoint_ctx = {**_definition(self._call), "path": path}
        return error


def _definition(call: Any) -> EndpointContext:
    """The name of a function, and where it is defined; nothing for other callables."""
    function = inspect.unwrap(getattr(call, "__func__", call))
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return {}
    return {"function": function.__name__, "file": code.co_filename, "line": code.co_firstlineno}
