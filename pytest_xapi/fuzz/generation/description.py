"""What the document says of an operation, as the generator needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pytest_xapi.fuzz.generation.model import Body, Parameter
from pytest_xapi.fuzz.generation.schemas import Schemas
from pytest_xapi.fuzz.model.omissions import Omissions
from xapi.openapi.reader import Node, Operation
from xapi.openapi.reader.versions import METHODS

_LOCATIONS = ("path", "header", "query", "cookie")
"""The locations whose values can be written."""


@dataclass(frozen=True)
class Description:
    """An operation, with all references followed."""

    label: str
    method: str
    path: str
    base: str
    """The path of the server's URL."""
    parameters: tuple[Parameter, ...]
    bodies: tuple[Body, ...]
    undeclared_methods: tuple[str, ...]
    """Methods that no operation has whose path may be the same."""

    def body(self, media_type: str | None) -> Body | None:
        """The body of a media type."""
        return next((body for body in self.bodies if body.media_type == media_type), None)


def describe(
    schemas: Schemas, label: str, files: Collection[str] = (), omissions: Omissions | None = None
) -> Description:
    """Read an operation of a document.

    Parameters:
        schemas: of the document.
        label: the operation.
        files: the media types of which there are files: where there is a choice, it is one of these.
        omissions: is told what of the operation is never sent.

    Raises:
        LookupError: there is none of that name.
    """
    document = schemas.document
    operation = document.operation(label)
    if operation is None:
        raise LookupError(label)
    omissions = omissions or Omissions(label)
    declared = {other.method for other in document.operations if _may_be_one(other.path, operation.path)}
    return Description(
        label=label,
        method=operation.method,
        path=operation.path,
        base=_base(operation),
        parameters=tuple(_parameters(schemas, operation, omissions)),
        bodies=tuple(_bodies(schemas, operation, files)),
        undeclared_methods=tuple(
            name
            for name in (*(method.upper() for method in METHODS), "QUERY")
            if name not in declared and name != "HEAD"
        ),
    )


def _may_be_one(one: str, other: str) -> bool:
    """Whether a request to one path may be one to another: `/notes/me` and `/notes/{id}`."""
    left, right = one.split("/"), other.split("/")
    return len(left) == len(right) and all(
        first == second or "{" in first + second for first, second in zip(left, right, strict=True)
    )


def _base(operation: Operation) -> str:
    for owner in (operation.node, operation.item, operation.root):
        for server in owner.child("servers").items()[:1]:
            url = str(server.get("url", ""))
            for name, variable in server.children("variables"):
                url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
            _, scheme, rest = url.rpartition("://")
            path = f"/{rest.partition('/')[2]}" if scheme else url
            return path.rstrip("/") if path.startswith("/") else ""
    return ""


def _parameters(schemas: Schemas, operation: Operation, omissions: Omissions) -> Iterator[Parameter]:
    for declared in operation.parameters:
        if declared.location not in _LOCATIONS:
            named = f"parameter `{declared.name}`"
            omissions.note(named, f"its location is `{declared.location}`", declared.node.pointer)
        elif declared.is_described_elsewhere:
            named = f"header parameter `{declared.name}`"
            omissions.note(named, "OpenAPI has it described elsewhere", declared.node.pointer)
        else:
            described = declared.node.mapping
            value = declared.node.child("content").child(declared.media_type or "").mapping
            yield Parameter(
                name=declared.name,
                location=declared.location,
                required=declared.required,
                schema=declared.schema.value,
                style=declared.style,
                explode=declared.explode,
                media_type=declared.media_type,
                examples=tuple(_examples(schemas, described)) or tuple(_examples(schemas, value)),
            )


def _bodies(schemas: Schemas, operation: Operation, files: Collection[str]) -> Iterator[Body]:
    body = operation.request_body
    for media_type, content in operation.content(body).items():
        yield Body(
            media_type=media_type,
            schema=content.get("schema", {}),
            required=body is not None and body.get("required") is True,
            content_types=dict(_content_types(content, files)),
            examples=tuple(_examples(schemas, content.mapping)),
        )


def _content_types(content: Node, files: Collection[str]) -> Iterator[tuple[str, str]]:
    """The media types of the parts of a form (OpenAPI 3.1, "Encoding Object")."""
    for name, encoding in content.children("encoding"):
        named = [kind.strip() for kind in str(encoding.get("contentType", "")).split(",")]
        known = [file for kind in named for file in files if fnmatchcase(file, kind)]
        whole = [kind for kind in named if kind and "*" not in kind]
        if known or whole:
            yield name, (known or whole)[0]


def _examples(schemas: Schemas, described: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in described:
        yield described["example"]
    if isinstance(described.get("examples"), dict):
        for named in described["examples"].values():
            example = schemas.followed(named)
            if isinstance(example, dict) and "value" in example:
                yield example["value"]
    merged = schemas.merged(described.get("schema", {}))
    if "example" in merged:
        yield merged["example"]
    if isinstance(merged.get("examples"), list):
        yield from merged["examples"]
