"""Checking a response against the app's OpenAPI document: status, media type, headers and body."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from xapi.openapi.reader import Document, Node, Operation
from xapi.openapi.reader.media_types import essence, is_json, is_xml_or_yaml
from xapi.openapi.reader.schemas import UnusableSchema
from xapi.testing.attribution import Attribution
from xapi.testing.exchange.told import THE_ROUTER, Told
from xapi.testing.responses import TOLD, WIRING

if TYPE_CHECKING:
    import httpx

_WITHOUT_CONTENT = (204, 205, 304)
"""Responses that never have content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5)."""
_LINES = ("application/jsonl", "application/x-ndjson")


class ConformanceError(AssertionError):
    """A response is not what the app's document says of its operation."""


@dataclass(frozen=True)
class Fault:
    """One thing in an answer that is not as documented."""

    kind: Literal["status", "media type", "header", "body"]
    message: str
    identity: str
    """What tells it from other faults of an operation; the same whatever the values are."""


Exceptions = Callable[[Fault, Operation, int], bool]

exceptions: Exceptions | None = None
"""Says which faults a project accepts of which operations and statuses; the pytest plugin sets it."""


def assert_conforms(response: httpx.Response) -> None:
    """Check a response of a test client against the OpenAPI document of its app.

    Its status must be documented, by itself, by its range or by `default`; then its media type, its headers
    and its body must be as described there (OpenAPI 3.1, section 4.8.17). Bodies of JSON are validated by
    their schema (JSON Schema 2020-12); `format` is not checked.

    Raises:
        ConformanceError: something is not as documented, or the operation is not documented at all, or
            describes no responses.
        DocumentError: the app has no document.
        TypeError: the response is not one of a test client.
    """
    wiring = response.extensions.get(WIRING)
    if wiring is None:
        raise TypeError("assert_conforms() takes a response of a TestClient or an AsyncClient")
    request, told = response.request, response.extensions[TOLD]
    attribution = wiring.document.attribution()
    operation = attribution.operation(request.method, told)
    if operation is None:
        raise ConformanceError(
            f"{request.method} {told.path} {_unattributed(attribution, request.method, told)}"
        )
    if operation.describes_no_answers:
        raise ConformanceError(
            f"{operation.label} describes no `responses` in the document, "
            "so a response has nothing to conform to"
        )
    check(
        attribution.document,
        operation,
        response.status_code,
        response.headers.multi_items(),
        response.content,
    )


def _unattributed(attribution: Attribution, method: str, told: Told) -> str:
    if attribution.document.at(method, told.path) is not None and told.route == THE_ROUTER:
        return "was answered by the router, not by an operation"
    return "is not an operation of the document"


def check_if_documented(
    attribution: Attribution,
    method: str,
    told: Told,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes | None,
) -> None:
    """The same for a response as it came; requests that belong to no documented operation are left alone.

    The body may be None where it is not known, as for a stream.
    """
    operation = attribution.operation(method, told)
    if operation is not None:
        check(attribution.document, operation, status, headers, body)


def check(
    document: Document,
    operation: Operation,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes | None,
) -> None:
    """Raise ConformanceError, with all that is wrong, unless a response is as documented."""
    found = [
        fault.message
        for fault in faults(document, operation, status, headers, body)
        if exceptions is None or not exceptions(fault, operation, status)
    ]
    if found:
        listed = "".join(f"\n  {message}" for message in found)
        raise ConformanceError(f"{operation.label} answered {status}, not as documented:{listed}")


def faults(
    document: Document,
    operation: Operation,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes | None,
) -> list[Fault]:
    """All that is not as documented in a response, whose body may be None where it is not known."""
    if operation.describes_no_answers:
        return []
    key = operation.response_key(status)
    if key is None:
        message = f"the status {status} is not documented, only {', '.join(operation.responses) or 'none'}"
        return [Fault("status", message, str(status))]
    return list(_faults(document, operation, operation.responses[key], status, headers, body))


def _faults(
    document: Document,
    operation: Operation,
    response: Node,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes | None,
) -> Iterator[Fault]:
    sent = {name.lower(): value for name, value in headers}
    for name, written in response.children("headers"):
        header = document.references.object_at(written)
        if header is not None and name.lower() != "content-type":
            yield from _header_faults(document, name, header, sent.get(name.lower()))
    content = operation.content(response)
    if not content or (body == b"" and (operation.method == "HEAD" or status in _WITHOUT_CONTENT)):
        return
    sent_type = sent.get("content-type", "")
    if body == b"" and not sent_type:
        yield Fault("body", f"there is no body, and {', '.join(content)} is documented", "missing")
        return
    key = operation.media_type_key(response, sent_type)
    if key is None:
        message = f"the media type {sent_type!r} is not documented, only {', '.join(content)}"
        yield Fault("media type", message, essence(sent_type))
    elif body is not None:
        yield from _body_faults(document, essence(sent_type), content[key], body)


def _header_faults(document: Document, name: str, header: Node, value: str | None) -> Iterator[Fault]:
    if value is None:
        if header.get("required"):
            yield Fault("header", f"the header {name!r} is missing", f"{name.lower()} missing")
        return
    schema = header.child("schema")
    for message, identity in _schema_faults(document, schema, _read(document, schema.value, value)):
        yield Fault("header", f"the header {name!r}: {message}", f"{name.lower()} {identity}")


def _read(document: Document, schema: Any, value: str) -> Any:
    """The value of a header, as the type that is documented (style "simple")."""
    followed = document.references.resolved(Node(schema, "", ""))
    kind = followed.get("type")
    if kind == "array":
        return [_read(document, followed.get("items", {}), part.strip()) for part in value.split(",")]
    return _scalar(document, schema, value)


def _scalar(document: Document, schema: Any, value: str) -> Any:
    """A text as the type that is documented, if it has one that is no list and no object."""
    kind = document.references.resolved(Node(schema, "", "")).get("type")
    convert = _CONVERSIONS.get(kind) if isinstance(kind, str) else None
    if convert is None:
        return value
    try:
        return convert(value)
    except (KeyError, ValueError):
        return value


_CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def _body_faults(document: Document, media_type: str, described: Node, body: bytes) -> Iterator[Fault]:
    if media_type in _LINES and "itemSchema" in described.mapping:
        schema = described.child("itemSchema")
        for number, line in enumerate(body.splitlines(), 1):
            for message, identity in _json_faults(document, schema, line):
                yield Fault("body", f"line {number} of the body: {message}", identity)
    elif "schema" in described.mapping:
        schema = described.child("schema")
        if is_json(media_type):
            found = _json_faults(document, schema, body)
        elif media_type.startswith("text/") and not is_xml_or_yaml(media_type):
            text = body.decode("utf-8", "replace")
            found = _schema_faults(document, schema, _scalar(document, schema.value, text))
        else:
            return
        for message, identity in found:
            yield Fault("body", f"the body: {message}", identity)


def _json_faults(document: Document, schema: Node, text: bytes) -> Iterator[tuple[str, str]]:
    try:
        value = json.loads(text)
    except ValueError as error:
        yield f"no JSON: {error}", "no JSON"
        return
    yield from _schema_faults(document, schema, value)


def _schema_faults(document: Document, schema: Node, value: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a value: in words, and as what stays the same for other values."""
    try:
        validator = document.schemas.of_responses.validator(schema)
    except UnusableSchema as unusable:
        yield str(unusable), "unusable schema"
        return
    for error in validator.iter_errors(value):
        place = "".join(f"/{step}" for step in error.instance_path)
        pattern = "".join("/*" if isinstance(step, int) else f"/{step}" for step in error.instance_path)
        keyword = error.schema_path[-1] if error.schema_path else ""
        yield f"{place or 'as a whole'}: {error.message}", f"{pattern or '/'} {keyword}"
