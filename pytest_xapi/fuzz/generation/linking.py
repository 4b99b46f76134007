"""Links between operations that a document does not declare, found by what values are.

`POST /notes` answers an object, and `GET /notes/{number}` needs a value. Which property of the object that is
follows from its name, where that is the same; else from its type and format, from whether the app has made it
(the request has no such property), and from whether it is called as identifiers are. Where several are as
likely, there is no link.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from xapi.openapi.reader import Operation
from xapi.openapi.reader.errors import UnresolvedReference
from xapi.openapi.reader.media_types import essence
from xapi.openapi.reader.paths import names_in
from xapi.openapi.reader.references import reference_of

NO_VALUE = "no answer of another operation has a value of its type, so sequences do not use what was made"
SEVERAL = "several values of an answer are of its type ({}), so sequences do not use what was made"
_SOURCES = ("POST", "PUT", "GET")
_IDENTIFIERS = frozenset({"id", "uuid", "guid", "key", "slug", "code", "number", "no", "nr", "ref"})
_MOST_DEPTH = 3
_GUESS = 3

Unlinked = Mapping[tuple[str, str], str]
"""Why a path parameter has no link, by the label of its operation and its name."""


@dataclass(frozen=True)
class Found:
    """A link: one path parameter takes a value of an answer."""

    source: str
    status: str
    target: str
    name: str
    """The path parameter."""
    pointer: str
    """Where the value is in the body of the answer (RFC 6901)."""
    is_guess: bool = field(default=False, compare=False)
    """Whether the value is neither called as the parameter is, nor as identifiers are."""

    @property
    def expressions(self) -> dict[str, str]:
        """Where values come from: runtime expressions (OpenAPI 3.1, section 4.8.20.3) by path parameters."""
        return {self.name: f"$response.body#{self.pointer}"}


@dataclass(frozen=True)
class NamedByClient(Found):
    """A link to what a client has named itself; no answer is looked into."""

    pointer: str = ""

    @property
    def expressions(self) -> dict[str, str]:
        """All path parameters of the request that has made it."""
        return {name: f"$request.path.{name}" for name in names_in(self.source)}


@dataclass(frozen=True)
class _Candidate:
    rank: int
    pointer: str
    name: str


def search(
    operations: Collection[Operation], linked: Collection[tuple[str, str]]
) -> tuple[list[Found], Unlinked]:
    """The links to path parameters that have none.

    Args:
        operations: those that are sent.
        linked: the labels and path parameters that values are known for.

    Returns:
        The links, and why the others have none.
    """
    found: list[Found] = []
    reasons: dict[tuple[str, str], str] = {}
    for target in operations:
        for parameter in target.parameters:
            key = (target.label, parameter.name)
            if (
                parameter.location != "path"
                or key in linked
                or "enum" in _schema(target, parameter.schema.value)
            ):
                continue
            links, reason = _to(target, parameter.name, parameter.schema.value, operations)
            links = links or list(_to_what_was_put(target, parameter.name, operations))
            found += links
            if not links:
                reasons[key] = reason
    for link in found:
        if isinstance(link, NamedByClient):
            for name in link.expressions:
                reasons.pop((link.source, name), None)
                reasons.pop((link.target, name), None)
    return found, reasons


def add(content: dict[str, Any], links: Iterable[Found], operations: Iterable[Operation]) -> None:
    """Write links into a document of the operations, as Link Objects (OpenAPI 3.1, section 4.8.20)."""
    by_label = {operation.label: operation for operation in operations}
    for link in links:
        method, _, path = link.source.partition(" ")
        responses = content["paths"][path][method.lower()]["responses"]
        if reference_of(responses[link.status]) is not None:
            # The component is that of other operations too.
            responses[link.status] = deepcopy(dict(by_label[link.source].responses[link.status].mapping))
        response = responses[link.status]
        target_method, _, target_path = link.target.partition(" ")
        pointer = target_path.replace("~", "~0").replace("/", "~1")
        response.setdefault("links", {})[f"{link.target} {link.name}"] = {
            "operationRef": f"#/paths/{pointer}/{target_method.lower()}",
            "parameters": {f"path.{name}": expression for name, expression in link.expressions.items()},
        }


def _to(
    target: Operation, name: str, schema: Any, operations: Collection[Operation]
) -> tuple[list[Found], str]:
    wanted = _schema(target, schema)
    found, reason = [], NO_VALUE
    sources = _sources(target, name, operations)
    sent = frozenset[str]().union(*map(_names_sent, sources))
    for source in sources:
        for status, node in source.responses.items():
            if not status.startswith("2"):
                continue
            candidates = list(_candidates(source, node, name, wanted, sent))
            best = [item for item in candidates if item.rank == min(other.rank for other in candidates)]
            if len(best) == 1:
                found.append(_link(source, status, target, name, best[0]))
            elif best:
                reason = SEVERAL.format(", ".join(sorted(item.name for item in best)))
    return found, reason


def _to_what_was_put(target: Operation, name: str, operations: Collection[Operation]) -> Iterator[Found]:
    """The links from what makes something under a name of the client's (`PUT`, RFC 9110, section 9.3.4)."""
    before, braces, _ = target.path.partition(f"{{{name}}}")
    for source in _others_at(before + braces, ("PUT",), target, operations):
        for status in source.responses:
            if status.startswith("2"):
                yield NamedByClient(source.label, status, target.label, name)


def _link(source: Operation, status: str, target: Operation, name: str, best: _Candidate) -> Found:
    return Found(source.label, status, target.label, name, best.pointer, best.rank == _GUESS)


def _sources(target: Operation, name: str, operations: Collection[Operation]) -> list[Operation]:
    """The operations that make or list what a path parameter names: those of the path before it."""
    return _others_at(target.path.partition(f"{{{name}}}")[0], _SOURCES, target, operations)


def _others_at(
    path: str, methods: Collection[str], target: Operation, operations: Collection[Operation]
) -> list[Operation]:
    """The operations at a path, but for the target; a slash at the end is none of it."""
    return [
        operation
        for operation in operations
        if operation.path.rstrip("/") == path.rstrip("/")
        and operation.method in methods
        and operation is not target
    ]


def _candidates(
    source: Operation, response: Any, name: str, wanted: Mapping[str, Any], sent: Collection[str]
) -> Iterator[_Candidate]:
    for kind, media in source.content(response).items():
        if essence(kind) == "application/json" or essence(kind).endswith("+json"):
            for pointer, label, schema in _scalars(source, media.get("schema"), "", "", 0):
                rank = _rank(label, name, label not in sent)
                if rank is not None and _fits(wanted, schema):
                    yield _Candidate(rank, pointer, label)


def _rank(label: str, name: str, is_made: bool) -> int | None:
    """How likely a property is what a parameter asks for: the least is the most likely; None, not at all.

    What the client has sent itself, and does not call an identifier, is content.
    """
    if _plain(label) == _plain(name):
        return 0
    if _plain(label) in _IDENTIFIERS:
        return 1 if is_made else 2
    return _GUESS if is_made else None


def _scalars(
    source: Operation, written: Any, pointer: str, label: str, depth: int
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The values of an answer, and of its first items, that are no objects and no lists."""
    schema = _schema(source, written)
    kinds = _types(schema)
    if depth > _MOST_DEPTH:
        return
    if "array" in kinds:
        yield from _scalars(source, schema.get("items"), f"{pointer}/0", label, depth + 1)
    elif isinstance(schema.get("properties"), Mapping):
        for name, part in schema["properties"].items():
            inner = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
            # What is below a property belongs to something else, unless the property only wraps it.
            if depth and _types(_schema(source, part)) & {"array", "object"}:
                continue
            yield from _scalars(source, part, inner, str(name), depth + 1)
    elif pointer and kinds & {"integer", "string", "number"}:
        yield pointer, label, schema


def _fits(wanted: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Whether values of a schema are of the type and the format that a parameter asks for."""
    types = _types(wanted) & _types(schema)
    formats = wanted.get("format"), schema.get("format")
    return bool(types) and (formats[0] is None or formats[0] == formats[1])


def _types(schema: Mapping[str, Any]) -> set[str]:
    written = schema.get("type")
    if written is None and isinstance(schema.get("properties"), Mapping):
        return {"object"}
    return set(written if isinstance(written, list) else [written]) - {"null", None}


def _schema(operation: Operation, written: Any) -> Mapping[str, Any]:
    """A schema with its reference followed, without the alternative `null`; empty where there is none."""
    try:
        schema = operation.references.follow_schema(written)
    except UnresolvedReference:
        return {}
    if not isinstance(schema, Mapping):
        return {}
    for union in ("anyOf", "oneOf", "allOf"):
        parts = [part for part in schema.get(union) or () if part != {"type": "null"}]
        if len(parts) == 1 and not _types(schema):
            return _schema(operation, parts[0])
    return schema


def _names_sent(source: Operation) -> frozenset[str]:
    """The properties of what an operation is sent."""
    names: set[str] = set()
    for media in source.content(source.request_body).values():
        names |= set(_schema(source, media.get("schema")).get("properties") or ())
    return frozenset(names)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
