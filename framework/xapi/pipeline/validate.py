"""From raw values to typed ones.

There are two paths. The fast one has one validator for all values of a callable. It says only that something
is wrong; the slow one, a validator for each value, says what, in the order of the reference: path, query,
header, cookie, and by declaration within each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema, from_json

from xapi.encoders import json_safe
from xapi.exceptions import RequestValidationError
from xapi.operation.fields import Error, Field, errors_of, missing
from xapi.operation.limits import LARGE_BODY, MAX_DEPTH, MAX_ERRORS
from xapi.operation.model import LOCATIONS, BodyField, Lookup, Parameter
from xapi.pipeline.limits import Headers
from xapi.pipeline.read import is_json

Values = dict[str, Any]
Loc = tuple[str | int, ...]

ABSENT: Any = object()
"""Stands for a value that was not sent."""

_TEXT_IN_JSON = frozenset(
    ("bytes", "date", "datetime", "enum", "multi-host-url", "time", "timedelta", "url", "uuid")
)
"""Types that JSON writes as text or numbers: in JSON mode a string is one of them, in Python mode it is
not.
"""


_OTHERWISE_IN_JSON = frozenset(("custom-error", "decimal", "is-instance", "json-or-python", "with-info"))
"""Types that can tell JSON mode from Python mode; a decimal number keeps its digits in one of them only."""


_SAME_ERRORS = frozenset(
    (
        "assertion_error",
        "bool_parsing",
        "bool_type",
        "date_from_datetime_inexact",
        "date_from_datetime_parsing",
        "datetime_from_date_parsing",
        "datetime_parsing",
        "enum",
        "extra_forbidden",
        "float_parsing",
        "float_type",
        "greater_than",
        "greater_than_equal",
        "int_from_float",
        "int_parsing",
        "int_type",
        "less_than",
        "less_than_equal",
        "literal_error",
        "missing",
        "multiple_of",
        "string_pattern_mismatch",
        "string_too_long",
        "string_too_short",
        "string_type",
        "time_parsing",
        "time_type",
        "timezone_aware",
        "timezone_naive",
        "too_long",
        "too_short",
        "uuid_parsing",
        "uuid_type",
        "uuid_version",
        "value_error",
    )
)
"""Errors that JSON mode words as Python mode does. Of structures it says other things: "an object"."""


def schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """All core schemas inside a core schema, itself first."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for key, part in schema.items():
            if key not in ("metadata", "serialization", "default"):
                yield from schemas(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from schemas(part)


def _is_strict(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("strict") or (schema.get("config") or {}).get("strict"))


def same_from_json(schema: CoreSchema) -> bool:
    """Whether `validate_json` gives what `json.loads` and `validate_python` give.

    It does not where a union chooses between text and what JSON writes as text, in strict mode, and where
    code can see the mode.
    """
    types = set()
    for part in schemas(schema):
        if part["type"] in _OTHERWISE_IN_JSON or _is_strict(part):
            return False
        types.add(part["type"])
    return "union" not in types or types.isdisjoint(_TEXT_IN_JSON)


def _looks_around(schema: CoreSchema) -> bool:
    """Whether a validator can ask what it belongs to, or which other values there are."""
    return any(part["type"] == "with-info" for part in schemas(schema))


def place_of(name: str) -> str:
    """The key of raw values under which the place of one is, for an argument that may have several names.

    No argument is called so.
    """
    return f"{name} (place)"


Item = tuple[str, Field, Loc, Mapping[str, str]]
"""An argument's name, its field, the place that its errors name, and the wire names of a model's fields."""


def parameter_items(parameters: tuple[Parameter, ...]) -> list[Item]:
    """Parameters in the order in which the reference reports them. A model's errors name its fields."""
    ordered = sorted(parameters, key=lambda item: LOCATIONS.index(item.location))
    return [(item.name, item.field, _place(item, item.location), _other_names(item)) for item in ordered]


def form_items(fields: tuple[BodyField, ...]) -> list[Item]:
    """The fields of a form. A model's errors name its fields."""
    return [(item.name, item.field, _place(item, "body"), _other_names(item)) for item in fields]


def _place(item: Parameter | BodyField, location: str) -> Loc:
    """The place that the errors of an argument name if nothing was sent: the first one of several."""
    if item.gathered is not None:
        return (location,)
    return (location, *(item.lookups[0] if item.lookups else (item.wire_name,)))


def _other_names(item: Parameter | BodyField) -> dict[str, str]:
    keys = item.gathered.keys if item.gathered is not None else ()
    return {key.name: key.wire_name for key in keys if key.name != key.wire_name}


class NamedValidation:
    """Validates values that were gathered under the names of a callable's arguments."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items
        self.fast = _fast({name: field for name, field, _, _ in items})

    def explain(self, raw: Values, errors: list[Error]) -> Values | None:
        """The fallback: the typed values, or None with what is wrong added to `errors`."""
        values: Values = {}
        found: list[Error] = []
        for name, field, loc, other_names in self._items:
            before = len(found)
            values[name] = _validate(field, raw.get(name, ABSENT), raw.get(place_of(name), loc), found)
            for error in found[before:] if other_names else ():
                error["loc"] = _renamed(error["loc"], other_names)
        errors.extend(found)
        return None if found else values


def _renamed(loc: tuple[Any, ...], names: Mapping[str, str]) -> tuple[Any, ...]:
    """The place of an error with the wire name of a model's field in it, be it behind the name of a model."""
    for index, part in enumerate(loc):
        if index and part in names:
            return (*loc[:index], names[part], *loc[index + 1 :])
    return loc


class EmbeddedValidation:
    """Validates those keys of a JSON body that one callable takes."""

    def __init__(self, fields: tuple[BodyField, ...]) -> None:
        self._fields = fields
        self._lookups = {item.name: item.lookups or ((item.wire_name,),) for item in fields}
        self._aliased = any(item.lookups for item in fields)
        self._wire_names = {item.name: item.wire_name for item in fields}
        self._validate = _fast({item.name: item.field for item in fields})
        self.fast = self._validate and self._validate_renamed

    def _validate_renamed(self, sent: Any) -> Values:
        assert self._validate is not None
        if not isinstance(sent, dict):
            return self._validate(sent)
        if self._aliased:
            found = ((name, looked_up(sent, lookups)) for name, lookups in self._lookups.items())
            return self._validate({name: value for name, (value, _) in found if value is not ABSENT})
        named = {name: sent[wire_name] for name, wire_name in self._wire_names.items() if wire_name in sent}
        return self._validate(named)

    def explain(self, sent: Any, errors: list[Error], *, early: bool = False) -> Values | None:
        """The fallback: the typed values, or None with what is wrong added to `errors`.

        `early` leaves collections at the first wrong item, for large bodies. A body that is not an object has
        none of the keys, not even those that may be left out of an object.
        """
        values: Values = {}
        found: list[Error] = []
        nothing = sent is ABSENT or isinstance(sent, bytes)
        for item in self._fields:
            value, lookup = looked_up({} if nothing else sent, self._lookups[item.name])
            loc = ("body", *lookup)
            if nothing or isinstance(sent, dict):
                values[item.name] = _validate(item.field, value, loc, found, early=early)
            else:
                found.append(missing(loc))
        errors.extend(found)
        return None if found else values


def looked_up(sent: Any, lookups: tuple[Lookup, ...]) -> tuple[Any, Lookup]:
    """What is found first in parsed JSON, and where; if there is nothing, ABSENT and the first place."""
    for lookup in lookups:
        value = sent
        for part in lookup:
            value = _below(value, part)
        if value is not ABSENT:
            return value, lookup
    return ABSENT, lookups[0]


def _below(value: Any, part: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(part, ABSENT)
    if isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
        return value[part]
    return ABSENT


class WholeValidation:
    """Validates a JSON body that is one value.

    `fast` and `early` take the bytes of a body that says it is JSON; `early` is for large ones. `says_json`
    judges the content type (see `read.json_check`).
    """

    def __init__(self, item: BodyField, says_json: Callable[[Headers], bool] = is_json) -> None:
        self._field = item.field
        self._says_json = says_json
        self._from_json = same_from_json(item.field.core_schema)
        self.fast: Callable[[bytes], Any]
        if self._from_json:
            self.fast = item.field.adapter.validator.validate_json
        else:
            self.fast = self._validate_parsed

    def _validate_parsed(self, body: bytes) -> Any:
        return self._field.adapter.validator.validate_python(load_json(body), from_attributes=True)

    def early(self, body: bytes) -> Any:
        validator = self._field.early
        if self._from_json:
            return validator.validate_json(body)
        return validator.validate_python(load_json(body), from_attributes=True)

    def known(self, invalid: ValidationError, body: bytes) -> list[Error]:
        """What is wrong, if the fast path can say so as `explain` would; else nothing."""
        if not self._from_json or len(body) >= LARGE_BODY or invalid.error_count() > MAX_ERRORS:
            return []
        errors = errors_of(invalid, ("body",))
        for error in errors:
            if error["type"] not in _SAME_ERRORS:
                return []
        return errors

    def explain(self, body: bytes, headers: Headers, errors: list[Error]) -> Any:
        """The fallback: the typed value, with what is wrong added to `errors`.

        Raises RequestValidationError for what is not JSON.
        """
        sent = parsed(body, headers, self._says_json)
        return _validate(self._field, sent, ("body",), errors, early=len(body) >= LARGE_BODY)


def received(body: bytes, headers: Headers, says_json: Callable[[Headers], bool]) -> Any:
    """The body as it counts for the fallback: parsed if its content type says JSON, else its bytes."""
    if not body:
        return ABSENT
    return load_json(body) if says_json(headers) else body


def parsed(body: bytes, headers: Headers, says_json: Callable[[Headers], bool]) -> Any:
    """`received`, by the faster parser where both agree."""
    if not body or not says_json(headers):
        return body or ABSENT
    try:
        return from_json(body)
    except ValueError:
        return load_json(body)


def load_json(body: bytes) -> Any:
    """Parse JSON; raises RequestValidationError with the place of what is wrong (RFC 8259)."""
    try:
        value = json.loads(body)
        if body.count(b"[") + body.count(b"{") <= MAX_DEPTH or not _is_deep(value):
            return value
        place, why = 0, f"nested more than {MAX_DEPTH} deep"
    except json.JSONDecodeError as invalid:
        place, why = invalid.pos, invalid.msg
    except (UnicodeDecodeError, RecursionError, ValueError) as invalid:
        place, why = getattr(invalid, "start", 0), getattr(invalid, "reason", str(invalid))
    error = {
        "type": "json_invalid",
        "loc": ("body", place),
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": why},
    }
    raise RequestValidationError([error], body=body.decode(errors="replace"))


def _is_deep(value: Any) -> bool:
    """Whether structures lie in each other more than MAX_DEPTH deep, which Pydantic's parser refuses too."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def as_sent(body: bytes, headers: Headers, says_json: Callable[[Headers], bool]) -> Any:
    """The body for `RequestValidationError.body`, which JSON can carry; None if there was none."""
    sent = received(body, headers, says_json)
    if sent is ABSENT:
        return None
    if not isinstance(sent, bytes):
        return json_safe(sent)
    try:
        sent.decode()
    except UnicodeDecodeError:
        return sent.decode(errors="replace")
    return sent


def _validate(field: Field, value: Any, loc: Loc, errors: list[Error], *, early: bool = False) -> Any:
    if value is ABSENT:
        if field.required:
            errors.append(missing(loc))
            return None
        value = field.default()
        if not field.info.validate_default:
            return value
    value, found = field.validate(value, loc, early=early)
    errors.extend(found)
    return value


def _fast(fields: Mapping[str, Field]) -> Callable[[Values], Values] | None:
    """One validator for all `fields`; None where one of them must be validated alone."""
    if any(_looks_around(field.core_schema) or _needs_data(field) for field in fields.values()):
        return None
    definitions: dict[str, CoreSchema] = {}
    typed_dict = core_schema.typed_dict_schema(
        {
            name: core_schema.typed_dict_field(_inlined(field, definitions), required=field.required)
            for name, field in fields.items()
        }
    )
    schema = (
        core_schema.definitions_schema(typed_dict, list(definitions.values())) if definitions else typed_dict
    )
    return SchemaValidator(schema).validate_python


def _needs_data(field: Field) -> bool:
    return bool(field.info.default_factory_takes_validated_data)


def _inlined(field: Field, definitions: dict[str, CoreSchema]) -> CoreSchema:
    """The field's schema with its default; the definitions it refers to are moved out of it."""
    schema: Any = field.core_schema
    if schema["type"] == "definitions":
        definitions.update({definition["ref"]: definition for definition in schema["definitions"]})
        schema = schema["schema"]
    if field.required:
        return schema  # type: ignore[no-any-return]
    factory = field.info.default_factory
    if factory is not None:
        return core_schema.with_default_schema(
            schema, default_factory=factory, validate_default=_checked(field)
        )
    return core_schema.with_default_schema(
        schema, default=field.info.default, validate_default=_checked(field)
    )


def _checked(field: Field) -> bool:
    return bool(field.info.validate_default)
