"""The exceptions of xapi.

HTTPException                      answered with its status, `{"detail": ...}` and its headers
WebSocketException                 closes a WebSocket with its code
└── WebSocketJSONError             a frame that is not JSON: closes with 1007
XAPIError                          a mistake in the use of xapi
├── DeclarationError               told where an operation is declared
└── ...
XAPIDeprecationWarning             what is deprecated, shown by default
ValidationException                a value that does not fit its declaration
├── RequestValidationError         answered with 422
├── WebSocketRequestValidationError   closes with 1008
└── ResponseValidationError        a bug of the endpoint: answered with 500
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from json import JSONDecodeError
from typing import Any, TypedDict

from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.exceptions import WebSocketException as WebSocketException
from starlette.status import WS_1007_INVALID_FRAME_PAYLOAD_DATA

__all__ = [
    "DeclarationError",
    "DependencyError",
    "EndpointContext",
    "HTTPException",
    "RequestValidationError",
    "ResponseValidationError",
    "ValidationException",
    "WebSocketException",
    "WebSocketJSONError",
    "WebSocketRequestValidationError",
    "XAPIDeprecationWarning",
    "XAPIError",
]


MISTAKEN = "mistaken_result"
"""The type of the error for a result that can only be a mistake, whatever the response model."""


class HTTPException(StarletteHTTPException):
    """Raise it anywhere below an operation to answer with an error (RFC 9110, section 15).

    `detail` is any JSON value; left out, it is the phrase of the status code.
    """

    def __init__(
        self, status_code: int, detail: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status_code=status_code, detail=detail, headers=headers)


class WebSocketJSONError(WebSocketException, JSONDecodeError):
    """A frame that is not JSON. It closes with 1007, invalid payload data (RFC 6455, section 7.4.1).

    It is also what `json.loads` raises, for code that answers broken JSON itself.
    """

    def __init__(self, error: ValueError | RecursionError) -> None:
        if isinstance(error, JSONDecodeError):
            JSONDecodeError.__init__(self, error.msg, error.doc, error.pos)
        else:
            JSONDecodeError.__init__(
                self, "not UTF-8" if isinstance(error, UnicodeError) else str(error), "", 0
            )
        self.code = WS_1007_INVALID_FRAME_PAYLOAD_DATA
        self.reason = f"broken JSON: {self.msg} at {self.pos}"


class XAPIError(RuntimeError):
    """A mistake in the use of xapi; the base of its own exceptions."""


class DeclarationError(XAPIError):
    """An operation, a parameter or a dependency is declared in a way that cannot work."""


class DependencyError(XAPIError):
    """A dependency broke the rules of `yield`, or hid the exception that left a request without an answer."""


class XAPIDeprecationWarning(UserWarning):
    """Something of xapi is deprecated. It is a `UserWarning`, so that it is shown without being asked for."""


class EndpointContext(TypedDict, total=False):
    """Which endpoint values did not fit: its function and where that is defined, and the operation.

    What an object that is not a function has not is left out.
    """

    function: str
    path: str
    """The method and the path template, as `GET /items/{item_id}`; `WS /feed` for a WebSocket."""
    file: str
    line: int


class ValidationException(Exception):
    """Values that do not fit their declaration. `errors()` lists what is wrong, as the 422 body shows it.

    `endpoint_ctx`, and one by one `endpoint_function`, `endpoint_path`, `endpoint_file` and `endpoint_line`,
    tell whose declaration that is. None of them is set where an exception is made by hand, until it leaves an
    operation.
    """

    def __init__(self, errors: Sequence[Any], *, endpoint_ctx: EndpointContext | None = None) -> None:
        super().__init__(errors)
        self._errors = errors
        self._endpoint_ctx: EndpointContext | Callable[[], EndpointContext] | None = endpoint_ctx

    def errors(self) -> Sequence[Any]:
        return self._errors

    @property
    def endpoint_ctx(self) -> EndpointContext | None:
        if callable(self._endpoint_ctx):  # few ask
            self._endpoint_ctx = self._endpoint_ctx()
        return self._endpoint_ctx

    @property
    def endpoint_function(self) -> str | None:
        return (self.endpoint_ctx or {}).get("function")

    @property
    def endpoint_path(self) -> str | None:
        return (self.endpoint_ctx or {}).get("path")

    @property
    def endpoint_file(self) -> str | None:
        return (self.endpoint_ctx or {}).get("file")

    @property
    def endpoint_line(self) -> int | None:
        return (self.endpoint_ctx or {}).get("line")

    def __str__(self) -> str:
        lines = [f"{len(self._errors)} validation error{'' if len(self._errors) == 1 else 's'}:"]
        lines += [f"  {_told(error)}" for error in self._errors]
        if self.endpoint_file is not None:
            lines.append(
                f'\n  File "{self.endpoint_file}", line {self.endpoint_line}, in {self.endpoint_function}'
            )
            lines.append(f"    {self.endpoint_path}")
        elif self.endpoint_path is not None:
            lines.append(f"\n  Endpoint: {self.endpoint_path}")
        return "\n".join(lines)


def _told(error: Any) -> str:
    """One line for an error; whoever raises the exception may give what is not an error of Pydantic's."""
    match error:
        case {"loc": [*place], "msg": text, "type": kind}:
            return f"{'.'.join(map(str, place))}: {text} [{kind}]"
        case _:
            return str(error)


class RequestValidationError(ValidationException):
    """A request that does not fit the operation's declaration.

    `body` is what was sent, parsed if it could be; a `functools.partial` that is given for it is called when
    somebody asks.
    """

    def __init__(
        self, errors: Sequence[Any], *, body: Any = None, endpoint_ctx: EndpointContext | None = None
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self._body = body

    @property
    def body(self) -> Any:
        if isinstance(self._body, partial):
            self._body = self._body()
        return self._body


class WebSocketRequestValidationError(ValidationException):
    """A WebSocket handshake that does not fit the endpoint's declaration."""


class ResponseValidationError(ValidationException):
    """A result that does not fit the operation's response model. `body` is the result."""

    def __init__(
        self, errors: Sequence[Any], *, body: Any = None, endpoint_ctx: EndpointContext | None = None
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self.body = body

    def __str__(self) -> str:
        mistaken = any(error.get("type") == MISTAKEN for error in self._errors if isinstance(error, dict))
        what = "cannot be what is meant" if mistaken else "breaks its response model"
        return f"a result {what}: {super().__str__()}"
