"""What HTTP makes of the cases of Schemathesis, and which places of them are wrong."""

from __future__ import annotations

from typing import Any

from schemathesis.core.jsonschema import make_validator_for

from pytest_xapi.fuzz.generation.encoding import FORMS
from pytest_xapi.fuzz.model.cases import ABSENT, Case

_NOTHING: tuple[Any, ...] = ("", None, [], {})


def is_lost_on_the_way(case: Case) -> bool:
    """Whether a valid case says what HTTP cannot: a required list without items, an empty field of a form."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return False
    for parameters, values in _parameters(case):
        if any(item.is_required and _sends_nothing(values.get(item.name, ABSENT)) for item in parameters):
            return True
    is_form = case.media_type in FORMS
    return is_form and isinstance(case.body, dict) and any(value in _NOTHING for value in case.body.values())


def _sends_nothing(value: Any) -> bool:
    """Lists and objects are sent as their items, so an empty one is not sent."""
    return isinstance(value, list | dict) and (not value or all(_sends_nothing(item) for item in value))


def _parameters(case: Case) -> list[tuple[Any, Any]]:
    """The parameters that may be left out, by place, and their values."""
    operation = case.operation
    return [
        (operation.query, case.query),
        (operation.headers, case.headers),
        (operation.cookies, case.cookies),
    ]


def say_null_by_absence(case: Case) -> None:
    """Take away the parameters that are null: as text `null` is a word, and what is null is not sent."""
    for parameters, values in _parameters(case):
        for parameter in parameters:
            if values.get(parameter.name, ABSENT) in (None, "null"):
                validator = make_validator_for(parameter.validation_schema)
                if validator.is_valid(None) and not validator.is_valid("null"):
                    del values[parameter.name]


def negative_locations(case: Case) -> frozenset[str]:
    """The places where a case breaks the document on purpose."""
    meta = case.meta
    components = {} if meta is None else meta.components
    return frozenset(place.value for place, component in components.items() if component.mode.is_negative)
