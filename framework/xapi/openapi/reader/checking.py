"""Which parts of an operation can be used: each part is checked against the type in the specification.

A part of the wrong type is left out of what is returned, and told as a problem by the area that it stands in:
without a part of its request an operation cannot be called, without one of its responses these cannot be
judged, and without the rest both can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from xapi.openapi.reader.errors import Problem, UnresolvedReference
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.operations import Operation, Parameter
from xapi.openapi.reader.references import References
from xapi.openapi.reader.schema_checking import SchemaChecker
from xapi.texts import excerpt


class Area(Enum):
    """What a problem keeps from being done."""

    REQUEST = "the operation cannot be called"
    RESPONSE = "a response cannot be judged"
    OTHER = "the part is ignored"


@dataclass(frozen=True)
class CheckedOperation:
    """An operation as far as it can be used, with everything but schemas in place."""

    content: Mapping[str, Any] = field(repr=False)
    problems: Mapping[Area, tuple[Problem, ...]]

    @property
    def is_usable(self) -> bool:
        """Whether it can be called."""
        return not self.problems[Area.REQUEST]


_Shape = str | list[str] | dict[str, str]
"""The kind of a value; a list of that kind, or an object with values of that kind."""

_PARAMETER: dict[str, _Shape] = {
    "required": "flag", "deprecated": "flag", "allowEmptyValue": "flag", "allowReserved": "flag",
    "explode": "flag", "style": "text", "description": "text", "schema": "schema",
    "content": {"*": "media type"}, "examples": {"*": "example"},
}  # fmt: skip
_FIELDS: dict[str, dict[str, _Shape]] = {
    "operation": {
        "tags": ["text"], "summary": "text", "description": "text", "operationId": "text",
        "deprecated": "flag", "requestBody": "request body", "responses": {"*": "response"},
        "security": ["requirement"], "servers": ["server"], "callbacks": "object", "externalDocs": "object",
    },
    "parameter": {"name": "text", "in": "text", **_PARAMETER},
    "header": _PARAMETER,
    "request body": {"description": "text", "required": "flag", "content": {"*": "media type"}},
    "response": {
        "description": "text", "headers": {"*": "header"}, "content": {"*": "media type"},
        "links": {"*": "link"},
    },
    "media type": {"schema": "schema", "examples": {"*": "example"}, "encoding": {"*": "encoding"}},
    "encoding": {
        "contentType": "text", "style": "text", "explode": "flag", "allowReserved": "flag",
        "headers": {"*": "header"},
    },
    "example": {"summary": "text", "description": "text", "externalValue": "text"},
    "link": {
        "operationId": "text", "operationRef": "text", "parameters": "object", "description": "text",
        "server": "server",
    },
    "server": {"url": "text", "description": "text", "variables": {"*": "variable"}},
    "variable": {"default": "text", "enum": ["text"], "description": "text"},
    "requirement": {},
    "object": {},
}  # fmt: skip
"""The fields of the objects of OpenAPI 3.1, section 4.8; those that are not named may be anything."""

_AREAS = {"requestBody": Area.REQUEST, "responses": Area.RESPONSE}
_DESCRIBING = ("summary", "description", "deprecated", "allowEmptyValue", "examples", "links")
"""The fields without which a request can be made and a response judged."""
_SCALARS: dict[str, tuple[type, str]] = {"text": (str, "a string"), "flag": (bool, "true or false")}
_STATUS = re.compile(r"[1-5](?:\d\d|XX|xx)|default|x-.*")
_LEFT_OUT: Any = object()


def check(operation: Operation, schemas: SchemaChecker) -> CheckedOperation:
    """Check an operation of a document.

    Args:
        operation: the operation.
        schemas: checks the schemas of its document.
    """
    checker = _Checker(operation, schemas)
    content = checker.operation()
    return CheckedOperation(content, {area: tuple(found) for area, found in checker.problems.items()})


class _Checker:
    def __init__(self, operation: Operation, schemas: SchemaChecker) -> None:
        self._operation = operation
        self._references: References = operation.references
        self._schemas = schemas
        self.problems: dict[Area, list[Problem]] = {area: [] for area in Area}

    def operation(self) -> dict[str, Any]:
        """The operation, with the servers and the parameters of its path item."""
        operation = self._operation
        # Without what a reference should lead to nothing can be sent.
        area = Area.REQUEST if "$ref" in operation.node.mapping else Area.OTHER
        content: dict[str, Any] = self._value(operation.node, "operation", area)
        if content is _LEFT_OUT:
            content = {}
        servers = operation.item.child("servers")
        if "servers" not in content and servers.items():
            content["servers"] = self._value(servers, ["server"], Area.OTHER)
        content["parameters"] = list(self._parameters().values())
        for name, needed in (("responses", content.get("responses")), ("requestBody", self._body(content))):
            if name in content and not needed:
                del content[name]
        return content

    def _body(self, content: Mapping[str, Any]) -> Any:
        return content.get("requestBody", {}).get("content")

    def _parameters(self) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for parent in self._operation.parameter_parents:
            if "parameters" not in parent.mapping:
                continue
            written = parent.child("parameters")
            if not isinstance(written.value, list):
                self._tell(written, "an array of parameters", Area.REQUEST)
            for node in written.items():
                content = self._value(node, "parameter", Area.REQUEST)
                if content is _LEFT_OUT:
                    continue
                parameter = Parameter.read(Node(content, node.pointer, node.name))
                if parameter is None:
                    message = f"not a parameter: name is {content.get('name')!r}, in is {content.get('in')!r}"
                    self._tell_message(node, message, Area.REQUEST)
                else:
                    found[parameter.key] = content
        return found

    def _value(self, node: Node, shape: _Shape, area: Area) -> Any:
        if isinstance(shape, list):
            return self._list(node, shape[0], area)
        if isinstance(shape, dict):
            return self._map(node, shape["*"], area)
        if shape in _SCALARS:
            kind, named = _SCALARS[shape]
            return node.value if isinstance(node.value, kind) else self._tell(node, named, area)
        if shape == "schema":
            return self._schema(node, area)
        return self._object(node, shape, area)

    def _list(self, node: Node, kind: str, area: Area) -> Any:
        if not isinstance(node.value, list):
            return self._tell(node, "an array", area)
        found = (self._value(item, kind, area) for item in node.items())
        return [item for item in found if item is not _LEFT_OUT]

    def _map(self, node: Node, kind: str, area: Area) -> Any:
        if not isinstance(node.value, Mapping):
            return self._tell(node, "an object", area)
        found: dict[str, Any] = {}
        for name in node.mapping:
            child = node.child(name)
            if kind == "response" and not _STATUS.fullmatch(name):
                self._tell_message(child, f"`{name}` is not a status", area)
            elif not name.startswith("x-") or kind not in ("response", "link"):
                value = self._value(child, kind, area)
                found[name] = value if value is not _LEFT_OUT else {}
        return found

    def _object(self, node: Node, kind: str, area: Area) -> Any:
        may_refer = kind not in ("object", "requirement")
        try:
            followed = self._references.follow(node) if may_refer else node
        except UnresolvedReference as unresolved:
            return self._tell_message(node, str(unresolved), area)
        if may_refer and followed is node and "$ref" in node.mapping:
            return self._tell(node.child("$ref"), "a reference", area)
        if not isinstance(followed.value, Mapping):
            return self._tell(node, f"an object ({kind})" if kind != "object" else "an object", area)
        if kind == "requirement":
            return {name: scopes if isinstance(scopes, list) else [] for name, scopes in node.mapping.items()}
        found = dict(followed.mapping)
        for name, shape in _FIELDS[kind].items():
            if name in followed.mapping:
                inner = Area.OTHER if name in _DESCRIBING else _AREAS.get(name, area)
                value = self._value(followed.child(name), shape, inner)
                if value is _LEFT_OUT:
                    del found[name]
                else:
                    found[name] = value
        return found

    def _schema(self, node: Node, area: Area) -> Any:
        faults = self._schemas.faults(node)
        for pointer, message in self._schemas.ignored(node):
            self.problems[Area.OTHER].append(Problem(pointer, message, self._operation.label))
        for pointer, message in faults:
            self.problems[area].append(Problem(pointer, message, self._operation.label))
        return _LEFT_OUT if faults else node.value

    def _tell(self, node: Node, expected: str, area: Area) -> Any:
        return self._tell_message(node, f"expected {expected}, not {excerpt(node.value)}", area)

    def _tell_message(self, node: Node, message: str, area: Area) -> Any:
        self.problems[area].append(Problem(node.pointer, message, self._operation.label))
        return _LEFT_OUT
