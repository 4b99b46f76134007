"""From a result to the messages of a response."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, SchemaSerializer
from starlette.background import BackgroundTasks
from starlette.responses import JSONResponse, Response

from xapi.encoders import HasGenerator, encode_default, json_safe, jsonable_encoder
from xapi.exceptions import ResponseValidationError
from xapi.operation.fields import errors_of
from xapi.pipeline.mistaken import check_result, mistake_in, refused, told_mistake
from xapi.responses import body_allowed

if TYPE_CHECKING:
    from xapi.operation.model import Operation

STARTED = "xapi.response_started"
"""The scope's key that says an answer has begun: an error after that cannot be answered any more."""


Encode = Callable[[Any, int], Iterable[str]]
"""From a value, and the depth 0, to pieces of JSON text."""


def _make_encode(item_end: str, key_end: str, escape: bool) -> Encode:
    """The standard encoder with `jsonable_encoder` for what it does not know.

    `JSONEncoder.encode` makes a C encoder for each call, which costs more than encoding a small value; where
    the interpreter has one, it is made once.
    """
    make_c_encoder: Any = getattr(json.encoder, "c_make_encoder", None)
    if make_c_encoder is None:
        encoder = json.JSONEncoder(
            ensure_ascii=escape,
            allow_nan=False,
            separators=(item_end, key_end),
            default=encode_default,
            check_circular=False,
        )
        return lambda value, depth: encoder.iterencode(value)
    encode_text = json.encoder.encode_basestring_ascii if escape else json.encoder.encode_basestring
    c_encoder: Encode = make_c_encoder(
        None, encode_default, encode_text, None, key_end, item_end, False, False, False
    )
    return c_encoder


_encode = _make_encode(",", ":", escape=False)
_encode_loosely = _make_encode(", ", ": ", escape=True)
_PLAIN = frozenset((dict, list, str, int, float, bool, type(None)))


def to_json(value: Any) -> bytes:
    """The JSON of a value without a response model: what `jsonable_encoder` and `json.dumps` would give.

    NaN and infinities become null, as Pydantic has it for values with a model.
    """
    # Asking Pydantic's metaclass is slow; what JSON has by itself is not a model.
    if type(value) not in _PLAIN and isinstance(value, BaseModel):
        serializer: SchemaSerializer = value.__pydantic_serializer__
        try:
            return serializer.to_json(value, by_alias=True)
        except PydanticSerializationError:
            return json_safe_text(serializer, value, {"by_alias": True})
    return _json_by(_encode, value)


def to_loose_json(value: Any) -> bytes:
    """The same as the items of streams have it: with spaces, and in ASCII."""
    return _json_by(_encode_loosely, value)


def _json_by(encode: Encode, value: Any) -> bytes:
    if type(value) not in _PLAIN:
        check_result(value)
    try:
        text = "".join(encode(value, 0))
        if '"_sa' not in text:
            return text.encode()
    except (TypeError, ValueError, HasGenerator):
        pass
    # There is a generator, what JSON does not have, a lone surrogate, or perhaps SQLAlchemy's state.
    return "".join(encode(json_safe(jsonable_encoder(value)), 0)).encode()


def json_safe_text(serializer: SchemaSerializer, value: Any, options: Mapping[str, Any]) -> bytes:
    """The JSON of a value with a lone surrogate in it, which UTF-8 does not have."""
    try:
        plain = serializer.to_python(value, mode="json", **options)
    except UnicodeEncodeError:  # it is in a key
        plain = jsonable_encoder(serializer.to_python(value, **options))
    return "".join(_encode(json_safe(plain), 0)).encode()


def dump_options(operation: Operation) -> dict[str, Any]:
    """The choices of `response_model_...` as a Pydantic serializer takes them; those it has anyway are
    left out.
    """
    options, response = operation.options, operation.response
    chosen = {
        "include": response.include,
        "exclude": response.exclude,
        "exclude_unset": options.response_model_exclude_unset,
        "exclude_defaults": options.response_model_exclude_defaults,
        "exclude_none": options.response_model_exclude_none,
    }
    return {"by_alias": options.response_model_by_alias} | {
        name: value for name, value in chosen.items() if value
    }


def content_of(operation: Operation) -> Callable[[Any], Any]:
    """The function that turns a result into the content for the operation's response class."""
    field = operation.response.field
    if field is None:
        return _without_model
    validate, dump = field.adapter.validator.validate_python, field.adapter.serializer.to_python
    options = dump_options(operation)

    def content(result: Any) -> Any:
        return dump(validate(result, from_attributes=True), mode="json", **options)

    return content


def response_validation_error(result: Any, invalid: ValidationError) -> ResponseValidationError:
    """The exception for a result that does not fit the response model."""
    if (mistake := mistake_in(result)) is not None:
        return refused(result, mistake)
    errors = errors_of(invalid, ("response",))
    for error in errors:
        if (mistake := told_mistake(error.get("input"))) is not None:
            error["msg"] = f"{error['msg']}; this is {mistake}"
    return ResponseValidationError(errors, body=result)


def _without_model(result: Any) -> Any:
    check_result(result)
    return jsonable_encoder(result)


def blank_response() -> Any:
    """A response for a callable to put headers, cookies and a status on. No status is set yet."""
    response: Any = Response()
    del response.headers["content-length"]
    response.status_code = None
    return response


def build(
    response_class: type[Response], content: Any, status_code: int | None, injected: Response | None
) -> Response:
    """A response of a class other than the plain JSON one."""
    if injected is not None and injected.status_code:
        status_code = injected.status_code
    named: dict[str, Any] = {} if status_code is None else {"status_code": status_code}
    try:
        response = response_class(content, **named)
    except ValueError:  # there is something in it that JSON cannot carry
        response = response_class(json_safe(content), **named)
    if injected is not None:
        response.raw_headers.extend(injected.raw_headers)
    if not body_allowed(response.status_code):
        response.body = b""
        if "content-length" in response.headers:
            del response.headers["content-length"]
    return response


def with_injected(headers: list[tuple[bytes, bytes]], injected: Response) -> list[tuple[bytes, bytes]]:
    """The headers of an answer and those that a callable put on its `Response` parameter."""
    names = {name for name, _ in injected.raw_headers} - {b"set-cookie"}
    return [header for header in headers if header[0] not in names] + injected.raw_headers


class RenderedJSONResponse(JSONResponse):
    """A JSON response whose content is JSON already."""

    def render(self, content: bytes) -> bytes:
        return content


def build_json(
    content: bytes, status_code: int, injected: Response | None, tasks: BackgroundTasks | None
) -> Response:
    """A plain JSON answer as a response, for those who want to see it before it is sent."""
    response = build(RenderedJSONResponse, content, status_code, injected)
    return with_tasks(response, tasks)


def with_tasks(response: Response, tasks: BackgroundTasks | None) -> Response:
    """A response with the background tasks of the operation, if it brings none of its own."""
    if tasks is not None and response.background is None:
        response.background = tasks
    return response
