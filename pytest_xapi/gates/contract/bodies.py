"""Bodies of two operations compared: whether there is one, its media types, its schemas."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.gates.contract.changes import Change, changed, gone
from pytest_xapi.gates.contract.kinds import Side
from pytest_xapi.gates.contract.schema_changes import SchemaComparison
from xapi.openapi.reader.media_types import essence, is_json
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.references import References

MULTIPART = "multipart/form-data"
_FORMS = ("application/x-www-form-urlencoded", MULTIPART)


class BodyComparison:
    """Compares the bodies of requests and responses."""

    def __init__(self, old: References, new: References, schemas: SchemaComparison) -> None:
        self._old = old
        self._new = new
        self.schemas = schemas

    def requests(self, old: Node, new: Node) -> Iterator[Change]:
        """The changes of the request body of two operations."""
        before = self._old.resolved(old.child("requestBody", "the body"))
        after = self._new.resolved(new.child("requestBody", "the body"))
        required = after.get("required") is True
        if not before.mapping and not after.mapping:
            return
        if not after.mapping:
            yield gone("body-removed", "writer", before.pointer, "the body of the request is gone")
        elif not before.mapping:
            kind = "required-body-added" if required else "optional-body-added"
            what = f"requests {'need' if required else 'may have'} a body"
            yield changed(kind, "writer", after.pointer, what)
        else:
            if (before.get("required") is True) != required:
                kind = "body-became-required" if required else "body-became-optional"
                what = f"the body of the request {'is required now' if required else 'may be left out'}"
                yield changed(kind, "writer", after.pointer, what)
            yield from self.contents(before, after, "writer", "a request")

    def contents(self, old: Node, new: Node, side: Side, of: str) -> Iterator[Change]:
        """The changes of the media types of two bodies, and of their schemas."""
        if old.get("description") != new.get("description"):
            yield changed(
                "text-changed", side, new.pointer, f"the description of the body of {of} has changed"
            )
        before, after = _media_types(old), _media_types(new)
        for name, node in before.items():
            if name not in after:
                yield gone("media-type-removed", side, node.pointer, f"{name} of {of} is gone")
        for name, node in after.items():
            if name not in before:
                yield changed("media-type-added", side, node.pointer, f"{name} of {of} is new")
            else:
                yield from self._media_type(name, before[name], node, side, f"{name} of {of}")

    def _media_type(self, name: str, old: Node, new: Node, side: Side, of: str) -> Iterator[Change]:
        if old.get("encoding") != new.get("encoding"):
            yield changed("encoding-changed", side, new.pointer, f"the encoding of {of} has changed")
        for keyword in ("example", "examples"):
            if old.get(keyword) != new.get(keyword):
                yield changed("text-changed", side, new.pointer, f"{keyword} of {of} has changed")
        kind = essence(name)
        is_form = kind in _FORMS
        json_parts = self._json_parts(old, new, kind) if is_form else frozenset()
        # Items of a stream are described beside the whole (OpenAPI 3.2, `itemSchema`).
        for keyword in ("schema", "itemSchema"):
            if keyword in old.mapping or keyword in new.mapping:
                yield from self.schemas.changes(
                    old.child(keyword), new.child(keyword), side, is_text=is_form, json_parts=json_parts
                )

    def _json_parts(self, old: Node, new: Node, kind: str) -> frozenset[str]:
        """The fields of a form that are JSON, by their encoding or, in multipart forms, as objects.

        OpenAPI 3.1, section 4.8.15.1.1.
        """
        found = set()
        for node, read in ((old, self.schemas.read_old), (new, self.schemas.read_new)):
            for name, encoding in node.children("encoding"):
                if is_json(str(encoding.get("contentType", ""))):
                    found.add(name)
            if kind == MULTIPART:
                for name, field in read(node.child("schema")).properties.items():
                    if read(field).types == frozenset({"object"}):
                        found.add(name)
        return frozenset(found)


def _media_types(body: Node) -> dict[str, Node]:
    return {name.lower().replace(" ", ""): node for name, node in body.children("content")}
