"""What the validators of an operation say about a request, without calling anything.

For tools that judge answers: a request that breaks the document but that these validators accept was
converted, and the values show into what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

from xapi.operation.fields import Error
from xapi.operation.model import BodyField, Operation, Parameter, Signature
from xapi.operation.signature import is_list
from xapi.pipeline.read import cookie_values, header_list, query_lists
from xapi.pipeline.validate import (
    ABSENT,
    EmbeddedValidation,
    ParameterValidation,
    Values,
    WholeValidation,
    parsed,
)


@dataclass
class WireVerdict:
    """The errors as the 422 body has them, and the typed values of what was declared."""

    errors: list[Error] = field(default_factory=list)
    values: list[tuple[Parameter | BodyField, Any]] = field(default_factory=list)


def wire_check(operation: Operation, scope: Scope, body: bytes) -> WireVerdict:
    """Validate a request as the operation does; `scope` has the path parameters that the router found.

    Raises RequestValidationError for a body that should be JSON and is not.
    """
    verdict = WireVerdict()
    if operation.body is None:
        sent: Any = ABSENT
    elif operation.body.embedded:
        sent = parsed(body, scope["headers"])
    else:
        only = operation.body.fields[0]
        value = WholeValidation(only).explain(body, scope["headers"], verdict.errors)
        verdict.values.append((only, value))
    for signature in dict.fromkeys(operation.endpoint.walk()):
        _check_parameters(signature, scope, verdict)
        if operation.body is not None and operation.body.embedded and signature.body:
            members = EmbeddedValidation(signature.body).explain(sent, verdict.errors) or {}
            verdict.values += [(item, members[item.name]) for item in signature.body if item.name in members]
    return verdict


def _check_parameters(signature: Signature, scope: Scope, verdict: WireVerdict) -> None:
    raw = {item.name: value for item in signature.parameters if (value := _raw(item, scope)) is not ABSENT}
    values: Values = ParameterValidation(signature.parameters).explain(raw, verdict.errors) or {}
    verdict.values += [(item, values[item.name]) for item in signature.parameters if item.name in values]


def _raw(parameter: Parameter, scope: Scope) -> Any:
    """What was sent for one parameter, or ABSENT."""
    name = parameter.wire_name
    match parameter.location:
        case "path":
            return scope["path_params"][name]
        case "cookie":
            return cookie_values(scope["headers"]).get(name, ABSENT)
        case "query":
            sent, one = query_lists(scope["query_string"]).get(name, []), -1
        case "header":
            sent, one = header_list(scope["headers"], name.lower().encode("latin-1")), 0
    if not sent:
        return ABSENT
    return sent if is_list(parameter.field.annotation) else sent[one]
