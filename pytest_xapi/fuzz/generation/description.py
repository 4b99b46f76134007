"""What the document says of an operation, as the generator needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pytest_xapi.documents import NO_PARAMETERS
from pytest_xapi.fuzz.generation.model import Body, Parameter
from pytest_xapi.fuzz.generation.schemas import Schema, Schemas
from xapi.testing.documents import METHODS

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}


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


def describe(schemas: Schemas, label: str, files: Collection[str] = ()) -> Description:
    """Read an operation of a document.

    Parameters:
        schemas: of the document.
        label: the operation.
        files: the media types of which there are files: where there is a choice, it is one of these.

    Raises:
        LookupError: there is none of that name.
    """
    method, _, path = label.partition(" ")
    document = schemas.document
    item = schemas.followed(document["paths"][path])
    operation = item[method.lower()]
    declared = {name for other in document["paths"] for name in _methods(schemas, other, path)}
    return Description(
        label=label,
        method=method,
        path=path,
        base=_base(document, item, operation),
        parameters=tuple(_parameters(schemas, item, operation)),
        bodies=tuple(_bodies(schemas, operation, files)),
        undeclared_methods=tuple(
            name.upper() for name in (*METHODS, "query") if name not in declared and name != "head"
        ),
    )


def _methods(schemas: Schemas, other: str, path: str) -> Iterator[str]:
    """The methods of a path, if a request to another path may be one to it: `/notes/me` and `/notes/{id}`."""
    one, two = other.split("/"), path.split("/")
    if len(one) == len(two) and all(
        left == right or "{" in left + right for left, right in zip(one, two, strict=True)
    ):
        yield from schemas.followed(schemas.document["paths"][other])


def _base(document: Schema, item: Schema, operation: Schema) -> str:
    for owner in (operation, item, document):
        servers = owner.get("servers")
        if servers:
            url = str(servers[0].get("url", ""))
            for name, variable in servers[0].get("variables", {}).items():
                url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
            _, scheme, rest = url.rpartition("://")
            path = f"/{rest.partition('/')[2]}" if scheme else url
            return path.rstrip("/") if path.startswith("/") else ""
    return ""


def _parameters(schemas: Schemas, item: Schema, operation: Schema) -> Iterator[Parameter]:
    found: dict[tuple[str, str], Parameter] = {}
    for given in [*item.get("parameters", []), *operation.get("parameters", [])]:
        described = schemas.followed(given)
        location, name = described.get("in"), described.get("name")
        if location not in _STYLES or (location == "header" and str(name).lower() in NO_PARAMETERS):
            continue
        style = described.get("style", _STYLES[location])
        content = described.get("content", {})
        media_type = next(iter(content), None)
        value = {} if media_type is None else content[media_type]
        found[location, name] = Parameter(
            name=name,
            location=location,
            required=described.get("required", False) is True or location == "path",
            schema=described.get("schema", value.get("schema", {})),
            style=style,
            explode=described.get("explode", style in ("form", "deepObject")),
            media_type=media_type,
            examples=tuple(_examples(schemas, described)) or tuple(_examples(schemas, value)),
        )
    yield from found.values()


def _bodies(schemas: Schemas, operation: Schema, files: Collection[str]) -> Iterator[Body]:
    described = schemas.followed(operation.get("requestBody", {}))
    for media_type, content in described.get("content", {}).items():
        yield Body(
            media_type=media_type,
            schema=content.get("schema", {}),
            required=described.get("required", False) is True,
            content_types=dict(_content_types(content, files)),
            examples=tuple(_examples(schemas, content)),
        )


def _content_types(content: Schema, files: Collection[str]) -> Iterator[tuple[str, str]]:
    """The media types of the parts of a form (OpenAPI 3.1, "Encoding Object")."""
    for name, encoding in content.get("encoding", {}).items():
        named = [kind.strip() for kind in str(encoding.get("contentType", "")).split(",")]
        known = [file for kind in named for file in files if fnmatchcase(file, kind)]
        whole = [kind for kind in named if kind and "*" not in kind]
        if known or whole:
            yield name, (known or whole)[0]


def _examples(schemas: Schemas, described: Schema) -> Iterator[Any]:
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
