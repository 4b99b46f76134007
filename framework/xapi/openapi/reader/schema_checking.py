"""Which schemas of a document can be used: checks of schemas, references and keywords."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

from xapi.openapi.reader.dialect import NAMED_SCHEMAS, ONE_SCHEMA, SCHEMA_LISTS, Schema, foreign_keywords
from xapi.openapi.reader.errors import UnresolvedReference
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.references import References, reference_of

Fault = tuple[str, str]
"""The pointer of a part of a schema, and what is wrong with it."""


def _is_number(value: Any) -> bool:
    """Whether a value is a number of JSON: `1e999` is read as infinity, which is none."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and (isinstance(value, int) or value.is_integer())


def _is_limit(value: Any) -> bool:
    return _is_number(value) or isinstance(value, bool)  # OpenAPI 3.0 has `exclusiveMinimum: true`


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_KINDS: dict[str, tuple[Callable[[Any], bool], tuple[str, ...]]] = {
    "a number": (_is_number, ("minimum", "maximum")),
    "a positive number": (lambda value: _is_number(value) and value > 0, ("multipleOf",)),
    "a number or a boolean": (_is_limit, ("exclusiveMinimum", "exclusiveMaximum")),
    "a number of at least 0": (
        _is_count,
        (
            *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
            *("minContains", "maxContains"),
        ),
    ),
    "a string": (
        _is_text,
        (
            *("pattern", "format", "title", "description", "contentEncoding", "contentMediaType"),
            *("$id", "$anchor", "$comment", "$schema", "$dynamicRef", "$dynamicAnchor"),
        ),
    ),
    "true or false": (_is_flag, ("uniqueItems", "readOnly", "writeOnly", "nullable", "deprecated")),
    "an array of strings": (_are_texts, ("required",)),
    "a type or an array of types": (
        lambda value: isinstance(value, str) or (_are_texts(value) and bool(value)),
        ("type",),
    ),
    "an array": (lambda value: isinstance(value, list), ("examples",)),
    "an array with values": (lambda value: isinstance(value, list) and bool(value), ("enum",)),
    "an object": (
        lambda value: isinstance(value, Mapping),
        ("discriminator", "xml", "externalDocs", "dependentRequired"),
    ),
}
_BY_KEYWORD = {keyword: (kind, holds) for kind, (holds, keywords) in _KINDS.items() for keyword in keywords}


class SchemaChecker:
    """Checks the schemas of one document; each place of it once."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._found: dict[str, tuple[list[Fault], list[Fault]]] = {}
        self._sound: set[str] = set()
        """Places with nothing to tell of, neither there nor in what they lead to."""

    def faults(self, schema: Node) -> list[Fault]:
        """What keeps a schema, or one that it leads to, from being used."""
        return self._checked(schema)[0]

    def ignored(self, schema: Node) -> list[Fault]:
        """The keywords of a schema, and of those that it leads to, whose values have the wrong type."""
        return self._checked(schema)[1]

    def _checked(self, schema: Node) -> tuple[list[Fault], list[Fault]]:
        found = self._found.get(schema.pointer)
        if found is None:
            found = self._found[schema.pointer] = ([], [])
            self._walk(schema, *found)
        return found

    def _walk(self, schema: Node, faults: list[Fault], ignored: list[Fault]) -> None:
        waiting, seen = [schema], {schema.pointer}
        while waiting:
            node = waiting.pop()
            if node.pointer in self._sound or isinstance(node.value, bool):
                continue
            if not isinstance(node.value, Mapping):
                faults.append((node.pointer, f"expected a schema, not {node.value!r}"))
                continue
            ignored += _unusable_keywords(node)
            ignored += self._of_other_versions(node)
            for inner in (*self._referred(node, faults), *_inner(node, faults)):
                if inner.pointer not in seen:
                    seen.add(inner.pointer)
                    waiting.append(inner)
        if not faults and not ignored:
            self._sound |= seen

    def _of_other_versions(self, node: Node) -> Iterator[Fault]:
        version = self._references.version
        other = "3.0" if version >= (3, 1) else "3.1"
        for keyword in foreign_keywords(node.mapping, version):
            message = f"`{keyword}` is of OpenAPI {other}: judged only where all readings agree"
            yield node.child(keyword).pointer, message

    def _referred(self, node: Node, faults: list[Fault]) -> Iterator[Node]:
        if "$dynamicRef" in node.mapping:
            # What it leads to depends on the schemas that lead here, which pointers into documents pass by.
            message = "`$dynamicRef` is not supported: refer to the schema by `$ref`"
            faults.append((node.pointer, message))
        if "$ref" not in node.mapping:
            return
        reference = reference_of(node.value)
        if reference is None:
            faults.append((node.pointer, f"expected a reference, not {node.get('$ref')!r}"))
            return
        try:
            self._references.follow(node)
            yield self._references.target(reference)
        except UnresolvedReference as unresolved:
            faults.append((node.pointer, str(unresolved)))


def drop_unusable_keywords(schema: Schema) -> None:
    """Take away, in place, the keywords whose values have the wrong type."""
    for keyword in [name for name, value in schema.items() if not _is_usable(name, value)]:
        del schema[keyword]


def _is_usable(keyword: str, value: Any) -> bool:
    return keyword not in _BY_KEYWORD or _BY_KEYWORD[keyword][1](value)


def _unusable_keywords(node: Node) -> Iterator[Fault]:
    for keyword, value in node.mapping.items():
        if not _is_usable(keyword, value):
            message = f"`{keyword}`: expected {_BY_KEYWORD[keyword][0]}, not {value!r}"
            yield node.child(keyword).pointer, message


def _inner(node: Node, faults: list[Fault]) -> Iterator[Node]:
    """The schemas that stand in a schema."""
    for keyword in node.mapping:
        child = node.child(keyword)
        if keyword in ONE_SCHEMA:
            yield child
        elif keyword in SCHEMA_LISTS:
            if not isinstance(child.value, list) or not child.value:
                faults.append((child.pointer, f"expected an array of schemas, not {child.value!r}"))
            yield from child.items()
        elif keyword in NAMED_SCHEMAS:
            if not isinstance(child.value, Mapping):
                faults.append((child.pointer, f"expected an object with schemas, not {child.value!r}"))
            yield from (child.child(name) for name in child.mapping)
