"""Enforcing limits while a request is read: sizes are counted chunk by chunk, not at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xapi.operation.limits import MAX_BODY_SIZE, MAX_PARAMETERS, MAX_QUERY_SIZE, UNLIMITED, FormLimits

if TYPE_CHECKING:
    from xapi.operation.model import Operation, RequestBody

Headers = Iterable[tuple[bytes, bytes]]

BODY = "xapi.body"
"""The scope's key for a body that was read: whoever makes a `Request` later finds it there."""

_LIMIT = "xapi.max_body_size"
"""The scope's key for what the app says about bodies, for middleware."""


class LimitExceeded(HTTPException):
    """A request has more of something than its operation takes."""


class ContentTooLarge(LimitExceeded):
    """The body is longer than the operation takes (RFC 9110, section 15.5.14)."""

    def __init__(self) -> None:
        super().__init__(413, "Content Too Large")


def refuse_body(scope: Scope) -> ContentTooLarge:
    """The exception for a body that is too long. Whoever asks for the body after this finds it empty."""
    scope[BODY] = b""
    return ContentTooLarge()


def in_memory_limit(operation: Operation) -> int:
    """How long a body may be that is held in memory as a whole."""
    said = operation.options.max_body_size
    return MAX_BODY_SIZE if said is None else said


def parameter_limit(scope: Scope) -> int:
    """How many parameters the operation that was found for a request reads."""
    operation: Operation | None = getattr(scope.get("route"), "operation", None)
    said = operation.options.max_parameters if operation is not None else None
    return MAX_PARAMETERS if said is None else said


def configured_limit(scope: Scope, otherwise: int | None = None) -> int | None:
    """What is said about the body of a request: by its operation, or by the app if that is not found yet."""
    operation: Operation | None = getattr(scope.get("route"), "operation", None)
    said = operation.options.max_body_size if operation is not None else scope.get(_LIMIT)
    return otherwise if said is None else said


def form_limit(scope: Scope, *, multipart: bool) -> int:
    """How long a form may be. Files are spooled to disk: a form with files has only a limit that is said."""
    operation: Operation | None = getattr(scope.get("route"), "operation", None)
    body: RequestBody | None = operation.body if operation is not None else None
    files = multipart and (body is None or body.media_type == "multipart/form-data")
    said = configured_limit(scope)
    if said is not None:
        return said
    return UNLIMITED if files else MAX_BODY_SIZE


def form_limits(scope: Scope) -> FormLimits:
    """What the operation that was found for a request says about forms."""
    operation: Operation | None = getattr(scope.get("route"), "operation", None)
    return operation.options.form_limits if operation is not None else FormLimits()


def declares_more(headers: Headers, limit: int) -> bool:
    """Whether a body is longer than `limit` by its `content-length`."""
    return any(name == b"content-length" and exceeds(value, limit) for name, value in headers)


def exceeds(length: bytes, limit: int) -> bool:
    """Whether a `content-length` is more than `limit`; one that cannot be read is not."""
    return length.isdigit() and len(length) < 20 and int(length) > limit


class LimitLayer:
    """A layer around middleware, which may read bodies and queries too.

    `limit` holds for a body until the operation is found, and where that says nothing. `answer` sends the
    answer to an exception.
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: Callable[[], int | None],
        answer: Callable[[Exception, Scope, Receive, Send], Awaitable[None]],
    ) -> None:
        self.app = app
        self.limit = limit
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (limit := self.limit()) is not None:
            scope[_LIMIT] = limit
            receive = within(scope, receive, limit)
        try:
            await self.app(scope, receive, send)
        except LimitExceeded as exceeded:
            await self.answer(exceeded, scope, receive, send)


def within(scope: Scope, receive: Receive, limit: int | None) -> Receive:
    """A `receive` that raises ContentTooLarge when more comes than the operation, or else `limit`, allows."""
    size = 0

    async def receive_within() -> Message:
        nonlocal size
        most = configured_limit(scope, limit)
        if most is None:
            return await receive()
        if not size and declares_more(scope["headers"], most):
            raise refuse_body(scope)
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise refuse_body(scope)
        return message

    return receive_within


def check_count(count: int, most: int, what: str, status: int) -> None:
    """Raise LimitExceeded if there are more than `most` of `what`."""
    if count > most:
        raise LimitExceeded(status, f"Too many {what}. Maximum number of {what} is {most}.")


def check_query(query: bytes, most: int) -> None:
    """Raise LimitExceeded for a query string that is too long (RFC 9110, section 15.5.15) or has too many
    parameters.
    """
    if len(query) > MAX_QUERY_SIZE:
        raise LimitExceeded(414, f"Query too long. Maximum length of a query is {MAX_QUERY_SIZE} bytes.")
    check_count(query.count(b"&") + 1, most, "query parameters", 400)
