"""Answers that keep to the document."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from benchmarks.documents.judge.bodies import essence
from benchmarks.documents.judge.operations import Operation
from benchmarks.documents.judge.schemas import Node, Schemas

MOST_DEPTH = 12
REFUSALS = ("400", "422")
OTHER_REASONS = ("401", "402", "403", "404", "405", "406", "407", "408", "415", "429")
"""Statuses that are declared for other reasons than that a request is wrong."""
FORMATS = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "a@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.org/",
    "url": "https://example.org/",
    "uri-reference": "/",
    "uuid": "12345678-1234-4234-8234-123456789abc",
    "byte": base64.b64encode(b"text").decode(),
}
TEXTS = (
    "text",
    "1",
    "A",
    "a1",
    "US",
    "USD",
    "en",
    "en-US",
    "+14155550100",
    "AA",
    "abc",
    "ABC",
    "12345",
    "#000000",
)


class NoAnswer(Exception):
    """No answer was found that keeps to the document."""


class Answers:
    """Makes one answer for each operation and kind, and remembers it."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._made: dict[tuple[str, bool], dict[str, Any]] = {}
        self.unanswerable: set[str] = set()
        """The operations whose described answers cannot be made here."""

    def of(self, operation: Operation, is_accepted: bool) -> dict[str, Any]:
        """An answer to a request that is accepted, or refused."""
        key = operation.label, is_accepted
        if key not in self._made:
            self._made[key] = self._new(operation, is_accepted)
        return self._made[key]

    def _new(self, operation: Operation, is_accepted: bool) -> dict[str, Any]:
        responses = operation.node.child("responses")
        order = list(_accepting(responses) if is_accepted else _refusing(responses))
        for status, node in order:
            try:
                return self._answer(status, self._schemas.followed(node))
            except (NoAnswer, LookupError):
                continue
        self.unanswerable.add(operation.label)
        return answer(order[0][0] if order else (200 if is_accepted else 400))

    def _answer(self, status: int, node: Node) -> dict[str, Any]:
        headers = []
        for name, written in node.child("headers").children():
            header = self._schemas.followed(written)
            if header.get("required") is True and name.lower() != "content-type":
                headers.append([name, _text(self._sample(header.child("schema"), 0))])
        content = list(node.child("content").children())
        if not content or status in (204, 205, 304):
            return answer(status, headers)
        reasons = []
        for media_type, described in sorted(content, key=lambda pair: "json" not in pair[0]):
            try:
                body = self._body(essence(media_type), described)
            except NoAnswer as error:
                reasons.append(str(error))
                continue
            kind = media_type.replace("*/*", "application/json").replace("/*", "/plain")
            return answer(status, [*headers, ["Content-Type", kind]], body)
        raise NoAnswer("; ".join(reasons))

    def _body(self, kind: str, described: Node) -> bytes:
        schema = described.child("schema")
        if kind.startswith("text/") and schema.value is not None:
            value = self._sample(schema, 0)
            if isinstance(value, dict | list):
                raise NoAnswer(f"{schema.pointer}: no text is {value}")
            return _text(value).encode()
        if "json" not in kind and kind != "*/*":
            return b"text"
        if schema.value is None:
            return b"{}"
        given = [node.get("value") for _, node in described.child("examples").children()]
        for value in (described.get("example"), *given):
            if value is not None and self._is_right(schema, value):
                return json.dumps(value).encode()
        value = self._sample(schema, 0)
        if not self._is_right(schema, value):
            raise NoAnswer(schema.pointer)
        return json.dumps(value).encode()

    def _is_right(self, schema: Node, value: Any) -> bool:
        try:
            return self._schemas.is_right(schema, value, "response")
        except Exception:  # whatever a validator cannot do with foreign schemas
            return False

    def _sample(self, schema: Node, depth: int) -> Any:
        """A value that may keep to a schema: with what is required, and nothing else."""
        try:
            schema = self._schemas.followed(schema)
        except LookupError as error:
            raise NoAnswer(str(error)) from error
        if depth > MOST_DEPTH:
            raise NoAnswer("a circle")
        if not isinstance(schema.value, dict):
            return None
        for value in self._candidates(schema, depth):
            if self._is_right(schema, value):
                return value
        raise NoAnswer(schema.pointer)

    def _candidates(self, schema: Node, depth: int) -> Iterator[Any]:
        given = [schema.get(name) for name in ("const", "default", "example") if name in schema.mapping]
        yield from given
        for name in ("enum", "examples"):
            values = schema.get(name)
            yield from values if isinstance(values, list) else []
        for name in ("oneOf", "anyOf"):
            for part in schema.child(name).items():
                yield from self._joined(schema, [part], depth)
        yield from self._joined(schema, [], depth)

    def _joined(self, schema: Node, parts: list[Node], depth: int) -> Iterator[Any]:
        """What the schema itself asks for, and each part of it."""
        try:
            sampled = [self._sample(part, depth + 1) for part in (*schema.child("allOf").items(), *parts)]
        except NoAnswer:
            return
        own = list(self._own(schema, depth))
        objects = [value for value in (*sampled, *own) if isinstance(value, dict)]
        if objects:
            yield {name: value for each in objects for name, value in each.items()}
        yield from sampled
        yield from own

    def _own(self, schema: Node, depth: int) -> Iterator[Any]:
        kinds = schema.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if kind == "object" or (kind is None and "properties" in schema.mapping):
                yield from self._objects(schema, depth)
            elif kind == "array":
                count = schema.get("minItems", 0)
                yield [self._sample(schema.child("items"), depth + 1)] * count if count else []
            elif kind in ("integer", "number"):
                yield from _numbers(schema)
            elif kind == "string":
                yield from _texts(schema)
            else:
                yield from {"boolean": [True], "null": [None], None: [{}, "text", 1, None]}.get(kind, [])

    def _objects(self, schema: Node, depth: int) -> Iterator[dict[str, Any]]:
        properties = dict(schema.child("properties").children())
        needed = schema.get("required", [])
        value = {}
        for name in needed if isinstance(needed, list) else []:
            described = properties.get(name, Node({}, f"{schema.pointer}/properties"))
            if described.get("writeOnly") is not True:
                value[name] = self._sample(described, depth + 1) if name in properties else "text"
        yield value
        for name, described in properties.items():
            if len(value) < schema.get("minProperties", 0) and name not in value:
                value = {**value, name: self._sample(described, depth + 1)}
                yield value


def _numbers(schema: Node) -> Iterator[float]:
    step = schema.get("multipleOf", 1)
    for name, way in (("minimum", 1), ("exclusiveMinimum", 1), ("maximum", -1), ("exclusiveMaximum", -1)):
        limit = schema.get(name)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            yield from (limit, limit + way * step, limit // step * step, limit // step * step + way * step)
    yield from (1, 0, step)


def _texts(schema: Node) -> Iterator[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000_000)
    for text in (FORMATS.get(str(schema.get("format")), "text"), *TEXTS):
        yield text
        yield text[:most].ljust(least, "a")
    yield "1" * max(least, 1)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _accepting(responses: Node) -> Iterator[tuple[int, Node]]:
    for name, node in sorted(responses.children()):
        if name.upper() == "2XX":
            yield 200, node
        elif name.isdigit() and name.startswith("2"):
            yield int(name), node
    if any(name.startswith("2") for name in responses.mapping):
        return
    if "default" in responses.mapping:
        yield 200, responses.child("default")
    # Where nothing is described for success, what is described is the answer to a valid request, too.
    for name, node in sorted(responses.children()):
        if name.isdigit() and name[0] in "345":
            yield int(name), node


def _refusing(responses: Node) -> Iterator[tuple[int, Node]]:
    named = [name for name in responses.mapping if name.isdigit() and name.startswith("4")]
    for name in sorted(named, key=lambda name: (name not in REFUSALS, name in OTHER_REASONS, name)):
        if name not in OTHER_REASONS:
            yield int(name), responses.child(name)
    for name in ("4XX", "4xx", "default"):
        if name in responses.mapping:
            yield 400, responses.child(name)
    for name in sorted(named):
        if name in OTHER_REASONS:
            yield int(name), responses.child(name)


def answer(status: int, headers: list[list[str]] | None = None, body: bytes = b"") -> dict[str, Any]:
    """An answer as it goes to the app."""
    return {"status": status, "headers": headers or [], "body": base64.b64encode(body).decode()}
