"""What validation errors report about the endpoint whose declaration was violated."""

from __future__ import annotations

from functools import partial

from starlette.types import Scope

from xapi.exceptions import EndpointContext, ValidationException
from xapi.operation.arguments import definition
from xapi.operation.model import Operation


class ContextOf:
    """Completes exceptions that leave an operation."""

    def __init__(self, operation: Operation) -> None:
        self._path = operation.path
        self._call = operation.endpoint.call

    def __call__(self, error: ValidationException, scope: Scope) -> ValidationException:
        """`error`, with the context of this endpoint if it has none."""
        if error._endpoint_ctx is None:
            error._endpoint_ctx = partial(self._context, scope)
        return error

    def _context(self, scope: Scope) -> EndpointContext:
        method = "WS" if scope["type"] == "websocket" else scope["method"]
        context: EndpointContext = {"path": f"{method} {scope.get('root_path', '')}{self._path}"}
        if (found := definition(self._call)) is not None:
            function, file, line = found
            context |= {"function": function, "file": file, "line": line}
        return context
