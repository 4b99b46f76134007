"""What the document says of an operation, as the generator needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pytest_xapi.fuzz.generation.encoding import is_opaque
from pytest_xapi.fuzz.generation.model import Body, RequestParameter, Style
from pytest_xapi.fuzz.generation.schemas import Schemas, guessed_types
from pytest_xapi.fuzz.model.omissions import Omissions
from xapi.openapi.reader import Document, Node, Operation
from xapi.openapi.reader.media_types import is_xml_or_yaml
from xapi.openapi.reader.versions import METHODS

_LOCATIONS = ("path", "header", "query", "cookie", "querystring")
"""The locations whose values can be written."""
_OF_CLIENTS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers about the message or the connection: with other values there would be no such request."""
_UNREAD = "what XML and YAML hold is not held to a schema"
_UNDESCRIBED = "the document describes no `responses` of it, so its answers may be any"
_BYTES = {"type": "string", "format": "binary"}


@dataclass(frozen=True)
class Description:
    """An operation, with all references followed."""

    label: str
    method: str
    path: str
    base: str
    """The path of the server's URL."""
    parameters: tuple[RequestParameter, ...]
    bodies: tuple[Body, ...]
    needs_body: bool
    """Whether there has to be a body, of a media type that is written or not."""

    def body(self, media_type: str | None) -> Body | None:
        """The body of a media type."""
        return next((body for body in self.bodies if body.media_type == media_type), None)


def describe(
    schemas: Schemas, label: str, files: Collection[str] = (), omissions: Omissions | None = None
) -> Description:
    """Read an operation of a document.

    Args:
        schemas: Of the document.
        label: The operation.
        files: The media types of which there are files: where there is a choice, it is one of these.
        omissions: Is told what of the operation is never sent.

    Raises:
        LookupError: there is none of that name.
    """
    document = schemas.document
    operation = document.operation(label)
    if operation is None:
        raise LookupError(label)
    omissions = omissions or Omissions(label)
    _note_unread(operation, omissions)
    return Description(
        label=label,
        method=operation.method,
        path=operation.path,
        base=operation.base,
        parameters=(*_parameters(schemas, operation, omissions), *_undeclared(operation, omissions)),
        bodies=tuple(_bodies(schemas, operation, files, omissions)),
        needs_body=operation.request_body is not None and operation.request_body.get("required") is True,
    )


def undeclared_methods(document: Document, path: str) -> tuple[str, ...]:
    """The methods that no path has to which a request to this one may be, but for HEAD."""
    declared = {other.method for other in document.operations if _may_be_one(other.path, path)}
    known = (*(method.upper() for method in METHODS), "QUERY")
    return tuple(name for name in known if name not in declared and name != "HEAD")


def _may_be_one(one: str, other: str) -> bool:
    """Whether a request to one path may be one to another: `/notes/me` and `/notes/{id}`."""
    left, right = one.split("/"), other.split("/")
    return len(left) == len(right) and all(
        first == second or "{" in first + second for first, second in zip(left, right, strict=True)
    )


def _parameters(schemas: Schemas, operation: Operation, omissions: Omissions) -> Iterator[RequestParameter]:
    for declared in operation.parameters:
        if declared.location not in _LOCATIONS:
            named = f"parameter `{declared.name}`"
            omissions.note(named, f"its location is `{declared.location}`", declared.node.pointer)
        elif declared.is_described_elsewhere:
            named = f"header parameter `{declared.name}`"
            omissions.note(named, "OpenAPI describes it elsewhere", declared.node.pointer)
        elif declared.location == "header" and declared.name.lower() in _OF_CLIENTS:
            named = f"header parameter `{declared.name}`"
            omissions.note(named, "clients set it for each message themselves", declared.node.pointer)
        else:
            described = declared.node.mapping
            value = declared.node.child("content").child(declared.media_type or "").mapping
            yield RequestParameter(
                name=declared.name,
                location="query" if declared.location == "querystring" else declared.location,
                is_whole=declared.location == "querystring",
                required=declared.required,
                schema=declared.schema.value,
                style=declared.style,
                explode=declared.explode,
                media_type=declared.media_type,
                examples=tuple(_examples(schemas, described)) or tuple(_examples(schemas, value)),
            )


def _undeclared(operation: Operation, omissions: Omissions) -> Iterator[RequestParameter]:
    for name in operation.undeclared_path_parameters:
        reason = "the document does not declare it; any text is sent in its place"
        omissions.note(f"path parameter `{name}` as it should be", reason, operation.node.pointer)
        yield RequestParameter(name, "path", True, {"type": "string"}, "simple", False, is_declared=False)


def _note_unread(operation: Operation, omissions: Omissions) -> None:
    """Note the answers, and the bodies with schemas, that nothing is held to."""
    if operation.describes_no_answers:
        omissions.note("a judged answer", _UNDESCRIBED, operation.node.pointer)
    described = [("body", operation.request_body)]
    described += [(f"response {status}", response) for status, response in operation.responses.items()]
    for named, node in described:
        for media_type, content in operation.content(node).items():
            if is_xml_or_yaml(media_type) and "schema" in content.mapping:
                omissions.note(f"a judged {named} of {media_type}", _UNREAD, content.pointer)


def _bodies(
    schemas: Schemas, operation: Operation, files: Collection[str], omissions: Omissions
) -> Iterator[Body]:
    body = operation.request_body
    for media_type, content in operation.content(body).items():
        schema = content.get("schema", {})
        if is_opaque(media_type) and "type" not in schemas.merged(schema):
            schema = schema or _BYTES
        if "/" not in media_type:
            omissions.note(f"body {media_type!r}", "it is not a media type", content.pointer)
            continue
        if is_opaque(media_type) and not _may_be_text(schemas, schema):
            omissions.note(f"body {media_type}", "nothing writes this media type", content.pointer)
            continue
        yield Body(
            media_type=media_type,
            schema=schema,
            required=body is not None and body.get("required") is True,
            content_types=dict(_content_types(content, files)),
            styles=dict(_styles(content)),
            examples=tuple(_examples(schemas, content.mapping)),
        )


def _may_be_text(schemas: Schemas, schema: Any) -> bool:
    merged = schemas.merged(schema)
    branches = [*merged.get("anyOf", ()), *merged.get("oneOf", ())]
    if branches and "type" not in merged:
        return any(_may_be_text(schemas, branch) for branch in branches)
    return "string" in guessed_types(merged)


def _styles(content: Node) -> Iterator[tuple[str, Style]]:
    """How the fields of a form are written that are written as parameters are."""
    for name, encoding in content.children("encoding"):
        if any(key in encoding.mapping for key in ("style", "explode", "allowReserved")):
            style = encoding.text("style") or "form"
            explode = encoding.get("explode")
            is_apart = explode if isinstance(explode, bool) else style in ("form", "deepObject")
            yield name, Style(style, is_apart)


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
