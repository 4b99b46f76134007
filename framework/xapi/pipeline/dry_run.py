"""Running the validators of an operation on a request, without calling anything.

For tools that judge answers: a request that breaks the document but that these validators accept was
converted, and the values show into what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

from xapi.operation.fields import Error
from xapi.operation.model import BodyField, Operation, Parameter, Signature
from xapi.pipeline.binding import Lists, ModelGathering, ValueGathering, declared_names
from xapi.pipeline.read import cookie_lists, header_lists, json_check, query_lists
from xapi.pipeline.validate import (
    ABSENT,
    EmbeddedValidation,
    NamedValidation,
    Values,
    WholeValidation,
    parameter_items,
    parsed,
    place_of,
)


@dataclass
class WireVerdict:
    """The errors as the 422 body has them, and the typed values of what was declared."""

    errors: list[Error] = field(default_factory=list)
    values: list[tuple[Parameter | BodyField, Any]] = field(default_factory=list)


def wire_check(operation: Operation, scope: Scope, body: bytes) -> WireVerdict:
    """Validate a request as the operation does; `scope` has the path parameters that the router found.

    Forms are left out: they are read as streams, with files.

    Raises RequestValidationError for a body that should be JSON and is not.
    """
    verdict = WireVerdict()
    body_fields = None if operation.body is None or operation.body.form else operation.body
    says_json = json_check(strict=operation.options.strict_content_type is not False)
    if body_fields is None:
        sent: Any = ABSENT
    elif body_fields.embedded:
        sent = parsed(body, scope["headers"], says_json)
    else:
        only = body_fields.fields[0]
        value = WholeValidation(only, says_json).explain(body, scope["headers"], verdict.errors)
        verdict.values.append((only, value))
    signatures = list(dict.fromkeys(operation.endpoint.walk()))
    for signature in signatures:
        _check_parameters(signature, signatures, scope, verdict)
        if body_fields is not None and body_fields.embedded and signature.body:
            members = EmbeddedValidation(signature.body).explain(sent, verdict.errors) or {}
            verdict.values += [(item, members[item.name]) for item in signature.body if item.name in members]
    return verdict


def _check_parameters(
    signature: Signature, signatures: list[Signature], scope: Scope, verdict: WireVerdict
) -> None:
    raw: Values = {}
    for item in signature.parameters:
        lists = _lists(item, scope)
        if item.gathered is not None:
            declared = declared_names(signatures, item.location)
            values = ModelGathering(item.gathered, item.location, declared)(lists)
            if values is not ABSENT:
                raw[item.name] = values
        elif (found := ValueGathering(item, item.location)(lists)) is not None:
            raw[item.name], raw[place_of(item.name)] = found
    validation = NamedValidation(parameter_items(signature.parameters))
    typed = validation.explain(raw, verdict.errors) or {}
    verdict.values += [(item, typed[item.name]) for item in signature.parameters if item.name in typed]


def _lists(parameter: Parameter, scope: Scope) -> Lists:
    match parameter.location:
        case "path":
            return {name: [value] for name, value in scope["path_params"].items()}
        case "query":
            return query_lists(scope["query_string"])
        case "cookie":
            return cookie_lists(scope["headers"])
    return header_lists(scope["headers"])
