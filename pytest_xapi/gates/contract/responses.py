"""The responses of two operations compared: statuses, bodies, headers, links."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.gates.contract.bodies import BodyComparison
from pytest_xapi.gates.contract.changes import Change, changed, gone
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.references import References


def compare(
    old: References, new: References, bodies: BodyComparison, before: Node, after: Node
) -> Iterator[Change]:
    """The changes of the responses of two operations."""
    was = dict(before.children("responses"))
    now = dict(after.children("responses"))
    for status, node in was.items():
        if status not in now and not status.startswith("x-"):
            yield gone(f"{_kind(status)}-removed", "reader", node.pointer, f"{_named(status)} is gone")
    for status, node in now.items():
        if status.startswith("x-"):
            continue
        if status not in was:
            yield changed(f"{_kind(status)}-added", "reader", node.pointer, f"{_named(status)} is new")
        else:
            name = f"the body of {status}"
            first = old.resolved(Node(was[status].value, was[status].pointer, name))
            second = new.resolved(Node(node.value, node.pointer, name))
            yield from bodies.contents(first, second, "reader", f"the response {status}")
            yield from _headers(old, new, bodies, first, second)
            if first.get("links") != second.get("links"):
                what = f"links of the response {status} have changed"
                yield changed("links-changed", "reader", second.pointer, what)


def _kind(status: str) -> str:
    if status == "default":
        return "default-response"
    return "success-status" if status[:1] in "123" else "error-status"


def _named(status: str) -> str:
    return "the default response" if status == "default" else f"the status {status}"


def _headers(
    old: References, new: References, bodies: BodyComparison, before: Node, after: Node
) -> Iterator[Change]:
    was = {name.lower(): old.resolved(node) for name, node in before.children("headers")}
    now = {name.lower(): new.resolved(node) for name, node in after.children("headers")}
    for name, node in was.items():
        if name not in now:
            kind = "required-header-removed" if _is_required(node) else "optional-header-removed"
            yield gone(kind, "reader", node.pointer, f"the header `{name}` of a response is gone")
    for name, node in now.items():
        if name not in was:
            yield changed("header-added", "reader", node.pointer, f"the header `{name}` of a response is new")
            continue
        if _is_required(was[name]) != _is_required(node):
            kind = "header-became-required" if _is_required(node) else "header-became-optional"
            what = "is always there" if _is_required(node) else "is not always there any more"
            yield changed(kind, "reader", node.pointer, f"the header `{name}` of a response {what}")
        if was[name].get("description") != node.get("description"):
            what = f"the description of the header `{name}` has changed"
            yield changed("text-changed", "reader", node.pointer, what)
        yield from bodies.schemas.changes(
            was[name].child("schema", name), node.child("schema", name), "reader", is_text=True
        )


def _is_required(header: Node) -> bool:
    return header.get("required") is True
