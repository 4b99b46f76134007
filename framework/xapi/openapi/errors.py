"""The error responses of the framework itself, as they appear in the document of an operation.

By default they are the reference's: 422 wherever something is read. "exact" documents what can come: 422 only
where a value can be wrong, 413 where there is a body, and 401 where a security scheme refuses by itself.
Nothing is guessed from code: what dependencies answer is said by `Depends(..., responses={...})`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from xapi.openapi.schemas import Schema, Schemas
from xapi.operation.fields import Field
from xapi.operation.model import Operation, Parameter
from xapi.operation.options import DocumentedErrors
from xapi.security.base import SecurityBase

Writer = Callable[[Schemas], dict[str, Any]]

VALIDATION_ERROR: Schema = {
    "title": "ValidationError",
    "type": "object",
    "properties": {
        "loc": {
            "title": "Location",
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        },
        "msg": {"title": "Message", "type": "string"},
        "type": {"title": "Error Type", "type": "string"},
        "input": {"title": "Input"},
        "ctx": {"title": "Context", "type": "object"},
    },
    "required": ["loc", "msg", "type"],
}
"""The schema of one wrong value. It may be changed: it counts when a document is made."""
_REFERENCE = {"$ref": "#/components/schemas/ValidationError"}
HTTP_VALIDATION_ERROR: Schema = {
    "title": "HTTPValidationError",
    "type": "object",
    "properties": {
        "detail": {
            "title": "Detail",
            "type": "array",
            "items": _REFERENCE,
        }
    },
}
"""The schema of a 422. It may be changed, too."""
_HTTP_ERROR: Schema = {
    "title": "HTTPError",
    "type": "object",
    "properties": {"detail": {"title": "Detail", "type": "string"}},
    "required": ["detail"],
}
_CONSTRAINTS = frozenset(("pattern", "min_length", "max_length", "strict"))


def framework_errors(operation: Operation, errors: DocumentedErrors) -> dict[str, Writer]:
    """The errors of an operation by status code, each as what writes its Response Object (section 4.8.17)."""
    if errors == "reference":
        reads = operation.parameters or operation.body is not None
        return {"422": _validation_errors} if reads else {}
    found: dict[str, Writer] = {}
    if _asks_for_credentials(operation):
        found["401"] = _no_credentials
    if operation.body is not None:
        found["413"] = _too_large
    parameters = (item for signature in operation.endpoint.walk() for item in signature.parameters)
    if operation.body is not None or any(_can_be_wrong(parameter) for parameter in parameters):
        found["422"] = _validation_errors
    return found


def _asks_for_credentials(operation: Operation) -> bool:
    """Whether one of the security schemes refuses requests by itself."""
    calls = (signature.call for signature in operation.endpoint.walk())
    return any(isinstance(call, SecurityBase) and call.auto_error and call.model for call in calls)


def _can_be_wrong(parameter: Parameter) -> bool:
    """Whether there are requests whose value for a parameter is refused."""
    if parameter.location != "path" and parameter.field.required:
        return True
    return bool(parameter.members) or not _takes_any_text(parameter.field)


def _takes_any_text(field: Field) -> bool:
    schema: Any = field.core_schema
    while schema["type"] in ("nullable", "list", "default"):
        if schema["type"] == "list" and _is_constrained(schema):
            return False
        schema = schema.get("schema") or schema.get("items_schema") or {"type": "any"}
    return schema["type"] in ("any", "str", "bytes") and not _is_constrained(schema)


def _is_constrained(schema: Mapping[str, Any]) -> bool:
    return any(schema.get(name) is not None for name in _CONSTRAINTS)


def _no_credentials(schemas: Schemas) -> dict[str, Any]:
    """The answer of a security scheme (RFC 9110, section 15.5.2)."""
    challenge = {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}}
    return _http_error("Not authenticated", schemas) | challenge


def _too_large(schemas: Schemas) -> dict[str, Any]:
    """The answer to a body that is too long (RFC 9110, section 15.5.14)."""
    return _http_error("Content Too Large", schemas)


def _http_error(description: str, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.share("HTTPError", _HTTP_ERROR)
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _validation_errors(schemas: Schemas) -> dict[str, Any]:
    """The answer to a request that does not fit the declaration."""
    error = schemas.share("ValidationError", deepcopy(VALIDATION_ERROR))
    body = deepcopy(HTTP_VALIDATION_ERROR)
    detail = body.get("properties", {}).get("detail", {})
    if detail.get("items") == _REFERENCE:
        detail["items"] = error  # it may have another name there
    schema = schemas.share("HTTPValidationError", body)
    return {"description": "Validation Error", "content": {"application/json": {"schema": schema}}}
