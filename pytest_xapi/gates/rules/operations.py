"""Rules about paths and operations: names, texts, parameters, responses, security."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pytest_xapi.gates.rules.api import Api, Finding
from xapi.openapi.reader import Operation
from xapi.openapi.reader.media_types import is_json
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.paths import names_in, shape
from xapi.openapi.reader.pointers import escape

_IN_URLS = re.compile(r"[A-Za-z0-9-._~:/?#\[\]@!$&'()*+,;=]*")
_STATUS = re.compile(r"[1-5](\d\d|XX)|default|x-.*")


def check(api: Api) -> Iterator[Finding]:
    """What is wrong with paths and operations."""
    for path in api.root.child("paths").mapping:
        yield from _path(api, path)
    ids = Counter(str(operation.node.get("operationId") or "") for operation in api.operations)
    for operation in api.operations:
        yield from _id(api, operation, ids)
        if not operation.node.get("description") and not operation.node.get("summary"):
            yield api.finding(
                "operation-description", operation.node, "it has neither description nor summary"
            )
        elif not operation.node.get("description"):
            yield api.finding("operation-description", operation.node, "it has no description")
        yield from _parameters(api, operation)
        yield from _body(api, operation)
        yield from _responses(api, operation)
        yield from _security(api, operation)


def _path(api: Api, path: str) -> Iterator[Finding]:
    pointer = f"/paths/{escape(path)}"
    if path.endswith("/") and path != "/":
        yield api.finding("path-keys-no-trailing-slash", pointer, f"the path {path} ends in a slash")
    if "?" in path:
        yield api.finding("path-not-include-query", pointer, f"the path {path} holds a query string")
    if "{}" in path:
        yield api.finding("path-declarations-must-exist", pointer, f"{path} has a parameter without a name")
    same = [other for other in api.root.child("paths").mapping if shape(other) == shape(path)]
    if len(same) > 1 and path != same[0]:
        yield api.finding("path-params", pointer, f"{path} and {same[0]} cannot be told apart")


def _id(api: Api, operation: Operation, ids: Counter[str]) -> Iterator[Finding]:
    name = str(operation.node.get("operationId") or "")
    if not name:
        yield api.finding("operation-operationId", operation.node, "it has no operationId")
        return
    place = operation.node.child("operationId")
    if ids[name] > 1:
        what = f"{ids[name]} operations have the operationId {name!r}"
        yield api.finding("operation-operationId-unique", place, what)
    if not _IN_URLS.fullmatch(name):
        what = f"the operationId {name!r} cannot be put into a URL as it is"
        yield api.finding("operation-operationId-valid-in-url", place, what)


def _parameters(api: Api, operation: Operation) -> Iterator[Finding]:
    declared = {
        parameter.key: parameter.node
        for parameter in operation.parameters
        if not parameter.is_described_elsewhere
    }
    in_path = names_in(operation.path)
    for name in in_path:
        if name and ("path", name) not in declared:
            yield api.finding("path-params", operation.node, f"the path parameter `{name}` is not declared")
    for name, count in Counter(in_path).items():
        if name and count > 1:
            yield api.finding("path-params", operation.node, f"the path holds `{name}` {count} times")
    for (place, name), node in declared.items():
        where = node.pointer if api.operation_at(node.pointer) else operation.node.pointer
        if place == "path" and name not in in_path:
            yield api.finding("path-params", where, f"the path parameter `{name}` is not in the path")
        if place == "path" and node.get("required") is not True:
            yield api.finding("path-params", where, f"the path parameter `{name}` is not `required: true`")
        if not node.get("description"):
            what = f"the parameter `{name}` of the {place} has no description"
            yield api.finding("oas3-parameter-description", where, what)
    yield from _repeated(api, operation)


def _repeated(api: Api, operation: Operation) -> Iterator[Finding]:
    for parent in (operation.item.node, operation.node):
        nodes = [api.references.resolved(written) for written in parent.child("parameters").items()]
        keys = [(str(node.get("in")), str(node.get("name"))) for node in nodes]
        for (place, name), count in Counter(keys).items():
            if count > 1:
                what = f"the parameter `{name}` of the {place} is declared {count} times"
                pointer = parent.pointer if parent is operation.node else operation.node.pointer
                yield api.finding("operation-parameters", pointer, what)


def _body(api: Api, operation: Operation) -> Iterator[Finding]:
    body = api.references.resolved(operation.node.child("requestBody"))
    if not body.mapping:
        return
    if operation.method in ("GET", "HEAD", "DELETE"):
        yield api.finding("request-body-on-get", operation.node, f"{operation.method} has a body")
    for name, media_type in body.children("content"):
        schema = api.references.resolved(media_type.child("schema"))
        if not {"example", "examples"} & {*media_type.mapping, *schema.mapping}:
            what = f"{name} of the request has no example"
            yield api.finding("request-example", operation.node, what)


def _responses(api: Api, operation: Operation) -> Iterator[Finding]:
    responses = dict(operation.node.children("responses"))
    for status, node in responses.items():
        if not _STATUS.fullmatch(status):
            yield api.finding("valid-status", node, f"{status!r} is not a status")
        yield from _without_schema(api, operation, status, node)
    if not any(status[:1] in ("1", "2", "3") for status in responses):
        yield api.finding("operation-success-response", operation.node, "it has no response below 400")
    has_errors = any(status[:1] == "4" or status == "default" for status in responses)
    reads = any(not parameter.is_described_elsewhere for parameter in operation.parameters)
    if (reads or "requestBody" in operation.node.mapping) and not has_errors:
        what = "it reads parameters or a body, and declares no error: no status 4XX and no `default`"
        yield api.finding("operation-error-response", operation.node, what)


def _without_schema(api: Api, operation: Operation, status: str, node: Node) -> Iterator[Finding]:
    for name, media_type in api.references.resolved(node).children("content"):
        has_schema = media_type.get("schema") not in (None, {}, True) or "itemSchema" in media_type.mapping
        if is_json(name) and not has_schema:
            what = f"{name} of the response {status} has no schema"
            yield api.finding("response-schema", operation.node, what)


def _security(api: Api, operation: Operation) -> Iterator[Finding]:
    own = "security" in operation.node.mapping
    place = operation.node.child("security") if own else operation.node
    schemes = api.document.security_schemes
    ways = operation.security
    for name, scopes in ((name, scopes) for way in ways for name, scopes in way.items()):
        if name not in schemes:
            what = f"the security scheme `{name}` is not declared"
            yield api.finding("oas3-operation-security-defined", place, what)
        elif schemes[name].get("type") == "oauth2":
            known = {
                scope for _, flow in schemes[name].children("flows") for scope, _ in flow.children("scopes")
            }
            for scope in sorted(scopes - known):
                what = f"the scope `{scope}` of `{name}` is not declared"
                yield api.finding("oas3-operation-security-defined", place, what)
    declared = operation.node.child("responses").mapping.keys()
    if {} not in ways and not {"401", "403", "4XX", "default"} & declared:
        what = "clients have to authenticate, and neither 401 nor 403 is declared"
        yield api.finding("security-error-response", operation.node, what)
