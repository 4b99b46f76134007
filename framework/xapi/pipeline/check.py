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
from xapi.operation.types import is_list
from xapi.pipeline.gather import ModelGathering
from xapi.pipeline.read import cookie_lists, header_lists, json_check, query_lists
from xapi.pipeline.validate import (
    ABSENT,
    EmbeddedValidation,
    NamedValidation,
    Values,
    WholeValidation,
    parameter_items,
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
    body_fields = operation.body
    says_json = json_check(strict=operation.options.strict_content_type is not False)
    if body_fields is None:
        sent: Any = ABSENT
    elif body_fields.embedded:
        sent = parsed(body, scope["headers"], says_json)
    else:
        only = body_fields.fields[0]
        value = WholeValidation(only, says_json).explain(body, scope["headers"], verdict.errors)
        verdict.values.append((only, value))
    for signature in dict.fromkeys(operation.endpoint.walk()):
        _check_parameters(signature, scope, verdict)
        if body_fields is not None and body_fields.embedded and signature.body:
            members = EmbeddedValidation(signature.body).explain(sent, verdict.errors) or {}
            verdict.values += [(item, members[item.name]) for item in signature.body if item.name in members]
    return verdict


def _check_parameters(signature: Signature, scope: Scope, verdict: WireVerdict) -> None:
    raw = {item.name: value for item in signature.parameters if (value := _raw(item, scope)) is not ABSENT}
    validation = NamedValidation(parameter_items(signature.parameters))
    values: Values = validation.explain(raw, verdict.errors) or {}
    verdict.values += [(item, values[item.name]) for item in signature.parameters if item.name in values]


def _raw(parameter: Parameter, scope: Scope) -> Any:
    """What was sent for one parameter, or ABSENT."""
    if parameter.location == "path":
        return scope["path_params"][parameter.wire_name]
    lists = _lists(parameter, scope)
    if parameter.members:
        return ModelGathering(parameter, ())(lists)
    header = parameter.location == "header"
    sent = lists.get(parameter.wire_name.lower() if header else parameter.wire_name)
    if not sent:
        return ABSENT
    return sent if is_list(parameter.field.annotation) else sent[0 if header else -1]


def _lists(parameter: Parameter, scope: Scope) -> dict[str, list[str]]:
    match parameter.location:
        case "query":
            return query_lists(scope["query_string"])
        case "cookie":
            return cookie_lists(scope["headers"])
    return header_lists(scope["headers"])
