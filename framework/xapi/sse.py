"""Server-Sent Events (WHATWG HTML, section 9.2): events, and their encoding."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from xapi.responses import EventSourceResponse as EventSourceResponse

__all__ = ["KEEPALIVE_COMMENT", "EventSourceResponse", "ServerSentEvent", "format_sse_event"]

KEEPALIVE_COMMENT = b": ping\n\n"
"""What is sent when a stream has been silent for long: a comment, which clients pass over."""

_LINE_END = re.compile("\r\n|\n|\r")


def _single_line(text: str | None) -> str | None:
    if text is not None and _LINE_END.search(text):
        raise ValueError("a line break would end the field: give one line")
    return text


def _event_id(text: str | None) -> str | None:
    if text is not None and "\0" in text:
        raise ValueError("clients ignore an id with a NUL character: leave it out")
    return _single_line(text)


class ServerSentEvent(BaseModel):
    """One event. What is None is not sent; an event without data is not dispatched by clients, but its id and
    its retry count.
    """

    data: Any = None
    """The payload: any value that can be JSON, and is sent as JSON, text too."""
    raw_data: str | None = None
    """The payload as text that is sent as it is, in as many lines as it has; instead of `data`."""
    event: Annotated[str | None, AfterValidator(_single_line)] = None
    """The name of the event, for which clients listen; without it, it is `message`."""
    id: Annotated[str | None, AfterValidator(_event_id)] = None
    """What a client that connects again sends as `Last-Event-ID`."""
    retry: Annotated[int | None, Field(ge=0)] = None
    """After how many milliseconds a client that has lost the connection tries again."""
    comment: str | None = None
    """Text that clients pass over."""

    @model_validator(mode="after")
    def _has_one_payload(self) -> Self:
        if self.data is not None and self.raw_data is not None:
            raise ValueError("data and raw_data both set the payload: pass only one of them")
        return self


def format_sse_event(
    *,
    data_str: str | None = None,
    event: str | None = None,
    id: str | None = None,
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    """An event as it is sent. `data_str` is the payload as text, `retry` is in milliseconds.

    Raises ValueError for an `event` or an `id` that would break the framing.
    """
    lines = []
    if comment is not None:
        lines += [f": {line}" for line in _LINE_END.split(comment)]
    if event is not None:
        lines.append(f"event: {_single_line(event)}")
    if data_str is not None:
        lines += [f"data: {line}" for line in _LINE_END.split(data_str)]
    if id is not None:
        lines.append(f"id: {_event_id(id)}")
    if retry is not None:
        lines.append(f"retry: {retry}")
    return "\n".join([*lines, "", ""] if lines else ["", ""]).encode()
