"""The responses of an operation as a Responses Object (OpenAPI 3.1, section 4.8.16)."""

from __future__ import annotations

import inspect
from http.client import responses as phrases
from typing import Any

from starlette.responses import JSONResponse, Response

from xapi.encoders import jsonable_encoder
from xapi.openapi.errors import framework_errors
from xapi.openapi.schemas import Schema, Schemas, title_of
from xapi.operation.model import Operation, StreamFormat
from xapi.operation.options import DocumentedErrors
from xapi.responses import body_allowed

RANGES = {
    "1XX": "Information",
    "2XX": "Success",
    "3XX": "Redirection",
    "4XX": "Client Error",
    "5XX": "Server Error",
    "DEFAULT": "Default Response",
}
"""The descriptions of answers whose status is a range."""


def responses_of(operation: Operation, schemas: Schemas, errors: DocumentedErrors) -> dict[str, Any]:
    """The Responses Object of an operation: its success, the additional ones that it declares, and the errors
    that the framework answers with, unless something is declared that covers their status.
    """
    status_code = _status_code(operation)
    described = {str(status_code): _success(operation, status_code, schemas)}
    for status in operation.responses:
        key = _key(status)
        _add(described.setdefault(key, {}), operation, status, schemas)
        described[key].setdefault("description", _description(key))
    for key, write in framework_errors(operation, errors).items():
        if not described.keys() & {key, "4XX", "default"}:
            described[key] = write(schemas)
    return described


def _success(operation: Operation, status_code: int, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {"description": operation.response.description}
    stream = operation.response.stream
    media_type = (stream and stream.value) or operation.response.response_class.media_type
    if media_type and body_allowed(status_code):
        if stream is not None and stream is not StreamFormat.RAW:
            described["content"] = {media_type: {"itemSchema": _item_schema(operation, schemas)}}
            return described
        described["content"] = {media_type: {"schema": _success_schema(operation, schemas)}}
    return described


def _success_schema(operation: Operation, schemas: Schemas) -> Schema:
    response = operation.response
    if not issubclass(response.response_class, JSONResponse):
        return {"type": "string"}
    if response.field is None:
        return {}
    return schemas.of(response.field, "serialization", title_of(f"Response_{operation.unique_id}"))


def _item_schema(operation: Operation, schemas: Schemas) -> Schema:
    """The schema of one item of a stream, in `itemSchema` (OpenAPI 3.2, section 4.14.3)."""
    field, is_event = operation.response.field, operation.response.stream is StreamFormat.EVENTS
    item: Schema = {}
    if field is not None:
        item = schemas.of(field, "serialization", title_of(f"StreamItem_{operation.unique_id}"))
    return _event_schema(None if field is None else item) if is_event else item


def _event_schema(data: Schema | None) -> Schema:
    """The schema of a Server-Sent Event whose data, if it is known, is JSON of the schema `data`."""
    described: Schema = {
        "type": "object",
        "properties": {
            "data": {"type": "string"},
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
    }
    if data is not None:
        described["properties"]["data"] |= {"contentMediaType": "application/json", "contentSchema": data}
        described["required"] = ["data"]
    return described


def _add(described: dict[str, Any], operation: Operation, status: int | str, schemas: Schemas) -> None:
    """Add what is said about a status: its model, and any member of a Response Object (section 4.8.17)."""
    declared = operation.responses[status]
    if (field := operation.response_models.get(status)) is not None:
        media_type = operation.response.response_class.media_type or "application/json"
        title = title_of(f"Response_{status}_{operation.unique_id}")
        content = described.setdefault("content", {})
        content.setdefault(media_type, {})["schema"] = schemas.of(field, "serialization", title)
    members = jsonable_encoder({name: value for name, value in declared.items() if name != "model"})
    if not members.get("description"):
        members.pop("description", None)
    for media_type, content in members.pop("content", {}).items():
        described.setdefault("content", {}).setdefault(media_type, {}).update(content)
    described.update(members)


def _status_code(operation: Operation) -> int:
    """The status of success: declared, or what the response class answers with by itself."""
    if operation.response.status_code is not None:
        return operation.response.status_code
    return _own_status_code(operation.response.response_class)


def _own_status_code(response_class: type[Response]) -> int:
    if response_class is JSONResponse:  # nearly always: reading signatures takes long
        return 200
    parameter = inspect.signature(response_class).parameters.get("status_code")
    return parameter.default if parameter is not None and isinstance(parameter.default, int) else 200


def _key(status: int | str) -> str:
    """A status as the document writes it: a number, a range like `4XX`, or `default`."""
    key = str(status).upper()
    return "default" if key == "DEFAULT" else key


def _description(key: str) -> str:
    if key.upper() in RANGES:
        return RANGES[key.upper()]
    return phrases.get(int(key), "Additional Response") if key.isdigit() else "Additional Response"
