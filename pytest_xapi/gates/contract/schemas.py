"""Schemas in one form, whatever the version and however they are written: what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xapi.openapi.reader.dialect import ONE_SCHEMA
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.references import References

TEXTS = (
    "title", "description", "example", "examples", "externalDocs", "xml",
    "$comment", "$id", "$schema", "$anchor", "$defs", "definitions",
)  # fmt: skip
"""Keywords that allow and refuse nothing."""
SUBSCHEMAS = tuple(keyword for keyword in ONE_SCHEMA if keyword not in ("not", "if", "then", "else"))
"""Keywords that hold one schema of a part of a value."""
UNIONS = ("anyOf", "oneOf")
_OF_OBJECTS = ("properties", "additionalProperties", "required", "patternProperties")
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")


@dataclass
class Schema:
    """A schema with its references followed, and what is written in parts put together."""

    place: str
    """Where it is written: a property, a parameter ..."""
    pointer: str
    """Where its content is: the component, if it is a reference to one."""
    name: str
    keywords: dict[str, Any] = field(default_factory=dict)
    """What has no field of its own: limits, format, pattern, default, flags ..."""
    texts: dict[str, Any] = field(default_factory=dict)
    types: frozenset[str] | None = None
    """Without `null`; `None` allows all."""
    is_nullable: bool = False
    values: list[Any] | None = None
    """Those of `enum` and `const`, without null."""
    properties: dict[str, Node] = field(default_factory=dict)
    patterns: dict[str, Node] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    subschemas: dict[str, Node] = field(default_factory=dict)
    prefix: list[Node] = field(default_factory=list)
    union: str = ""
    """`anyOf`, `oneOf`, or nothing."""
    branches: list[Node] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """The pointers of the keywords."""

    def at(self, keyword: str) -> str:
        """The pointer of a keyword, or of the schema where it is not written."""
        return self.places.get(keyword, self.pointer)

    @property
    def has_base(self) -> bool:
        """Whether it says anything about values beside its union."""
        return bool(
            self.types is not None
            or self.values is not None
            or self.properties
            or self.patterns
            or self.required
            or self.subschemas
            or self.prefix
            or set(self.keywords) - {"default", "deprecated", "readOnly", "writeOnly", "discriminator"}
        )

    @property
    def allows_anything(self) -> bool:
        """Whether it says nothing about values."""
        return not self.branches and not self.has_base


def read(references: References, node: Node) -> Schema:
    """The schema that is written at `node`."""
    pointer, name = _content(references, node)
    schema = Schema(node.pointer, pointer, name)
    merged: dict[str, Any] = {}
    for part in _parts(references, node, frozenset()):
        if part.value is False:
            merged["not"] = {}
        for keyword, value in part.mapping.items():
            schema.places.setdefault(keyword, part.child(keyword).pointer)
            _merge(schema, merged, part, keyword, value)
    schema.keywords |= merged
    _types(references, schema)
    _values(schema)
    _limits(schema)
    return schema


def _content(references: References, node: Node) -> tuple[str, str]:
    """Pointer and name of what is meant: of the component where there is nothing but a reference to one."""
    for _ in range(50):
        branches = _without_null(node)
        structural = {key for key in node.mapping if not _is_text(key)} - {"default", "nullable"}
        if structural == {"$ref"} and (target := references.find(node.get("$ref"))) is not None:
            node = target
        elif len(branches) == 1 and len(structural) == 1:
            node = Node(branches[0].value, branches[0].pointer, node.name)
        else:
            break
    return node.pointer, node.name


def _without_null(node: Node) -> list[Node]:
    """The branches of a schema that is nothing but a union, or of an `allOf`, without null."""
    for keyword in (*UNIONS, "allOf"):
        if branches := node.child(keyword).items():
            return [branch for branch in branches if not _is_null(branch.value)]
    return []


def _parts(references: References, node: Node, seen: frozenset[str]) -> Iterator[Node]:
    """The pieces that a schema is written in, which hold together: references followed, `allOf` flattened."""
    if node.pointer in seen:
        return
    if not isinstance(node.value, dict):
        yield node
        return
    seen |= {node.pointer}
    own = dict(node.value)
    target = references.find(own.get("$ref"))
    if target is not None:
        del own["$ref"]
        yield from _parts(references, target, seen)
        if not references.has_schema_siblings:
            return
    if isinstance(branches := own.get("allOf"), list):
        del own["allOf"]
        for branch in node.child("allOf").items():
            yield from _parts(references, branch, seen)
    for keyword in UNIONS:
        if not isinstance(branches := own.get(keyword), list):
            continue
        left = [index for index, branch in enumerate(branches) if not _is_null(branch)]
        if len(left) < len(branches):
            own["nullable"] = True
        if len(left) == 1:
            del own[keyword]
            yield from _parts(references, node.child(keyword).child(left[0], node.name), seen)
    yield Node(own, node.pointer, node.name)


def _merge(schema: Schema, merged: dict[str, Any], part: Node, keyword: str, value: Any) -> None:
    """Put a keyword of one piece to those of the others."""
    if keyword == "properties" and isinstance(value, dict):
        for name, child in part.children(keyword):
            schema.properties[name] = Node(child.value, child.pointer, f"{schema.name}.{name}")
    elif keyword == "patternProperties" and isinstance(value, dict):
        schema.patterns |= dict(part.children(keyword))
    elif keyword == "required" and isinstance(value, list):
        schema.required |= {name for name in value if isinstance(name, str)}
    elif keyword in SUBSCHEMAS:
        schema.subschemas[keyword] = part.child(keyword, f"{schema.name}[]")
    elif keyword == "prefixItems" and isinstance(value, list):
        schema.prefix = part.child(keyword).items(f"{schema.name}[]")
    elif keyword in UNIONS and isinstance(value, list):
        branches = part.child(keyword).items(schema.name)
        schema.union = keyword
        schema.branches = [branch for branch in branches if not _is_null(branch.value)]
    elif _is_text(keyword):
        schema.texts[keyword] = value
    elif keyword in merged and keyword in _LOWER:
        merged[keyword] = max(merged[keyword], value, key=_as_number)
    elif keyword in merged and keyword.startswith(("max", "exclusiveMax")):
        merged[keyword] = min(merged[keyword], value, key=_as_number)
    elif keyword == "enum" and keyword in merged:
        merged[keyword] = [item for item in merged[keyword] if item in value]
    else:
        merged[keyword] = value


def _types(references: References, schema: Schema) -> None:
    written = schema.keywords.pop("type", None)
    names = {name for name in (written if isinstance(written, list) else [written]) if isinstance(name, str)}
    is_nullable = schema.keywords.pop("nullable", False) is True
    if not schema.has_base and (simple := _simple_types(references, schema.branches)):
        names |= simple
        schema.union, schema.branches = "", []
    schema.is_nullable = is_nullable or "null" in names
    names.discard("null")
    if not names and any(schema.places.get(keyword) for keyword in _OF_OBJECTS):
        names = {"object"}
    elif not names and any(schema.places.get(keyword) for keyword in ("items", "prefixItems")):
        names = {"array"}
    schema.types = frozenset(names) or None


def _simple_types(references: References, branches: list[Node]) -> set[str]:
    """The types of a union that is nothing but a list of types."""
    found: set[str] = set()
    for branch in branches:
        content = references.resolved(branch).mapping
        kind = content.get("type")
        if not isinstance(kind, str) or any(not _is_text(key) for key in content if key != "type"):
            return set()
        found.add(kind)
    return found


def _values(schema: Schema) -> None:
    keywords = schema.keywords
    values = keywords.pop("enum", None)
    if "const" in keywords:
        values = [keywords.pop("const")]
        schema.places.setdefault("enum", schema.at("const"))
    if not isinstance(values, list):
        return
    schema.is_nullable = schema.is_nullable or (None in values and schema.types is None)
    schema.values = [value for value in values if value is not None]
    if schema.types is None and schema.values:
        schema.types = frozenset(_JSON_TYPES[type(value)] for value in schema.values)


def _limits(schema: Schema) -> None:
    """The limits of OpenAPI 3.0 as those of 3.1, and of integers without exclusive ones."""
    keywords = schema.keywords
    for inclusive, exclusive, step in (
        ("minimum", "exclusiveMinimum", 1),
        ("maximum", "exclusiveMaximum", -1),
    ):
        if keywords.get(exclusive) is True and inclusive in keywords:
            keywords[exclusive] = keywords.pop(inclusive)
        elif isinstance(keywords.get(exclusive), bool):
            del keywords[exclusive]
        limit = keywords.get(exclusive)
        if isinstance(limit, int) and schema.types == frozenset({"integer"}) and inclusive not in keywords:
            keywords[inclusive] = keywords.pop(exclusive) + step
            schema.places.setdefault(inclusive, schema.at(exclusive))


def _as_number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0


def _is_text(keyword: str) -> bool:
    return keyword in TEXTS or keyword.startswith("x-")


def _is_null(value: Any) -> bool:
    return isinstance(value, Mapping) and (
        value.get("type") == "null"
        or value.get("enum") == [None]
        or ("const" in value and value["const"] is None)
    )
