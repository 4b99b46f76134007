"""The validators of a document's schemas: one for all of them, because each would hold all that it refers to.

A schema of a document that refers to itself in a circle is compiled with the whole circle. So there is one
validator, of an object that has a property for each schema: a value is held to a schema as the only property
of such an object. What takes the memory of one schema elsewhere takes that of the document here, once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import jsonschema_rs

from xapi.openapi.reader import Document, pointers
from xapi.openapi.reader.dialect import NAMED_SCHEMAS, PERHAPS, UNKNOWN_TYPE, Schema, each_schema, subschemas

_URI = "urn:xapi:document"
_MOST_OTHERS = 64
"""How many validators are kept of schemas that do not stand in the document."""
_DATA = ("enum", "const", "example", "examples", "default")
_UNUSABLE = (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError)


class Validators:
    """Holds values to the schemas of one document."""

    def __init__(self, document: Document) -> None:
        """Take a document.

        Args:
            document: With its schemas as JSON Schema 2020-12. It must not be changed afterwards.
        """
        self._content = document.content
        self._references = document.references
        self._why: dict[int, str] = {}
        """What is wrong with schemas, by identity."""
        self._in_all_readings = False
        self._keywords = {PERHAPS: _perhaps(self)}
        self._others: OrderedDict[int, tuple[Any, jsonschema_rs.Validator | None]] = OrderedDict()

    def is_valid(self, schema: Any, value: Any, in_all_readings: bool = False) -> bool | None:
        """Whether a value keeps to a schema; None if that is none that can validate.

        Args:
            schema: The schema.
            value: The value.
            in_all_readings: Whether it has to do so for all readers, and not for some of them only.
        """
        if isinstance(schema, bool):
            return schema
        self._in_all_readings = in_all_readings
        place = self._places.get(id(schema))
        if place is None:
            validator = self._other(schema)
            return None if validator is None else bool(validator.is_valid(value))
        if place in self._unusable:
            return None
        return bool(self._whole.is_valid({place: value}))

    def is_usable(self, schema: Any) -> bool:
        """Whether a schema can validate."""
        if isinstance(schema, bool):
            return True
        place = self._places.get(id(schema))
        return self._other(schema) is not None if place is None else place not in self._unusable

    @cached_property
    def _schemas(self) -> dict[int, Schema]:
        """The schemas of the document, by identity."""
        found: dict[int, Schema] = {}

        def note(schema: Schema) -> None:
            found[id(schema)] = schema

        each_schema(self._content, note)
        return found

    @cached_property
    def _places(self) -> dict[int, str]:
        """The pointers of the schemas, by identity."""
        found: dict[int, str] = {}
        waiting: list[tuple[Any, str]] = [(self._content, "")]
        while waiting:
            node, place = waiting.pop()
            if isinstance(node, dict):
                if id(node) in self._schemas:
                    found[id(node)] = place
                waiting += [(item, f"{place}/{pointers.escape(str(key))}") for key, item in node.items()]
            elif isinstance(node, list):
                waiting += [(item, f"{place}/{index}") for index, item in enumerate(node)]
        return found

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(_URI, dict(self._content))])

    @cached_property
    def _whole(self) -> jsonschema_rs.Validator:
        """The validator of all schemas that can be used."""
        if self._of_all is not None:
            return self._of_all
        return self._of_places([place for place in self._places.values() if place not in self._unusable])

    @cached_property
    def _of_all(self) -> jsonschema_rs.Validator | None:
        """The validator of all schemas, if all of them can be used."""
        if any(UNKNOWN_TYPE in schema for schema in self._schemas.values()):
            return None
        try:
            return self._of_places(list(self._places.values()))
        except _UNUSABLE:
            return None

    @cached_property
    def _unusable(self) -> frozenset[str]:
        """The pointers of the schemas that are none, or that lead to one that is none."""
        if self._of_all is not None:
            return frozenset()
        self._why = {
            identity: fault
            for identity, schema in self._schemas.items()
            if (fault := self._fault(schema)) is not None
        }
        known = frozenset(self._leading_to(set(self._why)))
        others = {identity: place for identity, place in self._places.items() if place not in known}
        if self._fault_at(*others.values()) is None:
            return known
        # What a reference leads to need not stand where schemas do.
        more = {
            identity: fault
            for identity, place in others.items()
            if (fault := self._fault_at(place)) is not None
        }
        self._why |= more
        return known | {others[identity] for identity in more}

    def _fault_at(self, *places: str) -> str | None:
        """What keeps the schemas at some places from validating, together with all that they lead to."""
        try:
            self._of_places(list(places))
        except _UNUSABLE as error:
            return _first_line(error)
        return None

    def _of_places(self, places: list[str]) -> jsonschema_rs.Validator:
        # With all properties named, the one that is there is looked up instead of each that may be there.
        root = {
            "properties": {place: {"$ref": _URI + pointers.to_fragment(place)} for place in places},
            "additionalProperties": False,
        }
        return self._compiled(root)

    def _compiled(self, schema: Schema) -> jsonschema_rs.Validator:
        return jsonschema_rs.Draft202012Validator(
            schema, registry=self._registry, validate_formats=True, offline=True, keywords=self._keywords
        )

    def why_unusable(self, schema: Any) -> str:
        """What of an unusable schema, or of one that it leads to, is wrong, as a clause."""
        found = self._why.get(id(schema)) or next(iter(self._why.values()), "it is none")
        return f"its schema cannot be used: {found}"

    def _fault(self, schema: Schema) -> str | None:
        """What is wrong with a schema by itself, whatever those in it and those that it refers to are."""
        reference = schema.get("$ref")
        target = None if reference is None else self._references.find(reference)
        if reference is not None and target is None:
            return f"the reference {reference!r} leads nowhere"
        if target is not None and not isinstance(target.value, dict | bool):
            return f"the reference {reference!r} leads to no schema"
        if UNKNOWN_TYPE in schema:
            return f"{schema[UNKNOWN_TYPE]!r} is not a type of JSON Schema"
        inner = {id(item) for item in subschemas(schema) if isinstance(item, dict)}
        bare = {key: _without(value, inner) for key, value in schema.items() if key != "$ref"}
        try:
            jsonschema_rs.Draft202012Validator(bare, validate_formats=True, offline=True)
        except _UNUSABLE as error:
            return _first_line(error)
        return None

    def _leading_to(self, broken: set[int]) -> Iterator[str]:
        """The pointers of these schemas, and of all that hold or refer to one of them."""
        users: dict[int, list[int]] = {}
        for identity, schema in self._schemas.items():
            led = self._references.find(schema.get("$ref"))
            inner = [*subschemas(schema), *(() if led is None else (led.value,))]
            for item in inner:
                users.setdefault(id(item), []).append(identity)
        waiting, met = list(broken), set(broken)
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in met:
                    met.add(user)
                    waiting.append(user)
        return (self._places[identity] for identity in met if identity in self._places)

    def _other(self, schema: Any) -> jsonschema_rs.Validator | None:
        """The validator of a schema that was made of those in the document; the last ones are kept."""
        known = self._others.get(id(schema))
        if known is None:
            try:
                made = self._compiled(self._with_whole_references(schema))
            except (*_UNUSABLE, TypeError):
                made = None
            known = self._others[id(schema)] = (schema, made)
            if len(self._others) > _MOST_OTHERS:
                self._others.popitem(last=False)
        else:
            self._others.move_to_end(id(schema))
        return known[1]

    def _with_whole_references(self, value: Any, is_by_name: bool = False) -> Any:
        """A copy of a schema, or of schemas by name, whose references lead into the document."""
        place = self._places.get(id(value))
        if place is not None:
            return {"$ref": _URI + pointers.to_fragment(place)}
        if isinstance(value, list):
            return [self._with_whole_references(item) for item in value]
        if not isinstance(value, dict):
            return value
        whole = {
            key: item
            if key in _DATA and not is_by_name
            else self._with_whole_references(item, key in NAMED_SCHEMAS and not is_by_name)
            for key, item in value.items()
        }
        if isinstance(whole.get("$ref"), str) and whole["$ref"].startswith("#"):
            whole["$ref"] = _URI + whole["$ref"]
        return whole


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split("\n", 1)[0].split())


def _without(value: Any, inner: set[int]) -> Any:
    """A copy in which schemas allow everything."""
    if id(value) in inner:
        return True
    if isinstance(value, list):
        return [_without(item, inner) for item in value]
    if isinstance(value, dict):
        return {key: _without(item, inner) for key, item in value.items()}
    return value


def _perhaps(validators: Validators) -> type[Any]:
    """The keyword of alternatives that some read in a schema and others do not."""

    class Perhaps:
        def __init__(self, parent: Schema, value: Any, path: list[str | int]) -> None:
            pass

        def validate(self, instance: Any) -> None:
            if validators._in_all_readings:
                raise ValueError("not all readers take this alternative")

    return Perhaps
