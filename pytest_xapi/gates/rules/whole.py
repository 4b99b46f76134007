"""Rules about the document as a whole: what it says of the API, servers, tags, references, components."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from pytest_xapi.gates.rules.api import Api, Finding, holds_value, references_in
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.pointers import escape

_SECTIONS = (
    "schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks",
    "pathItems",
)  # fmt: skip


def check(api: Api) -> Iterator[Finding]:
    """What is wrong with the document as a whole."""
    yield from _info(api)
    yield from _servers(api)
    yield from _tags(api)
    yield from _scripts(api)
    yield from _references(api)
    yield from _unused(api)


def _info(api: Api) -> Iterator[Finding]:
    info = api.root.child("info")
    for keyword, what in (
        ("description", "the API has no description"),
        ("contact", "the API does not say whom to ask"),
        ("license", "the API names no licence"),
    ):
        if not info.get(keyword):
            yield api.finding(f"info-{keyword}", info, what)


def _servers(api: Api) -> Iterator[Finding]:
    places = [api.root]
    for operation in api.operations:
        places += [operation.item.node, operation.node]
    for place in {node.pointer: node for node in places}.values():
        servers = place.child("servers")
        if servers.value == []:
            yield api.finding("server-url", servers, "the list of servers is empty")
        for server in servers.items():
            yield from _server(api, server)


def _server(api: Api, server: Node) -> Iterator[Finding]:
    url = str(server.get("url") or "")
    if not url:
        yield api.finding("server-url", server, "a server has no URL")
    if url.endswith("/") and url != "/":
        yield api.finding("oas3-server-trailing-slash", server, f"the URL {url} ends in a slash")
    host = urlsplit(url).hostname or ""
    if host == "example.com" or host.endswith(".example.com"):
        yield api.finding("oas3-server-not-example.com", server, f"{url} is the URL of an example")


def _tags(api: Api) -> Iterator[Finding]:
    nodes = api.root.child("tags").items()
    counts = Counter(str(node.get("name")) for node in nodes)
    for node in nodes:
        name = str(node.get("name"))
        if counts.pop(name, 0) > 1:
            yield api.finding("openapi-tags-uniqueness", node, f"the tag {name!r} is declared more than once")
        if not node.get("description"):
            yield api.finding("tag-description", node, f"the tag {name!r} has no description")
    declared = {str(node.get("name")) for node in nodes}
    for operation in api.operations:
        used = [str(tag.value) for tag in operation.node.child("tags").items()]
        if not used:
            yield api.finding("operation-tags", operation.node, "the operation has no tag")
        for tag in used:
            if tag not in declared:
                yield api.finding("operation-tag-defined", operation.node, f"the tag {tag!r} is not declared")


def _scripts(api: Api) -> Iterator[Finding]:
    waiting = [api.root]
    while waiting:
        node = waiting.pop()
        waiting += node.items()
        for key, value in node.mapping.items():
            if key in ("description", "title") and isinstance(value, str) and "<script" in value.lower():
                yield api.finding("no-script-tags-in-markdown", node.child(key), f"the {key} holds a script")
            elif not holds_value(node.pointer, key):
                waiting.append(node.child(key))


def _references(api: Api) -> Iterator[Finding]:
    for pointer, reference in references_in(api.root.value):
        if reference.startswith("#") and api.references.find(reference) is None:
            yield api.finding("invalid-ref", pointer, f"{reference} leads nowhere")


def _unused(api: Api) -> Iterator[Finding]:
    outside = {key: value for key, value in api.root.mapping.items() if key != "components"}
    # From outside only: components that use each other may all be unused.
    waiting = [reference for _, reference in references_in(outside)]
    used: set[str] = set()
    while waiting:
        reference = waiting.pop()
        if reference not in used and (target := api.references.find(reference)) is not None:
            used.add(reference)
            waiting += [further for _, further in references_in(target.value)]
    for section in _SECTIONS:
        for name, _ in api.components(section):
            place = f"#/components/{section}/{escape(name)}"
            if not any(reference == place or reference.startswith(f"{place}/") for reference in used):
                yield api.finding("oas3-unused-component", place[1:], f"nothing uses {name} of the {section}")
