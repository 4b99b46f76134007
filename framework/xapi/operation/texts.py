"""Whether a string can become a value of a type, according to its core schema, validators included."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

_INNER = {
    "dataclass": "schema",
    "default": "schema",
    "function-after": "schema",
    "json-or-python": "python_schema",
    "lax-or-strict": "lax_schema",
    "model": "schema",
    "nullable": "schema",
}
"""Schemas that stand around another one, and where they have it."""
_LISTS = frozenset(("deque", "frozenset", "generator", "list", "set", "tuple"))
_NEVER = frozenset(
    (
        "arguments",
        "call",
        "callable",
        "dataclass-args",
        "dict",
        "is-subclass",
        "model-fields",
        "none",
        "typed-dict",
    )
)
_CODE = frozenset(("any", "function-before", "function-plain", "function-wrap"))
"""What takes whatever comes: only the code in it knows what it makes of that."""


def takes_text(schema: Mapping[str, Any], *, repeated: bool = False) -> bool:
    """Whether one text, or if `repeated` a list of texts, can be valid for a core schema."""
    return _takes(schema, {}, repeated=repeated)


def _takes(schema: Mapping[str, Any], known: Mapping[str, Any], *, repeated: bool) -> bool:
    match schema["type"]:
        case "definitions":
            known = {**known, **{definition["ref"]: definition for definition in schema["definitions"]}}
            return _takes(schema["schema"], known, repeated=repeated)
        case "definition-ref":
            # Taken out, so that what refers to itself is not followed for ever.
            rest = {ref: found for ref, found in known.items() if ref != schema["schema_ref"]}
            found = known.get(schema["schema_ref"])
            return found is not None and _takes(found, rest, repeated=repeated)
        case "union":
            choices = [item[0] if isinstance(item, tuple) else item for item in schema["choices"]]
            return any(_takes(choice, known, repeated=repeated) for choice in choices)
        case "tagged-union":
            return any(_takes(choice, known, repeated=repeated) for choice in schema["choices"].values())
        case "chain":
            return all(_takes(step, known, repeated=repeated) for step in schema["steps"])
        case "is-instance":
            return isinstance([""] if repeated else "", schema["cls"])
        case kind if kind in _INNER:
            return _takes(schema[_INNER[kind]], known, repeated=repeated)
        case kind if kind in _LISTS:
            return repeated and all(_takes(item, known, repeated=False) for item in _items(schema))
        case kind:
            return kind in _CODE or not (repeated or kind in _NEVER)


def _items(schema: Mapping[str, Any]) -> list[Any]:
    """The schemas of a list's items, as far as it says something about them."""
    items = schema.get("items_schema")
    return items if isinstance(items, list) else [] if items is None else [items]


def fields_without_text(schema: Mapping[str, Any], repeated: Container[str]) -> list[str]:
    """The fields of a model's core schema that no text can become, or, of those `repeated`, no list of texts.

    If code stands around the fields, it may make them of anything.
    """
    fields, known = _fields(schema, {})
    return [
        name
        for name, field in fields.items()
        if not _takes(field["schema"], known, repeated=name in repeated)
    ]


def _fields(
    schema: Mapping[str, Any], known: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The fields of a model's schema, and the definitions that they refer to."""
    match schema["type"]:
        case "definitions":
            known = {**known, **{definition["ref"]: definition for definition in schema["definitions"]}}
            return _fields(schema["schema"], known)
        case "definition-ref":
            return _fields(known[schema["schema_ref"]], known)
        case "model" | "function-after":
            return _fields(schema["schema"], known)
        case "model-fields":
            return schema["fields"], known
    return {}, known
