"""Whether what a request took from an earlier answer is what its own parameters allow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from schemathesis.core.jsonschema import make_validator_for

from pytest_xapi.fuzz.model.cases import ABSENT, Case

_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})


def are_allowed(case: Case) -> bool:
    """Whether the parameters of a case keep to their schemas, as values or as the text that is sent.

    Those that have parts are not looked at: of their text there are several readings.
    """
    operation = case.operation
    places = [
        (operation.path_parameters, case.path_parameters),
        (operation.query, case.query),
        (operation.headers, case.headers),
        (operation.cookies, case.cookies),
    ]
    return all(
        _is_allowed(parameter.validation_schema, values.get(parameter.name, ABSENT))
        for parameters, values in places
        for parameter in parameters
    )


def _is_allowed(schema: Any, value: Any) -> bool:
    if value is ABSENT or not _is_scalar(schema):
        return True
    validator = make_validator_for(schema)
    return any(validator.is_valid(reading) for reading in _readings(value))


def _is_scalar(schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    types = schema.get("type")
    if types is not None:
        return _SCALARS.issuperset(types if isinstance(types, list) else [types])
    branches = schema.get("anyOf") or schema.get("oneOf") or ()
    return bool(branches) and all(map(_is_scalar, branches))


def _readings(value: Any) -> Iterator[Any]:
    """A value, and what its text may stand for."""
    yield value
    if isinstance(value, str):
        text = unquote(value)
        yield text
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            pass
