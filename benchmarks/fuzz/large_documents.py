"""Documents of any size with circles of schemas that lead to each other, as large public APIs have them."""

from collections.abc import Iterator
from random import Random
from typing import Any

BYTES_OF_A_MODEL = 1_170
"""About how much one schema, with the operation that takes it, has as JSON."""
CIRCLE = 5
"""So many models lead to each other. With 20 in one circle plain Schemathesis sends nothing for minutes."""
LINKS = 2
FIELDS = 6

_FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "string", "minLength": 1, "maxLength": 80, "description": "A text that people read"},
    {"type": "integer", "minimum": 0, "maximum": 10_000},
    {"type": "string", "format": "date-time"},
    {"type": "string", "enum": ["open", "closed", "waiting", "gone"]},
    {"type": "boolean"},
    {"type": "number", "minimum": 0},
)
_PARAMETERS = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
    {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 20}},
]


def document(size: int, seed: int = 1) -> dict[str, Any]:
    """A document of about so many bytes of JSON; the same one for the same seed."""
    random = Random(seed)
    names = [f"Model{number}" for number in range(max(10, size // BYTES_OF_A_MODEL))]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "paths": {f"/{name.lower()}": {"post": _operation(name)} for name in names},
        "components": {"schemas": dict(_schemas(names, random))},
    }


def reference(name: str) -> dict[str, str]:
    """A reference to a model."""
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas(names: list[str], random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    for first in range(0, len(names), CIRCLE):
        circle = names[first : first + CIRCLE]
        yield from ((name, _schema(circle, random)) for name in circle)


def _schema(names: list[str], random: Random) -> dict[str, Any]:
    links = [reference(random.choice(names)) for _ in range(LINKS)]
    return {
        "type": "object",
        "required": ["field_0", "field_1"],
        "additionalProperties": False,
        "properties": {
            **{f"field_{number}": random.choice(_FIELDS) for number in range(FIELDS)},
            "links": {"type": "array", "items": links[0]},
            **{f"link_{number}": link for number, link in enumerate(links[1:], 1)},
        },
    }


def _operation(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": reference(name)}}
    return {
        "operationId": f"create_{name.lower()}",
        "parameters": _PARAMETERS,
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {"description": "Created", "content": content},
            "422": {"description": "Refused"},
        },
    }
