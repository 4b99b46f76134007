"""The nodes of a document, references followed, and the validators of its schemas."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import openapi_schema_validator as oas
from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

URI = "urn:document"
MOST_REFERENCES = 50
UNCHECKED = ("binary", "byte", "regex", "idn-hostname")
"""Formats that are not checked: bytes arrive as text of Latin-1, and the others have several readings."""
ALL_TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


@dataclass(frozen=True)
class Node:
    """A part of the document, and where it stands (RFC 6901)."""

    value: Any
    pointer: str

    @property
    def mapping(self) -> Mapping[str, Any]:
        """Its value if that is an object, else an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    def get(self, name: str, default: Any = None) -> Any:
        """A value of an object."""
        return self.mapping.get(name, default)

    def child(self, name: str) -> "Node":
        """A value of an object, as a node; `None` in it if there is none."""
        return Node(self.mapping.get(name), f"{self.pointer}/{_escaped(name)}")

    def children(self) -> Iterator[tuple[str, "Node"]]:
        """The values of an object."""
        return ((name, self.child(name)) for name in self.mapping)

    def items(self) -> list["Node"]:
        """The items of a list."""
        values = self.value if isinstance(self.value, list) else []
        return [Node(value, f"{self.pointer}/{number}") for number, value in enumerate(values)]


class Schemas:
    """The schemas of one document, as requests and responses have to keep to them."""

    def __init__(self, document: dict[str, Any]) -> None:
        document = _of_one_dialect(document)
        self.root = Node(document, "")
        version = str(document.get("openapi", ""))
        self.is_30 = version.startswith("3.0")
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Any = Registry().with_resource(URI, resource)
        kind: Any = oas.OAS30Validator if self.is_30 else oas.OAS31Validator
        limits = {} if self.is_30 else _LIMITS
        self._kinds = {
            direction: extend(kind, {**limits, "required": _required(left_out), "pattern": _pattern})
            for direction, left_out in (("request", "readOnly"), ("response", "writeOnly"))
        }
        given = oas.oas30_format_checker if self.is_30 else oas.oas31_format_checker
        self._formats = FormatChecker(())
        self._formats.checkers = {
            name: check for name, check in given.checkers.items() if name not in UNCHECKED
        }
        self._formats.checks("time")(_is_time)
        self._made: dict[tuple[str, str], Any] = {}

    def followed(self, node: Node) -> Node:
        """A node, or what it refers to.

        Raises:
            LookupError: There is nothing, or a circle of references.
        """
        for _ in range(MOST_REFERENCES):
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            if not reference.startswith("#"):
                raise LookupError(reference)
            node = self.root
            for part in unquote(reference[1:]).split("/")[1:]:
                part = part.replace("~1", "/").replace("~0", "~")
                if isinstance(node.value, list):
                    node = node.items()[int(part)]
                elif part not in node.mapping:
                    raise LookupError(reference)
                else:
                    node = node.child(part)
        raise LookupError(node.pointer)

    def errors(self, schema: Node, value: Any, direction: str = "request") -> list[str]:
        """What is wrong with a value."""
        if schema.value is None:
            return []
        key = direction, schema.pointer
        if key not in self._made:
            whole = schema.value if isinstance(schema.value, bool) else {"$ref": f"{URI}#{_quoted(schema)}"}
            self._made[key] = self._kinds[direction](
                whole, registry=self._registry, format_checker=self._formats
            )
        found = next(self._made[key].iter_errors(value), None)
        return [] if found is None else [f"{'/'.join(map(str, found.path))}: {found.message[:300]}"]

    def is_right(self, schema: Node, value: Any, direction: str = "request") -> bool:
        """Whether a value keeps to a schema."""
        return not self.errors(schema, value, direction)

    def parts(self, schema: Node, seen: frozenset[str] = frozenset()) -> Iterator[Node]:
        """A schema and all that apply to the same value, or may."""
        schema = self.followed(schema)
        if schema.pointer in seen:
            return
        yield schema
        for name in ("allOf", "anyOf", "oneOf"):
            for part in schema.child(name).items():
                yield from self.parts(part, seen | {schema.pointer})

    def types(self, schema: Node) -> frozenset[str]:
        """The types that values may have, as far as that is said."""
        found: set[str] = set()
        for part in self.parts(schema):
            given = part.get("type")
            found |= set(given if isinstance(given, list) else [given] if given else [])
            if part.get("nullable") is True:
                found.add("null")
            if not given and ("properties" in part.mapping or "additionalProperties" in part.mapping):
                found.add("object")
        return frozenset(found) or ALL_TYPES

    def inner(self, schema: Node, keyword: str) -> Node:
        """The first schema of that keyword that applies to a value; one without a value if there is none."""
        found = (part.child(keyword) for part in self.parts(schema) if keyword in part.mapping)
        return next(found, Node(None, ""))

    def properties(self, schema: Node) -> dict[str, Node]:
        """The properties that values may have."""
        found: dict[str, Node] = {}
        for part in self.parts(schema):
            for name, node in part.child("properties").children():
                found.setdefault(name, node)
        return found


def _of_one_dialect(part: Any) -> Any:
    """A part of a document whose schemas name no dialect, which would change the class of the validator."""
    if isinstance(part, list):
        return [_of_one_dialect(item) for item in part]
    if not isinstance(part, dict):
        return part
    is_named = isinstance(part.get("$schema"), str)
    return {name: _of_one_dialect(value) for name, value in part.items() if name != "$schema" or not is_named}


def _is_time(value: object) -> bool:
    """Whether a text is a time with its offset (RFC 3339, `full-time`); the library's is of an old draft."""
    given = oas.oas31_format_checker
    return not isinstance(value, str) or given.conforms(f"1972-06-30T{value}", "date-time")


def _required(left_out: str) -> Any:
    """`required`, without the properties that are not sent in this direction."""

    def required(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if not validator.is_type(instance, "object") or not isinstance(names, list):
            return
        for name in names:
            if name not in instance and not _is_marked(schema, name, left_out):
                yield ValidationError(f"{name!r} is a required property")

    return required


def _is_marked(schema: Mapping[str, Any], name: str, mark: str) -> bool:
    described = schema.get("properties", {}).get(name)
    return isinstance(described, dict) and described.get(mark) is True


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """`pattern` as ECMA-262 reads it, with Unicode where that can be."""
    if isinstance(instance, str) and not _expression(pattern)(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _limit(exclusive: str, limit: str) -> Any:
    """`exclusiveMinimum` and its twin: `true` beside a limit as draft 4 has it, which nothing else reads."""
    usual = oas.OAS31Validator.VALIDATORS[exclusive]

    def exclusive_limit(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if not isinstance(value, bool):
            yield from usual(validator, value, instance, schema)
        elif value and limit in schema:
            yield from usual(validator, schema[limit], instance, schema)

    return exclusive_limit


_LIMITS = {
    exclusive: _limit(exclusive, limit)
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
}


def _expression(pattern: str) -> Any:
    if pattern not in _EXPRESSIONS:
        regress = importlib.import_module("regress")
        try:
            found = regress.Regex(pattern, "u")
        except regress.RegressError:
            found = regress.Regex(pattern)
        _EXPRESSIONS[pattern] = lambda text: found.find(text) is not None
    return _EXPRESSIONS[pattern]


_EXPRESSIONS: dict[str, Any] = {}


def _escaped(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _quoted(schema: Node) -> str:
    return quote(schema.pointer, safe="/~")
