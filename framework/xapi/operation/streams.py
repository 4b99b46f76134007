"""What an endpoint that yields declares: how its items are sent, and their type."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from xapi.exceptions import DeclarationError
from xapi.operation.annotations import class_of, type_arguments
from xapi.operation.arguments import place, return_annotation
from xapi.operation.foreign import is_event_response
from xapi.operation.model import StreamFormat
from xapi.operation.options import OperationOptions
from xapi.params import Undefined
from xapi.responses import EventSourceResponse, body_allowed

_STREAMS = (
    abc.AsyncGenerator,
    abc.AsyncIterable,
    abc.AsyncIterator,
    abc.Generator,
    abc.Iterable,
    abc.Iterator,
)


def stream_format(endpoint: Callable[..., Any], options: OperationOptions) -> StreamFormat:
    """How the items of a generator are sent.

    Raises DeclarationError for a response class or a status code with which nothing can be streamed.
    """
    response_class, status_code = options.response_class or JSONResponse, options.status_code
    if status_code is not None and not body_allowed(status_code):
        raise DeclarationError(
            f"{place(endpoint)}: it yields, but an answer with status {status_code} has no body: "
            "return instead of yielding, or declare another status_code"
        )
    if response_class is JSONResponse:
        return StreamFormat.JSON_LINES
    if issubclass(response_class, EventSourceResponse):
        return StreamFormat.EVENTS
    if is_event_response(response_class):
        raise DeclarationError(
            f"{place(endpoint)}: it yields with {response_class.__module__}.{response_class.__name__}, whose "
            "events are not understood here: use xapi.responses.EventSourceResponse and xapi.sse"
        )
    if issubclass(response_class, StreamingResponse):
        return StreamFormat.RAW
    raise DeclarationError(
        f"{place(endpoint)}: it yields, but {response_class.__name__} takes one result and cannot stream: "
        "pass response_class=JSONResponse for JSON Lines, EventSourceResponse for events, or a "
        "StreamingResponse for text and bytes"
    )


def item_type(endpoint: Callable[..., Any], options: OperationOptions) -> Any:
    """The type that items are validated against; None if they are sent as they are.

    That is the response model if there is one, else the `Item` of `AsyncIterable[Item]` and its like in the
    return annotation. Raises DeclarationError for an annotation that no generator can have.
    """
    annotation = options.response_model
    if annotation is Undefined:
        annotation = return_annotation(endpoint)
        if annotation is not Undefined and not _is_stream(annotation):
            if _is_response(annotation, options.response_class):
                return None
            shown = getattr(annotation, "__qualname__", None) or repr(annotation)
            raise DeclarationError(
                f"{place(endpoint)}: it yields, but is annotated with {shown}, which is not a type of a "
                "generator: write AsyncIterable[Item] for `async def` and Iterable[Item] for `def`, or leave "
                "it out"
            )
    if annotation is Undefined or annotation is None:
        return None
    item = item_of(annotation) if _is_stream(annotation) else annotation
    return None if item is Undefined or _is_event(item) else item


def _is_stream(annotation: Any) -> bool:
    return class_of(annotation) in _STREAMS


def item_of(annotation: Any) -> Any:
    """The type of the items of a stream that an annotation says; Undefined where it says none."""
    arguments = type_arguments(annotation)
    return arguments[0] if arguments else Undefined


def _is_response(annotation: Any, response_class: type[Response] | None) -> bool:
    """Whether the annotation says no more than the response class of a stream does."""
    cls = class_of(annotation)
    return (
        cls is not None
        and issubclass(cls, StreamingResponse)
        and issubclass(response_class or JSONResponse, cls)
    )


def _is_event(item: Any) -> bool:
    """Whether items are events already, whose data may be anything."""
    from xapi.sse import ServerSentEvent

    cls = class_of(item)
    return cls is not None and issubclass(cls, ServerSentEvent)
