"""An OpenAPI document, read once for everything that uses its operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from xapi.openapi.reader.checking import CheckedOperation, check
from xapi.openapi.reader.errors import DocumentError, Problem, UnresolvedReference
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.operations import Operation, PathItem
from xapi.openapi.reader.paths import PathMatcher, template_fault
from xapi.openapi.reader.references import References
from xapi.openapi.reader.schema_checking import SchemaChecker
from xapi.openapi.reader.schemas import Schemas
from xapi.openapi.reader.swagger import converted
from xapi.openapi.reader.versions import Version, version_of

_PATH_ITEM_FIELDS = ("$ref", "summary", "description", "servers", "parameters")


class Document:
    """An OpenAPI document of version 3.0, 3.1 or 3.2, or of Swagger 2.0, which is converted to 3.0.

    A part that cannot be used, such as a path item whose reference leads nowhere, is listed in `problems`;
    the rest is read.

    Args:
        content: the document as JSON data. References have to lead to places within it.

    Raises:
        DocumentError: it is no OpenAPI document of these versions.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.version = _checked_version(content)
        if self.version.major == 2:
            content = converted(content)
            self.version = Version(3, 0)
        self.content = content
        self.root = Node(content, "", "the document")
        self.references = References(content, self.version)
        self.problems: list[Problem] = []
        """What of it cannot be used, except for the parts of operations (see `checked`)."""
        self.operations = tuple(self._read_operations())
        """Its operations, in its order."""
        self._by_label = {operation.label: operation for operation in self.operations}
        self._by_id = {
            operation.operation_id: operation
            for operation in self.operations
            if operation.operation_id is not None
        }
        self._paths = PathMatcher(operation.path for operation in self.operations)

    @property
    def title(self) -> str:
        """The title of the API."""
        return self.root.child("info").text("title") or ""

    @property
    def paths(self) -> list[str]:
        """Its path templates, whether they have operations or not."""
        return [path for path in self.root.child("paths").mapping if not str(path).startswith("x-")]

    @cached_property
    def schemas(self) -> Schemas:
        """Its schemas in the dialect of JSON Schema 2020-12, and what validates them."""
        return Schemas(self.content, self.version)

    @cached_property
    def checked(self) -> Mapping[str, CheckedOperation]:
        """Its operations by label, as far as they can be used, each with what of it cannot be."""
        schemas = SchemaChecker(self.references)
        return {operation.label: check(operation, schemas) for operation in self.operations}

    @cached_property
    def security_schemes(self) -> Mapping[str, Node]:
        """Its security schemes, by name, references followed."""
        found = {}
        for name, node in self.components("securitySchemes"):
            followed = self.references.object_at(node)
            if followed is not None:
                found[name] = followed
        return found

    def operation(self, label: str) -> Operation | None:
        """The operation with a label such as `GET /notes/{note_id}`."""
        return self._by_label.get(label)

    def by_id(self, operation_id: str) -> Operation:
        """The operation with an `operationId`.

        Raises:
            LookupError: there is none; the message has those with similar ids.
        """
        operation = self._by_id.get(operation_id)
        if operation is None:
            near = get_close_matches(operation_id, self._by_id, n=3) or sorted(self._by_id)
            known = ", ".join(near) or "no operation has an id"
            raise LookupError(f"the document has no operation {operation_id!r}; there is: {known}")
        return operation

    def at(self, method: str, path: str) -> Operation | None:
        """The operation that a request belongs to, if it is documented."""
        for template in self._paths.matching(path):
            operation = self._by_label.get(f"{method} {template}")
            if operation is not None:
                return operation
        return None

    def components(self, section: str) -> Iterator[tuple[str, Node]]:
        """The components of one kind, such as `schemas`, by name."""
        return self.root.child("components").children(section)

    def path_item(self, path: str) -> PathItem | None:
        """The path item of a template; None, with a problem, where it cannot be read."""
        written = self.root.child("paths").child(path, path)
        if (fault := template_fault(path)) is not None:
            self.problems.append(Problem(written.pointer, fault))
            return None
        layers = [written]
        try:
            if "$ref" in written.mapping:
                layers.append(self.references.follow(written))
        except UnresolvedReference as unresolved:
            self.problems.append(Problem(written.pointer, str(unresolved)))
            return None
        if not all(isinstance(layer.value, Mapping) for layer in layers):
            message = f"expected a path item, not {layers[-1].value!r}"
            self.problems.append(Problem(written.pointer, message))
            return None
        return PathItem(path, tuple(layers))

    def _read_operations(self) -> Iterator[Operation]:
        for path in self.paths:
            item = self.path_item(path)
            if item is None:
                continue
            self._note_unknown_fields(item)
            for name in self.version.methods:
                if any(name in layer.mapping for layer in item.layers):
                    yield from self._operation(name.upper(), item, item.child(name))
            if self.version >= (3, 2):
                additional = item.child("additionalOperations")
                for method in additional.mapping:
                    yield from self._operation(method, item, additional.child(method))

    def _note_unknown_fields(self, item: PathItem) -> None:
        """Nothing that may be meant as an operation vanishes: `GET` for `get`, or one of a later version."""
        known = (*_PATH_ITEM_FIELDS, *self.version.methods)
        known += ("additionalOperations",) if self.version >= (3, 2) else ()
        version = f"{self.version.major}.{self.version.minor}"
        for layer in item.layers:
            for name in layer.mapping:
                if name not in known and not name.startswith("x-"):
                    message = f"`{name}` is not a field of a path item in OpenAPI {version}"
                    label = f"{name.upper()} {item.path}"
                    self.problems.append(Problem(layer.child(name).pointer, message, label))

    def _operation(self, method: str, item: PathItem, node: Node) -> Iterator[Operation]:
        label = f"{method} {item.path}"
        if isinstance(node.value, Mapping):
            yield Operation(
                method, item.path, Node(node.value, node.pointer, label), item, self.root, self.references
            )
        else:
            message = f"expected an operation, not {node.value!r}"
            self.problems.append(Problem(node.pointer, message, label))


def _checked_version(content: Any) -> Version:
    if not isinstance(content, Mapping):
        raise DocumentError(f"not an OpenAPI document: expected an object, not {type(content).__name__}")
    version = version_of(content)
    if version is None:
        raise DocumentError("not an OpenAPI document: it has no `openapi`, which names the version")
    if version != (2, 0) and version.major != 3:
        raise DocumentError(
            f"OpenAPI {version.major}.{version.minor} is not supported: convert the document to OpenAPI 3"
        )
    if not isinstance(content.get("paths", {}), Mapping):
        raise DocumentError(f"not an OpenAPI document: `paths` is {content['paths']!r}, not an object")
    return version
