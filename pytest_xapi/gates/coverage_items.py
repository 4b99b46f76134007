"""What of an operation can be covered: the points of each dimension, and those that an exchange covers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from pytest_xapi.gates.branches import Branches
from xapi.openapi.reader import Document, Node, Operation, Parameter
from xapi.openapi.reader.media_types import is_json, matching_key
from xapi.openapi.reader.operations import LOCATIONS
from xapi.openapi.reader.paths import values_in
from xapi.testing.exchange.told import Told

DIMENSIONS = ("operations", "statuses", "parameters", "media-types", "security", "response-branches")
WITH_CREDENTIALS = "with credentials"
WITHOUT_CREDENTIALS = "without credentials"
REQUESTED = "requested"

Points = dict[str, set[str]]
"""By dimension."""


class Sent(NamedTuple):
    """An exchange as it was observed."""

    method: str
    told: Told
    """Its path, and what the app has told of the route that answered."""
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    """Of the request, names in lower case."""
    status: int
    answered: tuple[tuple[bytes, bytes], ...]
    """The headers of the response."""
    body: bytes | None
    """Of the response, where it is known."""


class CoverageTarget:
    """One operation of a document, ready to be looked up for many exchanges."""

    def __init__(self, document: Document, operation: Operation, branches: Branches) -> None:
        self._operation = operation
        self._branches = branches
        self._parameters = [_Parameter(document, parameter) for parameter in operation.parameters]
        self._places = {parameter.place for parameter in self._parameters}
        self._sends = operation.content(operation.request_body)
        self._contents = {key: operation.content(node) for key, node in operation.responses.items()}
        self._security = _Security(document, operation)

    def all(self) -> Points:
        """Every point."""
        return {
            "operations": {REQUESTED},
            "statuses": set(self._contents),
            "parameters": {point for parameter in self._parameters for point in parameter.all()},
            "media-types": {
                *(f"request {name}" for name in self._sends),
                *(f"{key} {name}" for key, names in self._contents.items() for name in names),
            },
            "security": self._security.all(),
            "response-branches": {
                f"{key} {branch}"
                for key, described in self._contents.items()
                for schema in self._branching(key, described)
                for branch in self._branches.all(schema)
            },
        }

    def requested(self, sent: Sent) -> Points:
        """The points that a request covers, whatever is answered."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent.headers}
        values = self._values(sent, headers)
        sent_type = matching_key(self._sends, headers.get("content-type", ""))
        return {
            "operations": {REQUESTED},
            "parameters": {
                point
                for parameter in self._parameters
                for point in parameter.covered(values[parameter.place])
            },
            "media-types": set() if sent_type is None else {f"request {sent_type}"},
            "security": self._security.covered(values),
        }

    def answered(self, sent: Sent) -> Points:
        """The points that an answer covers, whatever was requested."""
        key = self._operation.response_key(sent.status)
        if key is None:
            return {}
        found: Points = {"statuses": {key}}
        content = self._contents[key]
        written = next((value for name, value in sent.answered if name.lower() == b"content-type"), b"")
        answered_type = written.decode("latin-1")
        media_type = matching_key(content, answered_type)
        if media_type is not None:
            found["media-types"] = {f"{key} {media_type}"}
            if sent.body and is_json(answered_type):
                described = {media_type: content[media_type]}
                found["response-branches"] = set(self._branches_of(key, described, sent.body))
        return found

    def _branches_of(self, key: str, content: Mapping[str, Node], body: bytes) -> Iterator[str]:
        schemas = list(self._branching(key, content))
        if not schemas:
            return
        try:
            value = json.loads(body)
        except ValueError:
            return
        for schema in schemas:
            yield from (f"{key} {branch}" for branch in self._branches.taken(schema, value))

    def _branching(self, key: str, content: Mapping[str, Node]) -> Iterator[Node]:
        """The schemas whose branches count: of success, for the bodies of errors are alike everywhere."""
        if key.startswith("2") or key == "default":
            for name, described in content.items():
                if "schema" in described.mapping and (is_json(name) or name.endswith("/*")):
                    yield described.child("schema")

    def _values(self, sent: Sent, headers: dict[str, str]) -> dict[str, dict[str, list[str]]]:
        """What was given, by place, then by name."""
        values: dict[str, dict[str, list[str]]] = {location: {} for location in LOCATIONS}
        values["header"] = {name: [value] for name, value in headers.items()}
        if sent.query and ("query" in self._places or self._security.reads("query")):
            for name, text in parse_qsl(sent.query.decode("latin-1"), keep_blank_values=True):
                values["query"].setdefault(name, []).append(text)
        if "cookie" in headers and ("cookie" in self._places or self._security.reads("cookie")):
            values["cookie"] = _cookies(headers["cookie"])
        if "path" in self._places:
            found = values_in(self._operation.path, sent.told.path)
            values["path"] = {name: [value] for name, value in found.items()}
        return values


class _Parameter:
    """A parameter and the boundaries of its schema."""

    def __init__(self, document: Document, parameter: Parameter) -> None:
        self.place = parameter.location
        self._name = parameter.name
        self._is_required = parameter.required
        _, self._key = parameter.key
        self._schema = _plain_schema(document, parameter.node.child("schema"))
        self._is_array = self._schema.get("type") == "array"
        self._boundaries = dict(_boundaries(self._schema))

    def all(self) -> Iterator[str]:
        yield self._point("given")
        if not self._is_required:
            yield self._point("left out")
        for words in self._boundaries.values():
            yield self._point(words)

    def covered(self, values: Mapping[str, list[str]]) -> Iterator[str]:
        given = values.get(self._key)
        if given is None and any(name.startswith(f"{self._key}[") for name in values):
            given = []  # style "deepObject"
        if given is None:
            if not self._is_required:
                yield self._point("left out")
            return
        yield self._point("given")
        for (kind, bound), words in self._boundaries.items():
            if self._is_at(kind, bound, given):
                yield self._point(words)

    def _is_at(self, kind: str, bound: float, given: list[str]) -> bool:
        if kind == "items":
            items = given[0].split(",") if self._is_array and len(given) == 1 else given
            return len(items) == bound
        if kind == "length":
            return any(len(text) == bound for text in given)
        return any(_number(text) == bound for text in given)

    def _point(self, words: str) -> str:
        return f"{self.place} {self._name} {words}"


class _Security:
    """What authenticates requests of an operation (OpenAPI 3.1, section 4.8.30)."""

    def __init__(self, document: Document, operation: Operation) -> None:
        schemes = document.security_schemes
        self._alternatives = [
            [schemes[name].mapping for name in names if name in schemes] for names in operation.security
        ]
        self._schemes = [scheme for schemes in self._alternatives for scheme in schemes]

    def reads(self, place: str) -> bool:
        """Whether there are credentials in that place."""
        return any(scheme.get("in") == place for scheme in self._schemes)

    def all(self) -> set[str]:
        return {WITH_CREDENTIALS, WITHOUT_CREDENTIALS} if self._schemes else set()

    def covered(self, values: Mapping[str, Mapping[str, list[str]]]) -> set[str]:
        if not self._schemes:
            return set()
        if any(schemes and all(_is_given(one, values) for one in schemes) for schemes in self._alternatives):
            return {WITH_CREDENTIALS}
        if any(_is_given(scheme, values) for scheme in self._schemes):
            return set()
        return {WITHOUT_CREDENTIALS}


def _is_given(scheme: Mapping[str, Any], values: Mapping[str, Mapping[str, list[str]]]) -> bool:
    if scheme.get("type") == "apiKey":
        name = scheme["name"]
        return (name.lower() if scheme["in"] == "header" else name) in values[scheme["in"]]
    authorization = values["header"].get("authorization", [""])[0].partition(" ")[0].lower()
    return authorization == (scheme.get("scheme", "").lower() if scheme.get("type") == "http" else "bearer")


def _plain_schema(document: Document, schema: Node) -> Mapping[str, Any]:
    """The schema of a parameter, or the one that is left when it may also be null."""
    follow = document.references.resolved
    resolved = follow(schema)
    real = [part for part in map(follow, resolved.child("anyOf").items()) if part.get("type") != "null"]
    return (real[0] if len(real) == 1 else resolved).mapping


def _boundaries(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, float], str]]:
    """The values at which a schema just still accepts (JSON Schema 2020-12, Validation, section 6)."""
    step = 1 if schema.get("type") == "integer" else None
    for key, kind, least in _LIMITS:
        bound = schema.get(key)
        if not isinstance(bound, int | float) or isinstance(bound, bool) or bound < least:
            continue
        if key.startswith("exclusive"):
            if step is None:
                continue
            bound += step if key == "exclusiveMinimum" else -step
        yield (kind, bound), f"at its {key} {bound}" if kind != "number" else f"at {bound}"


_ANY = float("-inf")
_LIMITS = (
    ("minimum", "number", _ANY),
    ("maximum", "number", _ANY),
    ("exclusiveMinimum", "number", _ANY),
    ("exclusiveMaximum", "number", _ANY),
    ("minLength", "length", 1),
    ("maxLength", "length", 1),
    ("minItems", "items", 1),
    ("maxItems", "items", 1),
)


def _number(text: str) -> float | None:
    for read in (int, float):  # an integer may be more than a float can tell from its neighbours
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _cookies(header: str) -> dict[str, list[str]]:
    try:
        return {name: [morsel.value] for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
